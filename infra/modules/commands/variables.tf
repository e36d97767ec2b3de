variable "name" {
  description = "Prefix of all names, such as lego-production."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,30}$", var.name))
    error_message = "name must be 3 to 31 lower-case letters, digits and hyphens, and start with a letter."
  }
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
  description = "Security group of the function: migration, of the module network."
  type        = string
}

variable "database" {
  description = "The instance itself, as postgresql://USER@HOST:5432/NAME, and the secret with that user's password."
  type = object({
    url        = string
    secret_arn = string
  })

  validation {
    condition     = can(regex("^postgresql://[a-z0-9_]+@[^@/]+/[a-z0-9_]+$", var.database.url))
    error_message = "database.url must be postgresql://USER@HOST:PORT/NAME, without a password."
  }
}

variable "memory_megabytes" {
  description = "Memory of the function."
  type        = number
  default     = 1024
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
