variable "name" {
  description = "Name of the function, and of its role and log group: a prefix and a word, such as lego-production-api."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,50}$", var.name))
    error_message = "name must be 3 to 51 lower-case letters, digits and hyphens, and start with a letter."
  }
}

variable "image_uri" {
  description = "Image in ECR with a tag or digest. Read when the function is made; afterwards the pipeline decides."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}\\.dkr\\.ecr\\.[a-z0-9-]+\\.amazonaws\\.com/[a-z0-9._/-]+(:[A-Za-z0-9._-]+|@sha256:[0-9a-f]{64})$", var.image_uri))
    error_message = "image_uri must be an image in ECR with its tag or digest: Lambda takes no other registry."
  }
}

variable "command" {
  description = "Handler, as module.function; takes the place of the image's CMD."
  type        = string

  validation {
    condition     = can(regex("^[a-z_]+(\\.[a-z_]+)+$", var.command))
    error_message = "command must be a dotted Python name, such as lego_api.entrypoints.http.handler."
  }
}

variable "environment_variables" {
  description = "Settings of the application. Lambda shows them to whoever may read the function: no secrets."
  type        = map(string)

  validation {
    condition     = length(setintersection(keys(var.environment_variables), ["CSRF_SECRET", "AWS_SECRET_ACCESS_KEY", "ORIGIN_SECRET"])) == 0
    error_message = "environment_variables must hold no secret: put it into the secret that SECRETS_ARN names."
  }

  validation {
    condition     = alltrue([for value in values(var.environment_variables) : !can(regex("://[^/@]*:[^/@]+@", value))])
    error_message = "environment_variables must hold no URL with a password: the application signs in by IAM."
  }
}

variable "memory_megabytes" {
  description = "Memory in MB. The processor grows with it: 1,769 MB are one whole."
  type        = number

  validation {
    condition     = var.memory_megabytes >= 256 && var.memory_megabytes <= 10240
    error_message = "memory_megabytes must be 256 to 10240: the application does not start in less."
  }
}

variable "timeout_seconds" {
  description = "Seconds after which Lambda ends an invocation."
  type        = number

  validation {
    condition     = var.timeout_seconds >= 1 && var.timeout_seconds <= 900
    error_message = "timeout_seconds must be 1 to 900."
  }
}

variable "reserved_concurrency" {
  description = "How many invocations may run at once, taken out of the account's pool; null: as many as the pool has."
  type        = number
  default     = null

  validation {
    condition     = var.reserved_concurrency == null ? true : var.reserved_concurrency >= 1
    error_message = "reserved_concurrency must be at least 1: 0 would switch the function off."
  }
}

variable "subnet_ids" {
  description = "Private subnets, in which the database can be reached."
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) >= 2
    error_message = "subnet_ids must name two subnets or more, so that the function survives a zone."
  }
}

variable "security_group_id" {
  description = "Security group of the function's network interfaces."
  type        = string
}

variable "policy_statements" {
  description = "What the function may do beside logging: statements of an IAM policy, each with exact resources."
  type = list(object({
    sid       = string
    actions   = list(string)
    resources = list(string)
  }))

  validation {
    condition     = alltrue([for statement in var.policy_statements : !contains(statement.resources, "*")])
    error_message = "policy_statements must name resources: \"*\" is not taken."
  }

  validation {
    condition = alltrue([
      for action in flatten(var.policy_statements[*].actions) : can(regex("^[a-z0-9-]+:[A-Za-z]+\\*?$", action)) && !endswith(action, ":*")
    ])
    error_message = "policy_statements must name actions such as s3:GetObject or es:ESHttp*: a whole service is not taken."
  }
}

variable "tracing" {
  description = "Whether X-Ray traces the function, at the rate that Lambda sets: the first request of each second and 5 % of the rest."
  type        = bool
  default     = false
}

variable "log_retention_days" {
  description = "Days after which log lines are deleted."
  type        = number
  default     = 30

  validation {
    condition     = contains([7, 14, 30, 60, 90, 180, 365], var.log_retention_days)
    error_message = "log_retention_days must be one of 7, 14, 30, 60, 90, 180 and 365."
  }
}

variable "kms_key_arn" {
  description = "KMS key for the log group; null: the key that CloudWatch Logs itself owns."
  type        = string
  default     = null
}
