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
}

variables {
  name                  = "lego-test"
  production            = false
  image_uri             = "123456789012.dkr.ecr.us-east-1.amazonaws.com/lego-test:1"
  environment_variables = { S3_BUCKET = "files" }
  policy_statements     = []
  subnet_ids            = ["subnet-1", "subnet-2"]
  security_group_id     = "sg-1"
  issuer_url            = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_pool"
  client_ids            = ["web"]
  allowed_origins       = []
}

run "outside_production" {
  command = plan
  assert {
    condition     = length(aws_lambda_provisioned_concurrency_config.live) == 0
    error_message = "Nothing is kept warm outside production."
  }
  assert {
    condition     = output.function_name == "lego-test-api" && output.log_group_name == "/aws/lambda/lego-test-api"
    error_message = "Names start with the prefix."
  }
}

run "production" {
  command = plan
  variables {
    production              = true
    provisioned_concurrency = 3
    reserved_concurrency    = 50
  }
  assert {
    condition     = aws_lambda_provisioned_concurrency_config.live[0].provisioned_concurrent_executions == 3 && aws_lambda_provisioned_concurrency_config.live[0].qualifier == "live"
    error_message = "The alias is kept warm in production."
  }
}

run "repository" {
  command = plan
  assert {
    condition     = aws_ecr_repository.this.image_scanning_configuration[0].scan_on_push && aws_ecr_repository.this.image_tag_mutability == "IMMUTABLE"
    error_message = "Images are scanned, and stay what they are."
  }
  assert {
    condition     = [for rule in jsondecode(aws_ecr_lifecycle_policy.this.policy).rules : rule.selection.tagStatus] == ["untagged", "any"]
    error_message = "Old images go."
  }
  assert {
    condition     = one([for statement in jsondecode(aws_ecr_repository_policy.lambda.policy).Statement : statement.Condition.StringLike["aws:sourceArn"]]) == "arn:aws:lambda:us-east-1:123456789012:function:lego-test-*"
    error_message = "Only this environment's functions read the image."
  }
}

run "each_value_is_refused" {
  command = plan
  variables {
    name                    = "L"
    issuer_url              = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_pool/"
    client_ids              = []
    allowed_origins         = ["*"]
    memory_megabytes        = 256
    provisioned_concurrency = 0
    throttling              = { rate = 100, burst = 50 }
    custom_domain           = { domain_name = "https://origin.example.com", certificate_arn = "arn:aws:acm:1", zone_id = "Z1" }
  }
  expect_failures = [
    var.name, var.issuer_url, var.client_ids, var.allowed_origins, var.memory_megabytes, var.provisioned_concurrency,
    var.throttling, var.custom_domain,
  ]
}

run "more_warm_than_reserved" {
  command = plan
  variables {
    provisioned_concurrency = 5
    reserved_concurrency    = 4
    custom_domain           = { domain_name = "origin.example.com", certificate_arn = "certificate", zone_id = "Z1" }
  }
  expect_failures = [var.provisioned_concurrency, var.custom_domain]
}
