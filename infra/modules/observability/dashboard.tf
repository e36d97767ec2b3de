locals {
  # Title, then metrics as CloudWatch writes them: namespace, name, dimensions in pairs, and how it is drawn.
  graphs = [
    ["Requests", [
      ["AWS/ApiGateway", "Count", "ApiId", var.watched.api_id, { stat = "Sum" }],
      ["AWS/ApiGateway", "4xx", "ApiId", var.watched.api_id, { stat = "Sum" }],
      ["AWS/ApiGateway", "5xx", "ApiId", var.watched.api_id, { stat = "Sum" }],
    ]],
    ["Latency of requests, ms", [
      for share in ["p50", "p90", "p99"] : ["AWS/ApiGateway", "Latency", "ApiId", var.watched.api_id, { stat = share, label = share }]
    ]],
    ["Sandboxes", [
      ["AWS/Lambda", "ConcurrentExecutions", "FunctionName", var.watched.api_function, { stat = "Maximum" }],
      ["AWS/Lambda", "Throttles", "FunctionName", var.watched.api_function, { stat = "Sum" }],
    ]],
    ["Errors of functions", [
      for function in [var.watched.api_function, var.watched.import_function, var.watched.maintenance_function] :
      ["AWS/Lambda", "Errors", "FunctionName", function, { stat = "Sum", label = function }]
    ]],
    ["Parts lists that wait", [
      ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", var.watched.import_queue, { stat = "Maximum", label = "waiting" }],
      ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", var.watched.import_failed_queue, { stat = "Maximum", label = "failed" }],
    ]],
    ["Outbox", [
      [var.watched.application_namespace, "OutboxDue", { stat = "Maximum" }],
      [var.watched.application_namespace, "OutboxDead", { stat = "Maximum" }],
      [var.watched.application_namespace, "OutboxAge", { stat = "Maximum", yAxis = "right" }],
    ]],
    ["Searches by source", [
      for source in ["Index", "Database"] :
      [var.watched.application_namespace, "SearchesIn${source}", { stat = "Sum", label = lower(source) }]
    ]],
    ["Breakers that are open", [
      for part in ["cognito", "opensearch", "redis"] :
      [var.watched.application_namespace, "BreakerOpen", "part", part, { stat = "Maximum", label = part }]
    ]],
    ["Database", [
      ["AWS/RDS", "CPUUtilization", "DBInstanceIdentifier", var.watched.database, { stat = "Average" }],
      ["AWS/RDS", "DatabaseConnections", "DBInstanceIdentifier", var.watched.database, { stat = "Maximum", yAxis = "right" }],
    ]],
    ["Proxy", [ # a sum over its nodes, each of which tells its own number
      ["AWS/RDS", "ClientConnections", "ProxyName", var.watched.database_proxy, { stat = "Sum" }],
      ["AWS/RDS", "DatabaseConnections", "ProxyName", var.watched.database_proxy, { stat = "Sum" }],
      ["AWS/RDS", "DatabaseConnectionsCurrentlySessionPinned", "ProxyName", var.watched.database_proxy, { stat = "Sum" }],
    ]],
    ["Cache", [
      ["AWS/ElastiCache", "CacheHitRate", "CacheClusterId", "${var.watched.cache}-001", { stat = "Average" }],
      ["AWS/ElastiCache", "DatabaseMemoryUsagePercentage", "CacheClusterId", "${var.watched.cache}-001", { stat = "Maximum" }],
    ]],
    ["Edge", [
      ["AWS/CloudFront", "Requests", "Region", "Global", "DistributionId", var.watched.distribution_id, { stat = "Sum" }],
      ["AWS/WAFV2", "BlockedRequests", "WebACL", var.watched.web_acl, "Rule", "ALL", { stat = "Sum" }],
    ]],
  ]

  columns = 3
}

resource "aws_cloudwatch_dashboard" "this" {
  dashboard_name = var.name

  dashboard_body = jsonencode({
    widgets = concat(
      [{
        type       = "alarm", x = 0, y = 0, width = 24, height = 3
        properties = { title = "Alarms", alarms = concat([aws_cloudwatch_metric_alarm.api_errors.arn], [for alarm in aws_cloudwatch_metric_alarm.this : alarm.arn]) }
      }],
      [for place, graph in local.graphs : {
        type       = "metric", x = 8 * (place % local.columns), y = 3 + 6 * floor(place / local.columns), width = 8, height = 6
        properties = { title = graph[0], metrics = graph[1], region = data.aws_region.current.name, view = "timeSeries", period = 60 }
      }],
    )
  })
}
