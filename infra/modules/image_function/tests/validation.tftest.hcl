mock_provider "aws" {}

variables {
  name                  = "lego-test-api"
  image_uri             = "123456789012.dkr.ecr.us-east-1.amazonaws.com/lego-test:1"
  command               = "lego_api.entrypoints.http.handler"
  environment_variables = {}
  memory_megabytes      = 1024
  timeout_seconds       = 28
  subnet_ids            = ["subnet-1", "subnet-2"]
  security_group_id     = "sg-1"
  policy_statements     = []
}

run "each_value_is_refused" {
  command = plan
  variables {
    name                  = "Lego_Api"
    image_uri             = "example.com/lego:1"
    command               = "python main.py"
    environment_variables = { CSRF_SECRET = "x" }
    memory_megabytes      = 128
    timeout_seconds       = 901
    reserved_concurrency  = 0
    subnet_ids            = ["subnet-1"]
    policy_statements     = [{ sid = "All", actions = ["s3:GetObject"], resources = ["*"] }]
    log_retention_days    = 31
  }
  expect_failures = [
    var.name, var.image_uri, var.command, var.environment_variables, var.memory_megabytes, var.timeout_seconds,
    var.reserved_concurrency, var.subnet_ids, var.policy_statements, var.log_retention_days,
  ]
}

run "image_without_tag" {
  command = plan
  variables {
    image_uri = "123456789012.dkr.ecr.us-east-1.amazonaws.com/lego-test"
  }
  expect_failures = [var.image_uri]
}

run "password_in_url" {
  command = plan
  variables {
    environment_variables = { DATABASE_URL = "postgresql://lego:password@proxy/lego" }
  }
  expect_failures = [var.environment_variables]
}

run "every_action" {
  command = plan
  variables {
    policy_statements = [{ sid = "All", actions = ["s3:*"], resources = ["arn:aws:s3:::files/*"] }]
  }
  expect_failures = [var.policy_statements]
}
