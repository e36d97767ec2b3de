mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
}

variables {
  name               = "lego-test"
  production         = false
  subnet_ids         = ["subnet-a", "subnet-b"]
  security_group_ids = { database = "sg-database", proxy = "sg-proxy" }
  instance_class     = "db.t4g.micro"
}

# Each run plans the module anew: so it holds a wrong value of every variable that has as many.
run "first_wrong_values" {
  command = plan

  variables {
    name                        = "Lego"                   # name in capitals
    subnet_ids                  = ["subnet-a", "subnet-a"] # one subnet twice
    instance_class              = "t4g.micro"              # class of something else
    allocated_storage           = 19                       # too little storage
    backup_retention_days       = 6                        # too few backups
    database_name               = "lego-api"               # database with a hyphen
    application_username        = "Lego"                   # user in capitals
    slow_statement_milliseconds = 0                        # every statement slow
    log_retention_days          = 10                       # retention that cloudwatch does not know
  }

  expect_failures = [
    var.name,
    var.subnet_ids,
    var.instance_class,
    var.allocated_storage,
    var.backup_retention_days,
    var.database_name,
    var.application_username,
    var.slow_statement_milliseconds,
    var.log_retention_days,
  ]
}

run "second_wrong_values" {
  command = plan

  variables {
    name                  = "lego--test" # name with two hyphens
    allocated_storage     = 20.5         # half a gigabyte
    backup_retention_days = 36           # more backups than rds keeps
    application_username  = "rdsadmin"   # reserved user
  }

  expect_failures = [
    var.name,
    var.allocated_storage,
    var.backup_retention_days,
    var.application_username,
  ]
}

run "third_wrong_values" {
  command = plan

  variables {
    name = "lego-test-" # name that ends in a hyphen
  }

  expect_failures = [
    var.name,
  ]
}

run "fourth_wrong_values" {
  command = plan

  variables {
    name = "le" # name too short
  }

  expect_failures = [
    var.name,
  ]
}

run "no_room_to_grow" {
  command = plan

  variables {
    allocated_storage     = 100
    max_allocated_storage = 105
  }

  expect_failures = [var.max_allocated_storage]
}
