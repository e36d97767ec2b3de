variable "name" {
  description = "Prefix of every name, such as lego-staging."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,30}$", var.name))
    error_message = "name is 3 to 31 lower-case letters, digits and hyphens, and starts with a letter."
  }
}

variable "production" {
  description = "Whether real users are in the pool: then it is there already, and nothing here changes it."
  type        = bool
}

variable "existing_user_pool" {
  description = "The pool that users are in, and the ids of the clients whose tokens are accepted; null: a new pool."
  type = object({
    id         = string
    client_ids = list(string)
  })
  default = null

  validation {
    condition     = !(var.production && var.existing_user_pool == null)
    error_message = "existing_user_pool is needed in production: its users cannot move to a new pool with their passwords."
  }

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]_[0-9A-Za-z]+$", try(var.existing_user_pool.id, "us-east-1_x")))
    error_message = "existing_user_pool.id is the id of a pool, such as us-east-1_AbCdEf123."
  }

  validation {
    condition = (
      length(try(var.existing_user_pool.client_ids, ["x"])) > 0
      && alltrue([for id in try(var.existing_user_pool.client_ids, []) : can(regex("^[0-9a-z]{1,128}$", id))])
    )
    error_message = "existing_user_pool.client_ids are ids of clients, at least one: lower-case letters and digits."
  }
}
