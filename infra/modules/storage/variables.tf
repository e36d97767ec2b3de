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

variable "reader_distribution_arns" {
  description = "ARNs of the CloudFront distributions that answer files, such as the one in front of the API."
  type        = list(string)

  validation {
    condition     = length(var.reader_distribution_arns) > 0
    error_message = "reader_distribution_arns names at least one: else nobody answers files."
  }

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
