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

run "name_in_capitals" {
  command = plan

  variables {
    name = "Lego"
  }

  expect_failures = [var.name]
}

run "name_with_two_hyphens" {
  command = plan

  variables {
    name = "lego--test"
  }

  expect_failures = [var.name]
}

run "name_that_ends_in_a_hyphen" {
  command = plan

  variables {
    name = "lego-test-"
  }

  expect_failures = [var.name]
}

run "name_too_short" {
  command = plan

  variables {
    name = "le"
  }

  expect_failures = [var.name]
}

run "one_subnet_twice" {
  command = plan

  variables {
    subnet_ids = ["subnet-a", "subnet-a"]
  }

  expect_failures = [var.subnet_ids]
}

run "class_of_something_else" {
  command = plan

  variables {
    instance_class = "t4g.micro"
  }

  expect_failures = [var.instance_class]
}

run "too_little_storage" {
  command = plan

  variables {
    allocated_storage = 19
  }

  expect_failures = [var.allocated_storage]
}

run "half_a_gigabyte" {
  command = plan

  variables {
    allocated_storage = 20.5
  }

  expect_failures = [var.allocated_storage]
}

run "no_room_to_grow" {
  command = plan

  variables {
    allocated_storage     = 100
    max_allocated_storage = 105
  }

  expect_failures = [var.max_allocated_storage]
}

run "too_few_backups" {
  command = plan

  variables {
    backup_retention_days = 6
  }

  expect_failures = [var.backup_retention_days]
}

run "more_backups_than_rds_keeps" {
  command = plan

  variables {
    backup_retention_days = 36
  }

  expect_failures = [var.backup_retention_days]
}

run "database_with_a_hyphen" {
  command = plan

  variables {
    database_name = "lego-api"
  }

  expect_failures = [var.database_name]
}

run "user_in_capitals" {
  command = plan

  variables {
    application_username = "Lego"
  }

  expect_failures = [var.application_username]
}

run "reserved_user" {
  command = plan

  variables {
    application_username = "rdsadmin"
  }

  expect_failures = [var.application_username]
}

run "every_statement_slow" {
  command = plan

  variables {
    slow_statement_milliseconds = 0
  }

  expect_failures = [var.slow_statement_milliseconds]
}

run "retention_that_cloudwatch_does_not_know" {
  command = plan

  variables {
    log_retention_days = 10
  }

  expect_failures = [var.log_retention_days]
}
