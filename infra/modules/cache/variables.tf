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
  description = "Whether a replica in the other zone takes over when the primary fails."
  type        = bool
}

variable "subnet_ids" {
  description = "Private subnets, of two zones in production."
  type        = list(string)

  validation {
    condition     = length(distinct(var.subnet_ids)) >= (var.production ? 2 : 1)
    error_message = "subnet_ids are one subnet, or two in production: the replica lives in another zone."
  }
}

variable "security_group_id" {
  description = "Group of the nodes: cache, of the module network."
  type        = string
}

variable "node_type" {
  description = "Size of each node, such as cache.t4g.micro."
  type        = string

  validation {
    condition     = can(regex("^cache\\.[a-z0-9]+\\.[a-z0-9]+$", var.node_type))
    error_message = "node_type is a type of ElastiCache, such as cache.t4g.micro."
  }
}

variable "log_retention_days" {
  description = "Days for which logs are kept."
  type        = number
  default     = 30

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 180, 365], var.log_retention_days)
    error_message = "log_retention_days is a retention that CloudWatch knows, between 1 and 365."
  }
}

