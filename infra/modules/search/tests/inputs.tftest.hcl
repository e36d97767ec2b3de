mock_provider "aws" {}

variables {
  name              = "lego-test"
  production        = false
  subnet_ids        = ["subnet-a", "subnet-b"]
  security_group_id = "sg-search"
  instance_type     = "t3.small.search"
  admin_role_arn    = "arn:aws:iam::123456789012:role/deployment"
  client_role_arns  = ["arn:aws:iam::123456789012:role/lego-test-api"]
}

run "name_in_capitals" {
  command = plan

  variables {
    name = "Lego"
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

run "name_longer_than_opensearch_takes" {
  command = plan

  variables {
    name = "lego-production-with-a-suffix"
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
    instance_type = "db.t4g.micro"
  }

  expect_failures = [var.instance_type]
}

run "type_that_cannot_encrypt" {
  command = plan

  variables {
    instance_type = "t2.small.search"
  }

  expect_failures = [var.instance_type]
}

run "master_of_something_else" {
  command = plan

  variables {
    master_instance_type = "m6g.large"
  }

  expect_failures = [var.master_instance_type]
}

run "master_that_cannot_encrypt" {
  command = plan

  variables {
    master_instance_type = "t2.small.search"
  }

  expect_failures = [var.master_instance_type]
}

run "too_small_volume" {
  command = plan

  variables {
    volume_size = 9
  }

  expect_failures = [var.volume_size]
}

run "half_a_gigabyte" {
  command = plan

  variables {
    volume_size = 10.5
  }

  expect_failures = [var.volume_size]
}

run "opensearch_1" {
  command = plan

  variables {
    engine_version = "OpenSearch_1.3"
  }

  expect_failures = [var.engine_version]
}

run "admin_that_is_a_user" {
  command = plan

  variables {
    admin_role_arn = "arn:aws:iam::123456789012:user/somebody"
  }

  expect_failures = [var.admin_role_arn]
}

run "client_that_is_anybody" {
  command = plan

  variables {
    client_role_arns = ["*"]
  }

  expect_failures = [var.client_role_arns]
}

run "retention_that_cloudwatch_does_not_know" {
  command = plan

  variables {
    log_retention_days = 10
  }

  expect_failures = [var.log_retention_days]
}
