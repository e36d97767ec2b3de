variable "name" {
  description = "Prefix of every name, such as lego-production."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,30}$", var.name))
    error_message = "name is 3 to 31 lower-case letters, digits and hyphens, and starts with a letter."
  }
}

variable "production" {
  description = "Whether both zones have a NAT gateway and interface endpoints of their own."
  type        = bool
}

variable "cidr_block" {
  description = "Addresses of the VPC, a /16 in which each zone gets a /24 for public and a /20 for private use."
  type        = string
  default     = "10.0.0.0/16"

  validation {
    condition     = can(cidrhost(var.cidr_block, 0)) && endswith(var.cidr_block, "/16")
    error_message = "cidr_block is an IPv4 block of the size /16, such as 10.0.0.0/16."
  }
}

variable "availability_zones" {
  description = "The two zones. Named rather than asked for: a zone that is away for an hour must not move subnets."
  type        = list(string)
  default     = ["us-east-1a", "us-east-1b"]

  validation {
    condition     = length(distinct(var.availability_zones)) == 2 && length(var.availability_zones) == 2
    error_message = "availability_zones are two different zones."
  }

  validation {
    condition     = alltrue([for zone in var.availability_zones : can(regex("^[a-z]{2}(-[a-z]+)+-[0-9][a-z]$", zone))])
    error_message = "availability_zones are names of zones, such as us-east-1a."
  }

  validation {
    condition     = length(distinct([for zone in var.availability_zones : substr(zone, 0, length(zone) - 1)])) == 1
    error_message = "availability_zones lie in one region."
  }
}

variable "flow_log_retention_days" {
  description = "Days for which refused connections are kept."
  type        = number
  default     = 30

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 180, 365], var.flow_log_retention_days)
    error_message = "flow_log_retention_days is a retention that CloudWatch knows, between 1 and 365."
  }
}
