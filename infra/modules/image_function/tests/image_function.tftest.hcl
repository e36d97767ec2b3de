mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
  mock_data "aws_region" {
    defaults = { name = "us-east-1" }
  }
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/lego-test-api" }
  }
  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/lego-test-api" }
  }
}

variables {
  name                  = "lego-test-api"
  image_uri             = "123456789012.dkr.ecr.us-east-1.amazonaws.com/lego-test:1"
  command               = "lego_api.entrypoints.http.handler"
  environment_variables = { S3_BUCKET = "files", DATABASE_URL = "postgresql://lego_app@proxy:5432/lego", REDIS_URL = "rediss://cache:6379/0", OTHER = "a@b" }
  memory_megabytes      = 1024
  timeout_seconds       = 28
  subnet_ids            = ["subnet-1", "subnet-2"]
  security_group_id     = "sg-1"
  policy_statements     = [{ sid = "ReadFiles", actions = ["s3:GetObject"], resources = ["arn:aws:s3:::files/*"] }]
}

run "as_given" {
  # Function.
  assert {
    condition     = aws_lambda_function.this.package_type == "Image" && aws_lambda_function.this.architectures == tolist(["x86_64"])
    error_message = "The image is built for x86-64."
  }
  assert {
    condition     = aws_lambda_function.this.image_config[0].command == tolist(["lego_api.entrypoints.http.handler"])
    error_message = "The command is the handler."
  }
  assert {
    condition     = aws_lambda_function.this.publish && aws_lambda_alias.live.name == "live"
    error_message = "The alias needs published versions."
  }
  assert {
    condition     = toset(aws_lambda_function.this.vpc_config[0].subnet_ids) == toset(["subnet-1", "subnet-2"]) && toset(aws_lambda_function.this.vpc_config[0].security_group_ids) == toset(["sg-1"])
    error_message = "The function runs in the private subnets, with its group."
  }
  assert {
    condition     = aws_lambda_function.this.reserved_concurrent_executions == -1
    error_message = "Nothing is reserved unless said."
  }
  assert {
    condition     = aws_cloudwatch_log_group.this.retention_in_days == 30 && aws_lambda_function.this.logging_config[0].log_group == "/aws/lambda/lego-test-api"
    error_message = "The function logs to its own group, which forgets."
  }
  assert {
    condition     = aws_lambda_function.this.tracing_config[0].mode == "PassThrough"
    error_message = "Tracing is off unless said."
  }

  # Rights.
  assert {
    condition = toset([
      for statement in jsondecode(aws_iam_role_policy.base.policy).Statement : statement.Sid
      if statement.Effect == "Allow" && statement.Resource == "*"
    ]) == toset(["ManageNetworkInterfaces"])
    error_message = "Only network interfaces may be allowed everywhere."
  }
  assert {
    condition = anytrue([
      for statement in jsondecode(aws_iam_role_policy.base.policy).Statement :
      statement.Effect == "Deny" && statement.Action == "ec2:*" &&
      try(statement.Condition.ArnEquals["lambda:SourceFunctionArn"], "") == "arn:aws:lambda:us-east-1:123456789012:function:lego-test-api"
    ])
    error_message = "The code itself must not manage network interfaces."
  }
  assert {
    condition = one([
      for statement in jsondecode(aws_iam_role_policy.base.policy).Statement : statement.Resource
      if statement.Sid == "WriteLogs"
    ]) == "arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/lego-test-api:*"
    error_message = "A function writes to its own log group only."
  }
  assert {
    condition = jsondecode(aws_iam_role_policy.application[0].policy).Statement == [
      { Sid = "ReadFiles", Effect = "Allow", Action = ["s3:GetObject"], Resource = ["arn:aws:s3:::files/*"] }
    ]
    error_message = "What the application may do is what was said."
  }
}

run "no_further_rights" {
  command = plan
  variables {
    policy_statements = []
  }
  assert {
    condition     = length(aws_iam_role_policy.application) == 0
    error_message = "IAM takes no policy without statements."
  }
}

run "traced" {
  variables {
    tracing              = true
    reserved_concurrency = 3
  }
  assert {
    condition     = aws_lambda_function.this.tracing_config[0].mode == "Active" && aws_lambda_function.this.reserved_concurrent_executions == 3
    error_message = "Tracing and the reserved concurrency are as said."
  }
  assert {
    condition     = contains([for statement in jsondecode(aws_iam_role_policy.base.policy).Statement : statement.Sid], "WriteTraces")
    error_message = "A traced function may write traces."
  }
}
