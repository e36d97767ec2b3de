variable "account_id" {
  description = "AWS account of this environment: a plan against another one fails."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "account_id must be 12 digits."
  }
}

variable "image_uri" {
  description = "Image in this environment's repository. Read when the functions are made; afterwards deployments decide."
  type        = string
}

variable "allowed_origins" {
  description = "Origins of the web app, such as https://app.example.com."
  type        = list(string)
}

variable "runbook_base_url" {
  description = "Where the repository is shown, down to its root: alarms link to docs/runbooks below it."
  type        = string
}

variable "alarm_emails" {
  description = "Who is told of alarms."
  type        = list(string)
}

variable "existing_user_pool" {
  description = "Cognito pool of the users, and the app clients whose tokens are taken; null: a new pool."
  type = object({
    id         = string
    client_ids = list(string)
  })
  default = null
}

variable "domain" {
  description = "Public name of the API and that of its gateway, both in one Route 53 zone; null: the names that AWS gives."
  type = object({
    name         = string
    gateway_name = string
    zone_id      = string
  })
  default = null
}

variable "cutover" {
  description = "Host of the Express server, until it is gone, and which share of the requests this one gets, in per cent."
  type = object({
    express_target = optional(string)
    weight         = number
  })
  default = { weight = 100 }
}

variable "database_snapshot" {
  description = "Snapshot that the database begins from, and the names in it; null: an empty one. Only looked at when it is made."
  type = object({
    identifier    = string
    database_name = string
    username      = string
  })
  default = null
}

variable "account" {
  description = "What differs from account to account: two zones that have RDS Proxy (not use1-az3), and whether OpenSearch's role is still to be made."
  type = object({
    availability_zones         = optional(list(string), ["us-east-1a", "us-east-1b"])
    create_service_linked_role = optional(bool, true)
  })
  default = {}
}

variable "pipeline" {
  description = "Repository on GitHub, as OWNER/NAME, whose jobs plan and deploy here; null: nobody but people does."
  type = object({
    repository      = string
    image_reader    = optional(string, "production")
    create_provider = optional(bool, true)
  })
  default = null
}
