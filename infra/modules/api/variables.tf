variable "name" {
  description = "Prefix of all names, such as lego-production."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,30}$", var.name))
    error_message = "name must be 3 to 31 lower-case letters, digits and hyphens, and start with a letter."
  }
}

variable "production" {
  description = "Whether sandboxes are kept warm."
  type        = bool
}

variable "image_uri" {
  description = "First image of the function, in ECR; afterwards the pipeline decides."
  type        = string
}

variable "environment_variables" {
  description = "Settings of the application; no secrets."
  type        = map(string)
}

variable "policy_statements" {
  description = "What the function may do, with exact resources."
  type = list(object({
    sid       = string
    actions   = list(string)
    resources = list(string)
  }))
}

variable "subnet_ids" {
  description = "Private subnets of the function."
  type        = list(string)
}

variable "security_group_id" {
  description = "Security group of the function."
  type        = string
}

variable "issuer_url" {
  description = "Who signs the tokens: https://cognito-idp.REGION.amazonaws.com/POOL."
  type        = string

  validation {
    condition     = can(regex("^https://[^/]+/.+[^/]$", var.issuer_url))
    error_message = "issuer_url must start with https:// and end without a slash, as the tokens say it."
  }
}

variable "client_ids" {
  description = "App clients whose tokens are taken."
  type        = list(string)

  validation {
    condition     = length(var.client_ids) > 0
    error_message = "client_ids must name an app client: an authorizer without an audience takes every token of the pool."
  }
}

variable "allowed_origins" {
  description = "Origins of the web app that may call with credentials."
  type        = list(string)

  validation {
    condition     = alltrue([for origin in var.allowed_origins : can(regex("^https?://[a-z0-9.-]+(:[0-9]+)?$", origin))])
    error_message = "allowed_origins must be whole origins, such as https://app.example.com: no path, no slash at the end, no asterisk."
  }
}

variable "memory_megabytes" {
  description = "Memory of the function; 60 % of it is for pictures."
  type        = number
  default     = 1024

  validation {
    condition     = var.memory_megabytes >= 512
    error_message = "memory_megabytes must be 512 or more, or a photo of 12 megapixels cannot be read."
  }
}

variable "reserved_concurrency" {
  description = "How many requests may be worked on at once; null: no limit of its own. Times the connections of a sandbox, it must fit below the proxy's limit."
  type        = number
  default     = null
}

variable "provisioned_concurrency" {
  description = "Sandboxes kept warm in production."
  type        = number
  default     = 2

  validation {
    condition     = var.provisioned_concurrency >= 1
    error_message = "provisioned_concurrency must be 1 or more; production = false keeps none."
  }

  validation {
    condition     = var.reserved_concurrency == null ? true : var.provisioned_concurrency <= var.reserved_concurrency
    error_message = "provisioned_concurrency must not be more than reserved_concurrency."
  }
}

variable "throttling" {
  description = "Requests per second that the gateway lets through, from all clients together: a steady rate, and a burst."
  type = object({
    rate  = number
    burst = number
  })
  default = { rate = 200, burst = 400 }

  validation {
    condition     = var.throttling.rate >= 1 && var.throttling.burst >= var.throttling.rate
    error_message = "throttling.rate must be 1 or more, and throttling.burst not less than the rate."
  }
}

variable "custom_domain" {
  description = "Domain of the gateway, its certificate in this region, and the Route 53 zone of its record; null: the gateway's own address."
  type = object({
    domain_name     = string
    certificate_arn = string
    zone_id         = string
  })
  default = null

  validation {
    condition     = var.custom_domain == null ? true : can(regex("^[a-z0-9-]+(\\.[a-z0-9-]+)+$", var.custom_domain.domain_name))
    error_message = "custom_domain.domain_name must be a host name, without scheme and path."
  }

  validation {
    condition     = var.custom_domain == null ? true : startswith(var.custom_domain.certificate_arn, "arn:")
    error_message = "custom_domain.certificate_arn must be an ARN."
  }
}

variable "tracing" {
  description = "Whether X-Ray traces the function."
  type        = bool
  default     = false
}

variable "log_retention_days" {
  description = "Days after which log lines are deleted."
  type        = number
  default     = 30
}

variable "kms_key_arn" {
  description = "KMS key of the log groups; null: CloudWatch's own."
  type        = string
  default     = null
}
