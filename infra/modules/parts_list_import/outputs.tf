output "function_name" {
  description = "Name of the function."
  value       = module.function.function_name
}

output "function_arn" {
  description = "ARN of the function, without a version."
  value       = module.function.function_arn
}

output "alias_name" {
  description = "Name of the alias that the queue calls."
  value       = module.function.alias_name
}

output "alias_arn" {
  description = "ARN of the alias."
  value       = module.function.alias_arn
}

output "log_group_name" {
  description = "Log group of the function."
  value       = module.function.log_group_name
}

output "queue_name" {
  description = "Queue of the events."
  value       = aws_sqs_queue.events.name
}

output "failed_queue_name" {
  description = "Queue of what could not be read: events, and calls that failed."
  value       = aws_sqs_queue.failed.name
}

output "role_arn" {
  description = "ARN of the function's role, for the policies of what it calls."
  value       = module.function.role_arn
}
