variable "name" {
  description = "Prefix of every name, such as lego-production."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,30}$", var.name))
    error_message = "name is 3 to 31 lower-case letters, digits and hyphens, and starts with a letter."
  }

  validation {
    condition     = !strcontains(var.name, "--") && !endswith(var.name, "-")
    error_message = "name has no two hyphens in a row and none at its end: AWS refuses such names here."
  }
}

variable "production" {
  description = "Whether there is a second instance that takes over, and the data outlives a mistake."
  type        = bool
}

variable "subnet_ids" {
  description = "Private subnets of two zones or more, for the instance and the proxy."
  type        = list(string)

  validation {
    condition     = length(distinct(var.subnet_ids)) >= 2
    error_message = "subnet_ids are two subnets or more: RDS wants two zones, also for one instance."
  }
}

variable "security_group_ids" {
  description = "Groups of the instance and of the proxy; those of the module network."
  type = object({
    database = string
    proxy    = string
  })
}

variable "instance_class" {
  description = "Size of the instance, such as db.t4g.micro."
  type        = string

  validation {
    condition     = can(regex("^db\\.[a-z0-9]+\\.[a-z0-9]+$", var.instance_class))
    error_message = "instance_class is a class of RDS, such as db.t4g.micro."
  }
}

variable "allocated_storage" {
  description = "GB to begin with."
  type        = number
  default     = 20

  validation {
    condition     = var.allocated_storage >= 20 && floor(var.allocated_storage) == var.allocated_storage
    error_message = "allocated_storage is a whole number, at least the 20 GB that gp3 starts from."
  }
}

variable "max_allocated_storage" {
  description = "GB up to which RDS adds more by itself."
  type        = number
  default     = 100

  validation {
    condition     = var.max_allocated_storage >= 1.1 * var.allocated_storage
    error_message = "max_allocated_storage is at least a tenth more than allocated_storage."
  }
}

variable "backup_retention_days" {
  description = "Days to any moment of which the database can be brought back."
  type        = number
  default     = 7

  validation {
    condition     = var.backup_retention_days >= 7 && var.backup_retention_days <= 35
    error_message = "backup_retention_days are 7 to 35."
  }
}

variable "database_name" {
  description = "Name of the database."
  type        = string
  default     = "lego"

  validation {
    condition     = can(regex("^[a-z][a-z0-9_]{0,62}$", var.database_name))
    error_message = "database_name is lower-case letters, digits and underscores, at most 63, and starts with a letter."
  }
}

variable "application_username" {
  description = "The user that owns the tables, as the application and the migrations. For a restored snapshot: its master user."
  type        = string
  default     = "lego_app"

  validation {
    condition = (
      can(regex("^[a-z][a-z0-9_]{0,62}$", var.application_username))
      && !contains(["admin", "postgres", "public", "rdsadmin"], var.application_username)
    )
    error_message = "application_username is lower-case letters, digits and underscores, and none that PostgreSQL or RDS reserve."
  }
}

variable "snapshot_identifier" {
  description = "Snapshot to begin from instead of an empty database; only looked at when the instance is made."
  type        = string
  default     = null
}

variable "slow_statement_milliseconds" {
  description = "Statements that take longer are logged."
  type        = number
  default     = 500

  validation {
    condition     = var.slow_statement_milliseconds >= 10
    error_message = "slow_statement_milliseconds is at least 10: less would log nearly every statement, and its values."
  }
}

variable "log_retention_days" {
  description = "Days for which the logs of the instance and the proxy are kept."
  type        = number
  default     = 30

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 180, 365], var.log_retention_days)
    error_message = "log_retention_days is a retention that CloudWatch knows, between 1 and 365."
  }
}
