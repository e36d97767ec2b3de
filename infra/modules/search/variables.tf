variable "name" {
  description = "Name of the domain and prefix of every other, such as lego-production."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,27}$", var.name))
    error_message = "name is 3 to 28 lower-case letters, digits and hyphens, and starts with a letter: OpenSearch takes no longer ones."
  }
}

variable "nodes" {
  description = "Data nodes, each in a zone of its own: with 2, there is a copy of every index."
  type        = number
  default     = 1

  validation {
    condition     = contains([1, 2], var.nodes)
    error_message = "nodes is 1 or 2: there are two zones."
  }
}

variable "dedicated_masters" {
  description = "Whether three more nodes do nothing but lead: without them a node that fails takes the domain away for minutes."
  type        = bool
  default     = false
}

variable "subnet_ids" {
  description = "Private subnets, one for each data node; more are not used."
  type        = list(string)

  validation {
    condition     = length(distinct(var.subnet_ids)) >= var.nodes
    error_message = "subnet_ids are as many subnets as there are nodes: each is in a zone of its own."
  }
}

variable "security_group_id" {
  description = "Group of the domain: search, of the module network."
  type        = string
}

variable "instance_type" {
  description = "Size of each data node, such as t3.small.search."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9]+\\.[a-z0-9]+\\.search$", var.instance_type)) && !startswith(var.instance_type, "t2.")
    error_message = "instance_type is a type of OpenSearch, such as t3.small.search, and none of t2, which cannot encrypt."
  }
}

variable "master_instance_type" {
  description = "Size of each dedicated master, where there are any."
  type        = string
  default     = "m6g.large.search"

  validation {
    condition = (
      can(regex("^[a-z0-9]+\\.[a-z0-9]+\\.search$", var.master_instance_type))
      && !startswith(var.master_instance_type, "t2.")
    )
    error_message = "master_instance_type is a type of OpenSearch, such as m6g.large.search, and none of t2, which cannot encrypt."
  }
}

variable "volume_size" {
  description = "GB of each data node."
  type        = number
  default     = 10

  validation {
    condition     = var.volume_size >= 10 && floor(var.volume_size) == var.volume_size
    error_message = "volume_size is a whole number, at least the 10 GB that OpenSearch starts from."
  }
}

variable "engine_version" {
  description = "OpenSearch_2.x; a higher one is an upgrade in place."
  type        = string
  default     = "OpenSearch_2.19"

  validation {
    condition     = can(regex("^OpenSearch_2\\.[0-9]+$", var.engine_version))
    error_message = "engine_version is a version of OpenSearch 2, such as OpenSearch_2.19."
  }
}

variable "admin_role_arn" {
  description = "ARN of the role that may do everything in the domain, and says there what the others may: that of the commands."
  type        = string

  validation {
    condition     = can(regex("^arn:aws:iam::[0-9]{12}:role/", var.admin_role_arn))
    error_message = "admin_role_arn is the ARN of a role."
  }
}

variable "client_role_arns" {
  description = "ARNs of the roles of the functions that search and index."
  type        = list(string)

  validation {
    condition     = alltrue([for arn in var.client_role_arns : can(regex("^arn:aws:iam::[0-9]{12}:role/", arn))])
    error_message = "client_role_arns are ARNs of roles."
  }
}

variable "create_service_linked_role" {
  description = "Whether to make the account's role for OpenSearch in VPCs; false where another environment of the account has it."
  type        = bool
  default     = true
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
