mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/lego-test-parts-list-import" }
  }
  mock_resource "aws_lambda_alias" {
    defaults = { arn = "arn:aws:lambda:us-east-1:123456789012:function:lego-test-parts-list-import:live" }
  }
}

override_resource {
  target = aws_sqs_queue.events
  values = { arn = "arn:aws:sqs:us-east-1:123456789012:lego-test-parts-lists", id = "https://sqs.us-east-1.amazonaws.com/123456789012/lego-test-parts-lists" }
}

override_resource {
  target = aws_sqs_queue.failed
  values = { arn = "arn:aws:sqs:us-east-1:123456789012:lego-test-parts-lists-failed", id = "https://sqs.us-east-1.amazonaws.com/123456789012/lego-test-parts-lists-failed" }
}

variables {
  name                  = "lego-test"
  image_uri             = "123456789012.dkr.ecr.us-east-1.amazonaws.com/lego-test:1"
  environment_variables = { S3_BUCKET = "lego-test-files" }
  policy_statements     = []
  subnet_ids            = ["subnet-1", "subnet-2"]
  security_group_id     = "sg-1"
  bucket_name           = "lego-test-files"
  bucket_arn            = "arn:aws:s3:::lego-test-files"
}

run "queue" {
  assert {
    condition     = aws_sqs_queue.events.delay_seconds == 2
    error_message = "An event must not be faster than its row."
  }
  assert {
    condition     = aws_sqs_queue.events.visibility_timeout_seconds >= 6 * module.function.timeout_seconds
    error_message = "A message must not be seen again while it is being worked on."
  }
  assert {
    condition     = jsondecode(aws_sqs_queue.events.redrive_policy) == { deadLetterTargetArn = "arn:aws:sqs:us-east-1:123456789012:lego-test-parts-lists-failed", maxReceiveCount = 5 }
    error_message = "What fails goes to the other queue."
  }
  assert {
    condition     = aws_sqs_queue.failed.message_retention_seconds > aws_sqs_queue.events.message_retention_seconds
    error_message = "A failed message keeps its age: the second queue must keep it longer than the first."
  }
  assert {
    condition     = aws_sqs_queue.events.sqs_managed_sse_enabled && aws_sqs_queue.failed.sqs_managed_sse_enabled
    error_message = "Both queues are encrypted."
  }
  assert {
    condition = alltrue([
      for policy in [aws_sqs_queue_policy.events.policy, aws_sqs_queue_policy.failed.policy] :
      anytrue([for statement in jsondecode(policy).Statement : statement.Effect == "Deny" && try(statement.Condition.Bool["aws:SecureTransport"], "") == "false"])
    ])
    error_message = "Both queues take TLS only."
  }
  assert {
    condition = [
      for statement in jsondecode(aws_sqs_queue_policy.events.policy).Statement : statement if statement.Effect == "Allow"
      ] == [{
        Sid       = "EventsOfTheBucket"
        Effect    = "Allow"
        Principal = { Service = "s3.amazonaws.com" }
        Action    = "sqs:SendMessage"
        Resource  = "arn:aws:sqs:us-east-1:123456789012:lego-test-parts-lists"
        Condition = { ArnEquals = { "aws:SourceArn" = "arn:aws:s3:::lego-test-files" }, StringEquals = { "aws:SourceAccount" = "123456789012" } }
    }]
    error_message = "Only the bucket, of this account, sends."
  }
  assert {
    condition = { for queue in aws_s3_bucket_notification.parts_lists.queue : queue.filter_prefix => one(queue.events) } == {
      "parts-lists/"          = "s3:ObjectCreated:*"
      "incoming/parts-lists/" = "s3:ObjectCreated:*"
    }
    error_message = "Parts lists that are stored, or sent directly, make an event, and nothing else does."
  }
}

run "function" {
  assert {
    condition     = aws_lambda_event_source_mapping.events.function_response_types == toset(["ReportBatchItemFailures"])
    error_message = "Only what failed is sent again."
  }
  assert {
    condition     = aws_lambda_event_source_mapping.events.scaling_config[0].maximum_concurrency == 4
    error_message = "So many run at once, and no more."
  }
  assert {
    condition     = aws_lambda_event_source_mapping.events.function_name == "arn:aws:lambda:us-east-1:123456789012:function:lego-test-parts-list-import:live"
    error_message = "The queue calls the alias."
  }
  assert {
    condition     = aws_lambda_function_event_invoke_config.live.destination_config[0].on_failure[0].destination == "arn:aws:sqs:us-east-1:123456789012:lego-test-parts-lists-failed"
    error_message = "Direct calls that fail are kept, too."
  }
  assert {
    condition     = module.function.command == "lego_api.entrypoints.parts_list_import.handler" && module.function.environment_variables == tomap({ S3_BUCKET = "lego-test-files", DATABASE_TIMEOUT = "60" })
    error_message = "The handler reads parts lists, with time for long statements."
  }
  assert {
    condition = { for statement in module.function.policy_statements : statement.sid => statement.resources } == {
      TakeEvents     = tolist(["arn:aws:sqs:us-east-1:123456789012:lego-test-parts-lists"])
      KeepWhatFailed = tolist(["arn:aws:sqs:us-east-1:123456789012:lego-test-parts-lists-failed"])
    }
    error_message = "It takes from one queue and sends to the other."
  }
}

run "each_value_is_refused" {
  command = plan
  variables {
    name        = "lego_test"
    bucket_name = "arn:aws:s3:::lego-test-files"
    bucket_arn  = "arn:aws:s3:::lego-test-files/*"
    concurrency = 1
  }
  expect_failures = [var.name, var.bucket_name, var.bucket_arn, var.concurrency]
}
