mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/lego-test-commands" }
  }
}

variables {
  name                  = "lego-test"
  image_uri             = "123456789012.dkr.ecr.us-east-1.amazonaws.com/lego-test:1"
  environment_variables = { S3_BUCKET = "files", DATABASE_URL = "postgresql://lego_app@proxy:5432/lego", DATABASE_AUTH = "iam" }
  policy_statements     = []
  subnet_ids            = ["subnet-1", "subnet-2"]
  security_group_id     = "sg-1"
  database = {
    url        = "postgresql://lego_app@instance.example.com:5432/lego"
    secret_arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:rds"
  }
}

run "function" {
  assert {
    condition     = module.function.command == "lego_api.entrypoints.commands.handler"
    error_message = "The command is the handler of the commands."
  }
  assert {
    condition     = module.function.reserved_concurrency == 1 && module.function.timeout_seconds == 900
    error_message = "One command at a time, for a quarter of an hour at most."
  }
  assert {
    condition = module.function.environment_variables == tomap({
      S3_BUCKET           = "files"
      DATABASE_URL        = "postgresql://lego_app@instance.example.com:5432/lego"
      DATABASE_AUTH       = "secret"
      DATABASE_SECRET_ARN = "arn:aws:secretsmanager:us-east-1:123456789012:secret:rds"
      DATABASE_CA_FILE    = "/var/task/rds-ca.pem"
      DATABASE_TIMEOUT    = "60"
    })
    error_message = "It works on the instance, with the password of the secret."
  }
  assert {
    condition = module.function.policy_statements == tolist([{
      sid       = "ReadDatabasePassword"
      actions   = tolist(["secretsmanager:GetSecretValue"])
      resources = tolist(["arn:aws:secretsmanager:us-east-1:123456789012:secret:rds"])
    }])
    error_message = "It reads this one password."
  }
  assert {
    condition     = aws_lambda_function_event_invoke_config.live.maximum_retry_attempts == 0
    error_message = "Nothing repeats a command that failed."
  }
}

run "each_value_is_refused" {
  command = plan
  variables {
    name     = "lego_test"
    database = { url = "postgresql://lego_app:secret@instance.example.com:5432/lego", secret_arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:rds" }
  }
  expect_failures = [var.name, var.database]
}
