mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
}

variables {
  name       = "lego-test"
  production = false
}

run "name_in_capitals" {
  command = plan

  variables {
    name = "Lego"
  }

  expect_failures = [var.name]
}

run "name_too_long" {
  command = plan

  variables {
    name = "lego-production-with-a-long-name"
  }

  expect_failures = [var.name]
}

run "block_of_another_size" {
  command = plan

  variables {
    cidr_block = "10.0.0.0/20"
  }

  expect_failures = [var.cidr_block]
}

run "no_block" {
  command = plan

  variables {
    cidr_block = "10.0.0/16"
  }

  expect_failures = [var.cidr_block]
}

run "one_zone_twice" {
  command = plan

  variables {
    availability_zones = ["us-east-1a", "us-east-1a"]
  }

  expect_failures = [var.availability_zones]
}

run "three_zones" {
  command = plan

  variables {
    availability_zones = ["us-east-1a", "us-east-1b", "us-east-1c"]
  }

  expect_failures = [var.availability_zones]
}

run "regions_for_zones" {
  command = plan

  variables {
    availability_zones = ["us-east-1", "us-east-2"]
  }

  expect_failures = [var.availability_zones]
}

run "zones_of_two_regions" {
  command = plan

  variables {
    availability_zones = ["us-east-1a", "us-west-2a"]
  }

  expect_failures = [var.availability_zones]
}

run "retention_that_cloudwatch_does_not_know" {
  command = plan

  variables {
    flow_log_retention_days = 10
  }

  expect_failures = [var.flow_log_retention_days]
}
