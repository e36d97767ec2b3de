output "function_name" {
  description = "Name of the function."
  value       = module.function.function_name
}

output "function_arn" {
  description = "ARN of the function, without a version."
  value       = module.function.function_arn
}

output "alias_name" {
  description = "Name of the alias that the gateway calls."
  value       = module.function.alias_name
}

output "alias_arn" {
  description = "ARN of the alias."
  value       = module.function.alias_arn
}

output "api_id" {
  description = "Id of the gateway."
  value       = aws_apigatewayv2_api.this.id
}

output "api_endpoint" {
  description = "Address of the gateway, https:// and a host, without a slash at the end."
  value       = var.custom_domain == null ? aws_apigatewayv2_api.this.api_endpoint : "https://${var.custom_domain.domain_name}"
}

output "log_group_name" {
  description = "Log group of the function."
  value       = module.function.log_group_name
}

output "repository_url" {
  description = "Where the pipeline pushes the image of all functions."
  value       = aws_ecr_repository.this.repository_url
}

output "repository_arn" {
  description = "ARN of that repository."
  value       = aws_ecr_repository.this.arn
}

output "route_keys" {
  description = "Routes of the gateway, by whether they need a token."
  value = {
    public    = local.public_routes
    protected = local.protected_routes
  }
}

output "fixed_segments" {
  description = "The fixed parts of the application's paths, in lower case."
  value       = local.fixed_segments
}

output "role_arn" {
  description = "ARN of the function's role, for the policies of what it calls."
  value       = module.function.role_arn
}
