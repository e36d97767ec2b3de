mock_provider "aws" {}

variables {
  name              = "lego-test"
  production        = false
  subnet_ids        = ["subnet-a", "subnet-b"]
  security_group_id = "sg-cache"
  node_type         = "cache.t4g.micro"
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

run "no_subnet" {
  command = plan

  variables {
    subnet_ids = []
  }

  expect_failures = [var.subnet_ids]
}

run "one_zone_in_production" {
  command = plan

  variables {
    production = true
    subnet_ids = ["subnet-a"]
  }

  expect_failures = [var.subnet_ids]
}

run "type_of_something_else" {
  command = plan

  variables {
    node_type = "db.t4g.micro"
  }

  expect_failures = [var.node_type]
}

run "retention_that_cloudwatch_does_not_know" {
  command = plan

  variables {
    log_retention_days = 10
  }

  expect_failures = [var.log_retention_days]
}
