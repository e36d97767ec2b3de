mock_provider "aws" {
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/lego-test-maintenance" }
  }
  mock_resource "aws_lambda_alias" {
    defaults = { arn = "arn:aws:lambda:us-east-1:123456789012:function:lego-test-maintenance:live" }
  }
  mock_resource "aws_cloudwatch_event_rule" {
    defaults = { arn = "arn:aws:events:us-east-1:123456789012:rule/lego-test-maintenance" }
  }
}

variables {
  name                  = "lego-test"
  image_uri             = "123456789012.dkr.ecr.us-east-1.amazonaws.com/lego-test:1"
  environment_variables = { S3_BUCKET = "files" }
  policy_statements     = []
  subnet_ids            = ["subnet-1", "subnet-2"]
  security_group_id     = "sg-1"
}

run "schedule" {
  assert {
    condition     = aws_cloudwatch_event_rule.schedule.schedule_expression == "rate(1 minute)"
    error_message = "It runs each minute."
  }
  assert {
    condition     = aws_cloudwatch_event_target.function.arn == "arn:aws:lambda:us-east-1:123456789012:function:lego-test-maintenance:live"
    error_message = "The schedule calls the alias."
  }
  assert {
    condition     = aws_cloudwatch_event_target.function.retry_policy[0].maximum_retry_attempts == 0 && aws_lambda_function_event_invoke_config.live.maximum_retry_attempts == 0
    error_message = "Neither EventBridge nor Lambda tries again."
  }
  assert {
    condition     = aws_lambda_function_event_invoke_config.live.qualifier == "live" && aws_lambda_function_event_invoke_config.live.maximum_event_age_in_seconds == 60
    error_message = "What could not start within a minute is dropped."
  }
  assert {
    condition     = aws_lambda_permission.schedule.source_arn == "arn:aws:events:us-east-1:123456789012:rule/lego-test-maintenance" && aws_lambda_permission.schedule.qualifier == "live"
    error_message = "The rule may call the alias, and nothing else."
  }
}

run "function" {
  assert {
    condition     = module.function.reserved_concurrency == 1 && module.function.timeout_seconds == 240
    error_message = "One run at a time, for 240 s at most."
  }
  assert {
    condition     = module.function.command == "lego_api.entrypoints.maintenance.handler"
    error_message = "The command is the handler of the maintenance."
  }
}

run "name" {
  command = plan
  variables {
    name = "lego_test"
  }
  expect_failures = [var.name]
}
