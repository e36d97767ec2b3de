variable "name" {
  description = "Prefix of all names, such as lego-production."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,30}$", var.name))
    error_message = "name must be 3 to 31 lower-case letters, digits and hyphens, and start with a letter."
  }
}

variable "api_endpoint" {
  description = "Address of the gateway, such as https://abc.execute-api.us-east-1.amazonaws.com."
  type        = string

  validation {
    condition     = can(regex("^https://[a-z0-9.-]+$", var.api_endpoint))
    error_message = "api_endpoint must be https:// and a host, without a path."
  }
}

variable "files" {
  description = "Bucket of the files, and the origin access control that CloudFront signs with. The bucket's policy has to let this distribution read."
  type = object({
    bucket_regional_domain_name = string
    origin_access_control_id    = string
  })
}

variable "domain" {
  description = "Public name, and its certificate in us-east-1; null: the name that CloudFront gives."
  type = object({
    name            = string
    certificate_arn = string
  })
  default = null

  validation {
    condition     = var.domain == null ? true : can(regex("^[a-z0-9-]+(\\.[a-z0-9-]+)+$", var.domain.name))
    error_message = "domain.name must be a host name, without scheme and path."
  }

  validation {
    condition     = var.domain == null ? true : can(regex("^arn:[a-z-]+:acm:us-east-1:", var.domain.certificate_arn))
    error_message = "domain.certificate_arn must be of us-east-1: CloudFront takes no other."
  }
}

variable "allowed_origins" {
  description = "Origins of the web app, for the answers that the edge gives itself."
  type        = list(string)

  validation {
    condition     = alltrue([for origin in var.allowed_origins : can(regex("^https?://[a-z0-9.-]+(:[0-9]+)?$", origin))])
    error_message = "allowed_origins must be whole origins, such as https://app.example.com: no path, no slash at the end, no asterisk."
  }
}

variable "fixed_segments" {
  description = "The fixed parts of the application's paths, in lower case."
  type        = list(string)

  validation {
    condition     = alltrue([for segment in var.fixed_segments : can(regex("^[a-z0-9._-]+$", segment))])
    error_message = "fixed_segments must be parts of paths in lower case, without parameters."
  }
}

variable "requests_per_address" {
  description = "Requests to the API from one address in 5 minutes, after which it is refused for a while."
  type        = number
  default     = 2000

  validation {
    condition     = var.requests_per_address >= 100 && var.requests_per_address <= 2000000000
    error_message = "requests_per_address must be 100 to 2,000,000,000. Many users may share an address."
  }
}

variable "price_class" {
  description = "Where CloudFront answers: PriceClass_100 is North America and Europe."
  type        = string
  default     = "PriceClass_100"

  validation {
    condition     = contains(["PriceClass_100", "PriceClass_200", "PriceClass_All"], var.price_class)
    error_message = "price_class must be PriceClass_100, PriceClass_200 or PriceClass_All."
  }
}

variable "log_retention_days" {
  description = "Days after which lines about blocked requests are deleted."
  type        = number
  default     = 30
}

variable "kms_key_arn" {
  description = "KMS key of the log group; null: CloudWatch's own."
  type        = string
  default     = null
}
