variable "name" {
  description = "Prefix of all names, such as lego-production."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,30}$", var.name))
    error_message = "name must be 3 to 31 lower-case letters, digits and hyphens, and start with a letter."
  }
}

variable "zone_id" {
  description = "Route 53 zone of the public name."
  type        = string
}

variable "record_name" {
  description = "Public name of the API, such as api.example.com. Not the name of the zone itself, which cannot be a CNAME."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9-]+(\\.[a-z0-9-]+){2,}$", var.record_name))
    error_message = "record_name must be a host name with three parts or more, without scheme and path."
  }
}

variable "target" {
  description = "Host that answers now: the distribution of the edge."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9-]+(\\.[a-z0-9-]+)+$", var.target))
    error_message = "target must be a host name, without scheme and path."
  }
}

variable "express_target" {
  description = "Host of the Express server; null: it is gone."
  type        = string
  default     = null

  validation {
    condition     = var.express_target == null ? true : can(regex("^[a-z0-9-]+(\\.[a-z0-9-]+)+$", var.express_target))
    error_message = "express_target must be a host name, without scheme and path."
  }
}

variable "weight" {
  description = "Share of the answers that name the target, in per cent; the Express server gets the rest."
  type        = number

  validation {
    condition     = var.weight >= 0 && var.weight <= 100 && floor(var.weight) == var.weight
    error_message = "weight must be a whole number from 0 to 100."
  }

  validation {
    condition     = var.express_target != null || var.weight == 100
    error_message = "weight must be 100 where there is no Express server to get the rest."
  }
}

variable "ttl_seconds" {
  description = "How long resolvers keep an answer, and so how long a way back takes."
  type        = number
  default     = 60

  validation {
    condition     = var.ttl_seconds >= 10 && var.ttl_seconds <= 300
    error_message = "ttl_seconds must be 10 to 300: more would make the way back slow."
  }
}
