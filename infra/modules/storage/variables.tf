variable "name" {
  description = "Prefix of every name, such as lego-production."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,30}$", var.name))
    error_message = "name is 3 to 31 lower-case letters, digits and hyphens, and starts with a letter."
  }
}

variable "production" {
  description = "Whether the bucket can only be destroyed when it is empty."
  type        = bool
}

variable "frontend_origins" {
  description = "Origins of the web app, such as https://app.example.com: pages of these may upload and read with a signature."
  type        = list(string)

  validation {
    condition     = length(var.frontend_origins) > 0
    error_message = "frontend_origins names at least one origin."
  }

  validation {
    condition = alltrue([
      for origin in var.frontend_origins :
      can(regex("^(https://[a-z0-9.-]+|http://localhost)(:[0-9]{1,5})?$", origin))
    ])
    error_message = "frontend_origins are https://host or http://localhost, with a port perhaps, and without a path or a *."
  }
}

variable "create_distribution" {
  description = "Whether the files have a CloudFront distribution of their own; false where reader_distribution_arns answer them."
  type        = bool
  default     = true

  validation {
    condition     = var.create_distribution || length(var.reader_distribution_arns) > 0
    error_message = "create_distribution is false, and reader_distribution_arns name nobody else who answers files."
  }
}

variable "domain_name" {
  description = "The name that files are answered under, such as files.example.com; null: the one that CloudFront gives."
  type        = string
  default     = null

  validation {
    condition     = var.domain_name == null || can(regex("^([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)+[a-z]{2,}$", var.domain_name))
    error_message = "domain_name is a host name in lower case, such as files.example.com."
  }
}

variable "certificate_arn" {
  description = "ARN of the certificate for domain_name, in us-east-1, where CloudFront looks for it."
  type        = string
  default     = null

  validation {
    condition = var.certificate_arn == null || can(
      regex("^arn:aws:acm:us-east-1:[0-9]{12}:certificate/[0-9a-f-]+$", var.certificate_arn)
    )
    error_message = "certificate_arn is the ARN of a certificate in us-east-1."
  }

  validation {
    condition     = (var.certificate_arn == null) == (var.domain_name == null)
    error_message = "certificate_arn and domain_name go together."
  }
}

variable "web_acl_arn" {
  description = "ARN of the web ACL in front of the files; null: none."
  type        = string
  default     = null

  validation {
    condition = var.web_acl_arn == null || can(
      regex("^arn:aws:wafv2:us-east-1:[0-9]{12}:global/webacl/", var.web_acl_arn)
    )
    error_message = "web_acl_arn is the ARN of a global web ACL of WAFv2."
  }
}

variable "reader_distribution_arns" {
  description = "ARNs of further CloudFront distributions that answer files, such as the one in front of the API."
  type        = list(string)
  default     = []

  validation {
    condition = alltrue([
      for arn in var.reader_distribution_arns : can(regex("^arn:aws:cloudfront::[0-9]{12}:distribution/[A-Z0-9]+$", arn))
    ])
    error_message = "reader_distribution_arns are ARNs of CloudFront distributions."
  }
}

variable "old_version_days" {
  description = "Days for which a file that was deleted or replaced can be had back."
  type        = number
  default     = 30

  validation {
    condition     = var.old_version_days >= 1 && floor(var.old_version_days) == var.old_version_days
    error_message = "old_version_days is a whole number, at least 1."
  }
}

variable "price_class" {
  description = "Where CloudFront answers from: PriceClass_100 (North America, Europe), PriceClass_200 or PriceClass_All."
  type        = string
  default     = "PriceClass_100"

  validation {
    condition     = contains(["PriceClass_100", "PriceClass_200", "PriceClass_All"], var.price_class)
    error_message = "price_class is PriceClass_100, PriceClass_200 or PriceClass_All."
  }
}
