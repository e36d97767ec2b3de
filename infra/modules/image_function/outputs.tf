output "function_name" {
  description = "Name of the function."
  value       = aws_lambda_function.this.function_name
}

output "function_arn" {
  description = "ARN of the function, without a version."
  value       = aws_lambda_function.this.arn
}

output "alias_name" {
  description = "Name of the alias that gets the traffic."
  value       = aws_lambda_alias.live.name
}

output "alias_arn" {
  description = "ARN of the alias: what triggers call."
  value       = aws_lambda_alias.live.arn
}

output "alias_invoke_arn" {
  description = "The alias as an API gateway names it."
  value       = aws_lambda_alias.live.invoke_arn
}

output "log_group_name" {
  description = "Log group of the function."
  value       = aws_cloudwatch_log_group.this.name
}

output "role_arn" {
  description = "ARN of the role of the function."
  value       = aws_iam_role.this.arn
}

output "command" {
  description = "Handler."
  value       = one(aws_lambda_function.this.image_config[0].command)
}

output "timeout_seconds" {
  description = "Seconds after which Lambda ends an invocation."
  value       = aws_lambda_function.this.timeout
}

output "reserved_concurrency" {
  description = "How many invocations may run at once; -1: as many as the account's pool has."
  value       = aws_lambda_function.this.reserved_concurrent_executions
}

output "environment_variables" {
  description = "Settings of the application."
  value       = aws_lambda_function.this.environment[0].variables
}

output "policy_statements" {
  description = "What the function may do beside logging."
  value       = var.policy_statements
}
