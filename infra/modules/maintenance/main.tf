module "function" {
  source = "../image_function"

  name                  = "${var.name}-maintenance"
  image_uri             = var.image_uri
  command               = "lego_api.entrypoints.maintenance.handler"
  environment_variables = var.environment_variables
  memory_megabytes      = var.memory_megabytes
  timeout_seconds       = 240 # it begins nothing after 120, but building an index may take longer
  reserved_concurrency  = 1
  subnet_ids            = var.subnet_ids
  security_group_id     = var.security_group_id
  policy_statements     = var.policy_statements
  tracing               = var.tracing
  log_retention_days    = var.log_retention_days
  kms_key_arn           = var.kms_key_arn
}

resource "aws_cloudwatch_event_rule" "schedule" {
  name                = "${var.name}-maintenance"
  description         = "Finishes what requests could not"
  schedule_expression = "rate(1 minute)"
}

resource "aws_cloudwatch_event_target" "function" {
  rule = aws_cloudwatch_event_rule.schedule.name
  arn  = module.function.alias_arn

  # The next minute is the retry.
  retry_policy {
    maximum_retry_attempts       = 0
    maximum_event_age_in_seconds = 60
  }
}

resource "aws_lambda_permission" "schedule" {
  statement_id  = "schedule"
  action        = "lambda:InvokeFunction"
  function_name = module.function.function_name
  qualifier     = module.function.alias_name
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.schedule.arn
}

# A run that takes longer than a minute makes the next one wait, and then be dropped.
resource "aws_lambda_function_event_invoke_config" "live" {
  function_name                = module.function.function_name
  qualifier                    = module.function.alias_name
  maximum_retry_attempts       = 0
  maximum_event_age_in_seconds = 60
}
