mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }

  mock_resource "aws_db_instance" {
    defaults = {
      address            = "lego-test.abc.us-east-1.rds.amazonaws.com"
      master_user_secret = [{ secret_arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:rds!db-1" }]
    }
  }

  mock_resource "aws_db_proxy" {
    defaults = {
      arn      = "arn:aws:rds:us-east-1:123456789012:db-proxy:prx-0123456789abcdef0"
      endpoint = "lego-test.proxy-abc.us-east-1.rds.amazonaws.com"
    }
  }

  mock_resource "aws_db_proxy_default_target_group" {
    defaults = { name = "default" }
  }

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/mock" }
  }
}

variables {
  name               = "lego-test"
  production         = true
  subnet_ids         = ["subnet-a", "subnet-b"]
  security_group_ids = { database = "sg-database", proxy = "sg-proxy" }
  instance_class     = "db.r6g.large"
}

run "as_given" {
  # Only by iam and tls.
  assert {
    condition = [for auth in aws_db_proxy.main.auth : [auth.iam_auth, auth.auth_scheme, auth.secret_arn]] == [
      ["REQUIRED", "SECRETS", "arn:aws:secretsmanager:us-east-1:123456789012:secret:rds!db-1"]
    ]
    error_message = "The proxy takes passwords, or reads another secret."
  }

  assert {
    condition = (
      aws_db_proxy.main.require_tls
      && aws_db_proxy.main.vpc_security_group_ids == toset(["sg-proxy"])
      && aws_db_proxy.main.vpc_subnet_ids == toset(["subnet-a", "subnet-b"])
      && !aws_db_proxy.main.debug_logging
    )
    error_message = "The proxy answers without TLS, elsewhere, or writes statements to its log."
  }

  # Reads one secret.
  assert {
    condition = jsondecode(aws_iam_role_policy.proxy.policy).Statement == [{
      Effect   = "Allow"
      Action   = "secretsmanager:GetSecretValue"
      Resource = "arn:aws:secretsmanager:us-east-1:123456789012:secret:rds!db-1"
    }]
    error_message = "The proxy may do something else than read the password."
  }

  assert {
    condition = (
      aws_iam_role_policy.proxy.role == aws_iam_role.proxy.id
      && aws_db_proxy.main.role_arn == aws_iam_role.proxy.arn
      && jsondecode(aws_iam_role.proxy.assume_role_policy).Statement[0].Principal == { Service = "rds.amazonaws.com" }
      && jsondecode(aws_iam_role.proxy.assume_role_policy).Statement[0].Condition == {
        StringEquals = { "aws:SourceAccount" = "123456789012" }
      }
    )
    error_message = "The role is not the proxy's, or others may take it."
  }

  # In front of the instance.
  assert {
    condition = (
      aws_db_proxy_target.main.db_proxy_name == aws_db_proxy.main.name
      && aws_db_proxy_target.main.db_instance_identifier == aws_db_instance.main.identifier
      && aws_db_proxy_default_target_group.main.db_proxy_name == aws_db_proxy.main.name
    )
    error_message = "The proxy leads elsewhere."
  }

  assert {
    condition = (
      aws_db_proxy_default_target_group.main.connection_pool_config[0].max_connections_percent == 80
      && aws_db_proxy_default_target_group.main.connection_pool_config[0].connection_borrow_timeout == 5
      && aws_db_proxy.main.idle_client_timeout == 1800
    )
    error_message = "Migrations find no free connection, or requests wait too long for one."
  }

  # What others need to know.
  assert {
    condition = output.proxy_endpoint == "lego-test.proxy-abc.us-east-1.rds.amazonaws.com" && (
      output.instance_endpoint == "lego-test.abc.us-east-1.rds.amazonaws.com"
    )
    error_message = "The endpoints are others."
  }

  assert {
    condition     = output.proxy_resource_id == "prx-0123456789abcdef0"
    error_message = "Nobody could be allowed to connect."
  }

  assert {
    condition     = output.database_name == "lego" && output.application_username == "lego_app"
    error_message = "The database or its user has another name."
  }
}
