locals {
  timeout_seconds = 120
}

module "function" {
  source = "../image_function"

  name                  = "${var.name}-parts-list-import"
  image_uri             = var.image_uri
  command               = "lego_api.entrypoints.parts_list_import.handler"
  environment_variables = merge(var.environment_variables, { DATABASE_TIMEOUT = "60" }) # long lists are long statements
  memory_megabytes      = var.memory_megabytes
  timeout_seconds       = local.timeout_seconds
  subnet_ids            = var.subnet_ids
  security_group_id     = var.security_group_id
  tracing               = var.tracing
  log_retention_days    = var.log_retention_days
  kms_key_arn           = var.kms_key_arn

  policy_statements = concat(var.policy_statements, [
    {
      sid       = "TakeEvents"
      actions   = ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"]
      resources = [aws_sqs_queue.events.arn]
    },
    {
      sid       = "KeepWhatFailed"
      actions   = ["sqs:SendMessage"]
      resources = [aws_sqs_queue.failed.arn]
    },
  ])
}

resource "aws_lambda_event_source_mapping" "events" {
  function_name           = module.function.alias_arn
  event_source_arn        = aws_sqs_queue.events.arn
  batch_size              = 5
  function_response_types = ["ReportBatchItemFailures"]

  scaling_config {
    maximum_concurrency = var.concurrency
  }
}

# Of calls that do not come through the queue, such as those of an operator who has a list read again.
resource "aws_lambda_function_event_invoke_config" "live" {
  function_name          = module.function.function_name
  qualifier              = module.function.alias_name
  maximum_retry_attempts = 2

  destination_config {
    on_failure {
      destination = aws_sqs_queue.failed.arn
    }
  }
}
