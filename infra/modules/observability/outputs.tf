output "kms_key_arn" {
  description = "Key for the log groups of this environment."
  value       = aws_kms_key.this.arn
}

output "runbooks" {
  description = "Pages under docs/runbooks to which the alarms link, without .md."
  value       = toset(concat(["api-errors"], [for key, condition in local.conditions : try(condition.runbook, key)]))
}

output "rollback_alarm_names" {
  description = "Alarms at which a deployment goes back."
  value = [
    aws_cloudwatch_metric_alarm.api_errors.alarm_name,
    aws_cloudwatch_metric_alarm.this["api-function-errors"].alarm_name,
    aws_cloudwatch_metric_alarm.this["api-latency"].alarm_name,
  ]
}
