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
  description = "Security group of the function."
  type        = string
}

variable "bucket_name" {
  description = "Bucket whose parts lists are read. This module owns its notifications: S3 knows one configuration for all."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.bucket_name))
    error_message = "bucket_name must be the name of a bucket, not its ARN."
  }
}

variable "bucket_arn" {
  description = "ARN of the bucket, which alone may send to the queue."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:s3:::[a-z0-9.-]+$", var.bucket_arn))
    error_message = "bucket_arn must be the ARN of a bucket, without a key."
  }
}

variable "memory_megabytes" {
  description = "Memory of the function."
  type        = number
  default     = 1024
}

variable "concurrency" {
  description = "How many parts lists are read at once. Each takes a connection of the database."
  type        = number
  default     = 4

  validation {
    condition     = var.concurrency >= 2 && var.concurrency <= 50
    error_message = "concurrency must be 2 to 50: SQS calls Lambda with two at least, and the database has other work."
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
