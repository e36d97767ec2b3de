mock_provider "aws" {
  mock_resource "aws_cognito_user_pool" {
    defaults = {
      id  = "us-east-1_New000000"
      arn = "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_New000000"
    }
  }

  mock_resource "aws_cognito_user_pool_client" {
    defaults = { id = "newclient" }
  }

  mock_data "aws_cognito_user_pool" {
    defaults = { arn = "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_Old000000" }
  }
}

variables {
  name       = "lego-test"
  production = false
}

run "as_given" {
  # A new pool.
  assert {
    condition = (
      output.user_pool_id == "us-east-1_New000000"
      && output.user_pool_arn == "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_New000000"
      && output.client_ids == tolist(["newclient"])
      && output.issuer_url == "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_New000000"
    )
    error_message = "The application is told of another pool."
  }

  assert {
    condition = (
      aws_cognito_user_pool.new[0].admin_create_user_config[0].allow_admin_create_user_only
      && aws_cognito_user_pool.new[0].username_attributes == toset(["email"])
      && aws_cognito_user_pool.new[0].password_policy[0].minimum_length >= 12
    )
    error_message = "Strangers can sign up, users have no email address, or passwords are short."
  }

  assert {
    condition = alltrue([
      for one in [aws_cognito_user_pool_client.web[0].user_pool_id, aws_cognito_user_group.admin[0].user_pool_id] :
      one == aws_cognito_user_pool.new[0].id
    ])
    error_message = "The client or the group are of another pool."
  }

  # A client for browsers.
  assert {
    condition = (
      !aws_cognito_user_pool_client.web[0].generate_secret
      && aws_cognito_user_pool_client.web[0].prevent_user_existence_errors == "ENABLED"
      && aws_cognito_user_pool_client.web[0].enable_token_revocation
    )
    error_message = "The client has a secret, tells who has an account, or cannot take tokens back."
  }

  assert {
    condition     = !contains(aws_cognito_user_pool_client.web[0].explicit_auth_flows, "ALLOW_USER_PASSWORD_AUTH")
    error_message = "Passwords are sent from browsers."
  }

  assert {
    condition     = aws_cognito_user_pool_client.web[0].write_attributes == toset(["email", "name"])
    error_message = "Users can set attributes that the application looks after."
  }

  assert {
    condition = (
      aws_cognito_user_pool_client.web[0].access_token_validity == 60
      && aws_cognito_user_pool_client.web[0].token_validity_units[0].access_token == "minutes"
    )
    error_message = "A token that was stolen is good for more than an hour."
  }

  # Administrators.
  assert {
    condition     = aws_cognito_user_group.admin[0].name == "admin"
    error_message = "The application looks for another group."
  }
}

run "the_pool_that_is_there" {
  state_key = "existing"

  variables {
    production         = true
    existing_user_pool = { id = "eu-west-1_Old000000", client_ids = ["oldclient1", "oldclient2"] }
  }

  assert {
    condition = (
      length(aws_cognito_user_pool.new) == 0
      && length(aws_cognito_user_pool_client.web) == 0
      && length(aws_cognito_user_group.admin) == 0
    )
    error_message = "Something is made beside the pool that is there."
  }

  assert {
    condition     = data.aws_cognito_user_pool.existing[0].user_pool_id == "eu-west-1_Old000000"
    error_message = "Nobody looks whether the pool is there."
  }

  assert {
    condition = (
      output.user_pool_id == "eu-west-1_Old000000"
      && output.user_pool_arn == "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_Old000000"
      && output.client_ids == tolist(["oldclient1", "oldclient2"])
      && output.issuer_url == "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Old000000"
    )
    error_message = "The application is told of another pool."
  }
}
