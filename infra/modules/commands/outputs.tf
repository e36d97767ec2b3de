output "function_name" {
  description = "Name of the function."
  value       = module.function.function_name
}

output "function_arn" {
  description = "ARN of the function, without a version."
  value       = module.function.function_arn
}

output "alias_name" {
  description = "Name of the alias that people call."
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

output "role_arn" {
  description = "ARN of the function's role, for the policies of what it calls."
  value       = module.function.role_arn
}

output "database_url" {
  description = "What commands work on."
  value       = module.function.environment_variables.DATABASE_URL
}

output "policy_statements" {
  description = "What commands may do beside logging."
  value       = module.function.policy_statements
}
