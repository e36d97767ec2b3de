variable "name" {
  description = "Prefix of all names, such as lego-production."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,30}$", var.name))
    error_message = "name must be 3 to 31 lower-case letters, digits and hyphens, and start with a letter."
  }
}

variable "repository" {
  description = "Repository on GitHub whose jobs may act here, as OWNER/NAME."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9-]+/[A-Za-z0-9._-]+$", var.repository))
    error_message = "repository must be OWNER/NAME, without an asterisk: it decides who may deploy."
  }
}

variable "environment" {
  description = "Environment of the repository that deploys; the one that plans has -plan behind it."
  type        = string

  validation {
    condition     = can(regex("^[a-z]+$", var.environment))
    error_message = "environment must be a word in lower case."
  }
}

variable "image_reader" {
  description = "Environment of the repository that copies images from here, such as production from staging; null: none."
  type        = string
  default     = null

  validation {
    condition     = var.image_reader == null ? true : can(regex("^[a-z]+$", var.image_reader))
    error_message = "image_reader must be a word in lower case."
  }
}

variable "create_provider" {
  description = "Whether to make the account's OIDC provider for GitHub; false where another environment of the account has it."
  type        = bool
  default     = true
}

variable "repository_arn" {
  description = "ARN of the repository of the images."
  type        = string
}

variable "function_arns" {
  description = "ARNs of the functions that a deployment moves, without a version."
  type        = list(string)
}

variable "commands_function_arn" {
  description = "ARN of the function that a deployment calls to migrate."
  type        = string
}
