resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.conditions

  alarm_name        = "${var.name}-${each.key}"
  alarm_description = "${each.value.summary} ${var.runbook_base_url}/docs/runbooks/${try(each.value.runbook, each.key)}.md"

  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.dimensions
  statistic           = startswith(each.value.statistic, "p") ? null : each.value.statistic
  extended_statistic  = startswith(each.value.statistic, "p") ? each.value.statistic : null
  period              = 60
  datapoints_to_alarm = each.value.minutes
  evaluation_periods  = each.value.of
  comparison_operator = can(each.value.above) ? "GreaterThanThreshold" : "LessThanThreshold"
  threshold           = can(each.value.above) ? each.value.above : each.value.below
  treat_missing_data  = try(each.value.missing, "notBreaching")

  alarm_actions = [aws_sns_topic.alarms.arn]
  ok_actions    = [aws_sns_topic.alarms.arn]
}

# A share and not a number: ten errors are a bad day among a hundred requests, and none among a million.
resource "aws_cloudwatch_metric_alarm" "api_errors" {
  alarm_name        = "${var.name}-api-errors"
  alarm_description = "More than 2 % of the requests end in a 5xx. ${var.runbook_base_url}/docs/runbooks/api-errors.md"

  comparison_operator = "GreaterThanThreshold"
  threshold           = 2
  datapoints_to_alarm = 3
  evaluation_periods  = 5
  treat_missing_data  = "notBreaching"

  metric_query {
    id          = "share"
    label       = "5xx in per cent"
    expression  = "IF(requests >= 10, 100 * errors / requests, 0)"
    return_data = true
  }

  dynamic "metric_query" {
    for_each = { errors = "5xx", requests = "Count" }
    content {
      id = metric_query.key

      metric {
        namespace   = "AWS/ApiGateway"
        metric_name = metric_query.value
        dimensions  = { ApiId = var.watched.api_id }
        stat        = "Sum"
        period      = 60
      }
    }
  }

  alarm_actions = [aws_sns_topic.alarms.arn]
  ok_actions    = [aws_sns_topic.alarms.arn]
}
