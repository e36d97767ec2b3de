mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }

  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
}

variables {
  name       = "lego-test"
  production = false
}

# Each run plans the module anew: so it holds a wrong value of every variable that has as many.
run "first_wrong_values" {
  command = plan

  variables {
    name                    = "Lego"                       # name in capitals
    cidr_block              = "10.0.0.0/20"                # block of another size
    availability_zones      = ["us-east-1a", "us-east-1a"] # one zone twice
    flow_log_retention_days = 10                           # retention that cloudwatch does not know
  }

  expect_failures = [
    var.name,
    var.cidr_block,
    var.availability_zones,
    var.flow_log_retention_days,
  ]
}

run "second_wrong_values" {
  command = plan

  variables {
    name               = "lego-production-with-a-long-name"         # name too long
    cidr_block         = "10.0.0/16"                                # no block
    availability_zones = ["us-east-1a", "us-east-1b", "us-east-1c"] # three zones
  }

  expect_failures = [
    var.name,
    var.cidr_block,
    var.availability_zones,
  ]
}

run "third_wrong_values" {
  command = plan

  variables {
    availability_zones = ["us-east-1", "us-east-2"] # regions for zones
  }

  expect_failures = [
    var.availability_zones,
  ]
}

run "fourth_wrong_values" {
  command = plan

  variables {
    availability_zones = ["us-east-1a", "us-west-2a"] # zones of two regions
  }

  expect_failures = [
    var.availability_zones,
  ]
}
