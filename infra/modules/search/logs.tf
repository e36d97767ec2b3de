locals {
  logs = {
    SEARCH_SLOW_LOGS    = "search-slow"
    INDEX_SLOW_LOGS     = "index-slow"
    ES_APPLICATION_LOGS = "application"
  }
}

resource "aws_cloudwatch_log_group" "main" {
  for_each = local.logs

  name              = "/aws/opensearch/${var.name}/${each.value}"
  retention_in_days = var.log_retention_days
}

resource "aws_cloudwatch_log_resource_policy" "main" {
  policy_name = "${var.name}-search"

  policy_document = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "es.amazonaws.com" }
      Action    = ["logs:CreateLogStream", "logs:PutLogEvents"]
      Resource  = [for group in aws_cloudwatch_log_group.main : "${group.arn}:*"] # the streams of these groups
      Condition = {
        StringEquals = { "aws:SourceAccount" = data.aws_caller_identity.current.account_id }
        ArnLike = {
          "aws:SourceArn" = "arn:aws:es:*:${data.aws_caller_identity.current.account_id}:domain/${var.name}"
        }
      }
    }]
  })
}
