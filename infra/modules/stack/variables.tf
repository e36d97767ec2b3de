variable "name" {
  description = "Prefix of all names, such as lego-production."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,27}$", var.name)) && !strcontains(var.name, "--") && !endswith(var.name, "-")
    error_message = "name must be 3 to 28 lower-case letters, digits and single hyphens, start with a letter and not end with a hyphen."
  }
}

variable "environment" {
  description = "ENVIRONMENT of the application."
  type        = string

  validation {
    condition     = contains(["dev", "staging", "production"], var.environment)
    error_message = "environment must be dev, staging or production: local opens what must never exist here."
  }
}

variable "production" {
  description = "Whether everything is there twice, and kept from being deleted."
  type        = bool
}

variable "image_uri" {
  description = "First image of the functions, in this environment's repository; afterwards the pipeline decides."
  type        = string
}

variable "allowed_origins" {
  description = "Origins of the web app."
  type        = list(string)
}

variable "existing_user_pool" {
  description = "Cognito pool of the users, and the app clients whose tokens are taken; null: a new pool, outside production."
  type = object({
    id         = string
    client_ids = list(string)
  })
  default = null
}

variable "sizes" {
  description = "How large everything is: classes of AWS, GB, MB, and how many at once."
  type = object({
    database_instance_class     = string
    database_storage            = number
    cache_node_type             = string
    search_instance_type        = string
    search_storage              = number
    search_nodes                = optional(number, 1)
    search_masters              = optional(bool, false)
    api_memory                  = number
    api_provisioned_concurrency = optional(number, 2)
    api_reserved_concurrency    = optional(number)
    import_concurrency          = optional(number, 2)
  })
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

variable "domain" {
  description = "Public name of the API and that of its gateway, both in one Route 53 zone; null: the names that AWS gives."
  type = object({
    name         = string
    gateway_name = string
    zone_id      = string
  })
  default = null

  validation {
    condition     = var.domain == null ? true : var.domain.name != var.domain.gateway_name
    error_message = "domain.name and domain.gateway_name must differ: the one is the edge, the other what is behind it."
  }
}

variable "cutover" {
  description = "The Express server, and which share of the requests this one gets, in per cent. Only with a domain."
  type = object({
    express_target = optional(string)
    weight         = number
  })
  default = { weight = 100 }
}

variable "requests_per_address" {
  description = "Requests from one address in 5 minutes, after which it is refused for a while."
  type        = number
  default     = 2000
}

variable "runbook_base_url" {
  description = "Where the repository is shown; alarms link to docs/runbooks below it."
  type        = string
}

variable "alarm_emails" {
  description = "Who is told of alarms."
  type        = list(string)
}

variable "monthly_budget_usd" {
  description = "What this environment may cost a month, in USD."
  type        = number
}

variable "tracing" {
  description = "Whether X-Ray traces the functions, at the rate that Lambda sets: the first request of each second and 5 % of the rest."
  type        = bool
  default     = false
}

variable "availability_zones" {
  description = "The two zones. Their names mean other zones in every account, and not all have RDS Proxy."
  type        = list(string)
  default     = ["us-east-1a", "us-east-1b"]
}

variable "create_service_linked_role" {
  description = "Whether to make the account's role for OpenSearch; false where another environment of the account has it."
  type        = bool
  default     = true
}

variable "pipeline" {
  description = "Repository on GitHub whose jobs plan and deploy this environment; null: nobody but people does."
  type = object({
    repository      = string
    image_reader    = optional(string)
    create_provider = optional(bool, true)
  })
  default = null
}
