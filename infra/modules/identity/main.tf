# Asked for, so that a plan fails on an id that is not there. Nothing of it is changed.
data "aws_cognito_user_pool" "existing" {
  count = var.existing_user_pool == null ? 0 : 1

  user_pool_id = var.existing_user_pool.id
}

# The rest is a pool for trying things, with users that nobody will miss.
locals {
  new_pools = var.existing_user_pool == null ? 1 : 0
}

resource "aws_cognito_user_pool" "new" {
  count = local.new_pools

  name                     = var.name
  deletion_protection      = "INACTIVE"
  username_attributes      = ["email"]
  auto_verified_attributes = ["email"]

  username_configuration {
    case_sensitive = false
  }

  password_policy {
    minimum_length                   = 12
    require_lowercase                = true
    require_numbers                  = true
    require_symbols                  = false
    require_uppercase                = true
    temporary_password_validity_days = 7
  }

  account_recovery_setting {
    recovery_mechanism {
      name     = "verified_email"
      priority = 1
    }
  }

  # Users are made by whoever tests, with `aws cognito-idp admin-create-user`: strangers have no business here.
  admin_create_user_config {
    allow_admin_create_user_only = true
  }
}

# A page in a browser keeps no secret, so the client has none.
resource "aws_cognito_user_pool_client" "web" {
  count = local.new_pools

  name            = "${var.name}-web"
  user_pool_id    = aws_cognito_user_pool.new[0].id
  generate_secret = false

  # The last is for tests, which sign in with a role that may.
  explicit_auth_flows           = ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH"]
  prevent_user_existence_errors = "ENABLED"
  enable_token_revocation       = true

  # Not the picture: that is an object in the bucket, which the application sets and deletes with it.
  read_attributes  = ["email", "email_verified", "name", "picture"]
  write_attributes = ["email", "name"]

  access_token_validity  = 60
  id_token_validity      = 60
  refresh_token_validity = 30

  token_validity_units {
    access_token  = "minutes"
    id_token      = "minutes"
    refresh_token = "days"
  }
}

# Who is in it may do what the application lets administrators do.
resource "aws_cognito_user_group" "admin" {
  count = local.new_pools

  name         = "admin"
  description  = "Administrators of the application"
  user_pool_id = aws_cognito_user_pool.new[0].id
}
