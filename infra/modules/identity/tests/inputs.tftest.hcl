mock_provider "aws" {}

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

run "name_too_short" {
  command = plan

  variables {
    name = "le"
  }

  expect_failures = [var.name]
}

run "no_pool_in_production" {
  command = plan

  variables {
    production = true
  }

  expect_failures = [var.existing_user_pool]
}

run "pool_that_is_an_arn" {
  command = plan

  variables {
    existing_user_pool = { id = "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_Old", client_ids = ["oldclient"] }
  }

  expect_failures = [var.existing_user_pool]
}

run "no_client" {
  command = plan

  variables {
    existing_user_pool = { id = "us-east-1_Old000000", client_ids = [] }
  }

  expect_failures = [var.existing_user_pool]
}

run "client_by_its_name" {
  command = plan

  variables {
    existing_user_pool = { id = "us-east-1_Old000000", client_ids = ["Web App"] }
  }

  expect_failures = [var.existing_user_pool]
}
