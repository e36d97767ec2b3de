mock_provider "aws" {}

variables {
  name       = "lego-test"
  production = false
}

# Each run plans the module anew: so it holds a wrong value of every variable that has as many.
run "first_wrong_values" {
  command = plan

  variables {
    name               = "Lego"                                                                                                   # name in capitals
    existing_user_pool = { id = "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_Old", client_ids = ["oldclient"] } # pool that is an arn
  }

  expect_failures = [
    var.name,
    var.existing_user_pool,
  ]
}

run "second_wrong_values" {
  command = plan

  variables {
    name               = "le"                                            # name too short
    existing_user_pool = { id = "us-east-1_Old000000", client_ids = [] } # no client
  }

  expect_failures = [
    var.name,
    var.existing_user_pool,
  ]
}

run "third_wrong_values" {
  command = plan

  variables {
    existing_user_pool = { id = "us-east-1_Old000000", client_ids = ["Web App"] } # client by its name
  }

  expect_failures = [
    var.existing_user_pool,
  ]
}

run "no_pool_in_production" {
  command = plan

  variables {
    production = true
  }

  expect_failures = [var.existing_user_pool]
}
