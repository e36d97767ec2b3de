mock_provider "aws" {}

variables {
  name              = "lego-test"
  production        = false
  subnet_ids        = ["subnet-a", "subnet-b"]
  security_group_id = "sg-cache"
  node_type         = "cache.t4g.micro"
}

# Each run plans the module anew: so it holds a wrong value of every variable that has as many.
run "first_wrong_values" {
  command = plan

  variables {
    name               = "Lego"         # name in capitals
    subnet_ids         = []             # no subnet
    node_type          = "db.t4g.micro" # type of something else
    log_retention_days = 10             # retention that cloudwatch does not know
  }

  expect_failures = [
    var.name,
    var.subnet_ids,
    var.node_type,
    var.log_retention_days,
  ]
}

run "second_wrong_values" {
  command = plan

  variables {
    name = "lego--test" # name with two hyphens
  }

  expect_failures = [
    var.name,
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

run "one_zone_in_production" {
  command = plan

  variables {
    production = true
    subnet_ids = ["subnet-a"]
  }

  expect_failures = [var.subnet_ids]
}
