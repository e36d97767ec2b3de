variable "name" {
  description = "Prefix of all names, such as lego-production."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,30}$", var.name))
    error_message = "name must be 3 to 31 lower-case letters, digits and hyphens, and start with a letter."
  }
}

variable "production" {
  description = "Whether warm sandboxes and a second cache node are there to be watched."
  type        = bool
}

variable "watched" {
  description = "Names by which CloudWatch knows the parts, as the other modules put them out."
  type = object({
    api_function          = string
    import_function       = string
    maintenance_function  = string
    alias                 = string
    api_id                = string
    import_queue          = string
    import_failed_queue   = string
    database              = string
    database_proxy        = string
    cache                 = string
    search_domain         = string
    distribution_id       = string
    web_acl               = string
    application_namespace = string
  })

  validation {
    condition     = alltrue([for part, name in var.watched : name != ""])
    error_message = "watched must name every part: an alarm without a name watches nothing, silently."
  }
}

variable "runbook_base_url" {
  description = "Where the repository is shown; alarms link to docs/runbooks/ALARM.md below it."
  type        = string

  validation {
    condition     = can(regex("^https://.+[^/]$", var.runbook_base_url))
    error_message = "runbook_base_url must start with https:// and end without a slash."
  }
}

variable "alarm_emails" {
  description = "Who is told. Each address has to confirm once."
  type        = list(string)

  validation {
    condition     = alltrue([for address in var.alarm_emails : can(regex("^[^@ ]+@[^@ ]+\\.[^@ ]+$", address))])
    error_message = "alarm_emails must be addresses of e-mail."
  }
}

variable "monthly_budget_usd" {
  description = "What this environment may cost a month, in USD."
  type        = number

  validation {
    condition     = var.monthly_budget_usd > 0
    error_message = "monthly_budget_usd must be more than 0."
  }
}

variable "budget_tag" {
  description = "Tag by whose value the cost of this environment is told from others: `environment`, set to `name`."
  type        = string
  default     = "environment"

  validation {
    condition     = can(regex("^[a-z][a-z_-]*$", var.budget_tag))
    error_message = "budget_tag must be the key of a tag in lower case."
  }
}
