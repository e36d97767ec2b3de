output "url" {
  description = "Public address of the API."
  value       = module.edge.url

  precondition {
    condition     = data.aws_region.current.name == "us-east-1"
    error_message = "All of it lives in us-east-1: CloudFront's web ACL, certificate and metrics exist nowhere else."
  }
}

output "repository_url" {
  description = "Where the pipeline pushes the image."
  value       = module.api.repository_url
}

output "function_names" {
  description = "Functions whose code and alias a deployment moves, by what they do."
  value = {
    api               = module.api.function_name
    parts_list_import = module.parts_list_import.function_name
    maintenance       = module.maintenance.function_name
    commands          = module.commands.function_name
  }
}

output "alias_name" {
  description = "Alias that a deployment moves."
  value       = module.api.alias_name
}

output "rollback_alarm_names" {
  description = "Alarms at which a deployment goes back."
  value       = module.observability.rollback_alarm_names
}

output "application_secret_arn" {
  description = "Secret that has to hold csrf_secret and origin_secret."
  value       = aws_secretsmanager_secret.application.arn
}

output "key_value_store_arn" {
  description = "Store of the edge that has to hold the same origin secret, under origin-secret."
  value       = module.edge.key_value_store_arn
}

output "bucket_name" {
  description = "Bucket of the files."
  value       = module.storage.bucket_name
}

output "search_client_role_arns" {
  description = "Roles of the functions, which the search domain has to be told of."
  value       = [module.api.role_arn, module.parts_list_import.role_arn, module.maintenance.role_arn]
}

output "pipeline_role_arns" {
  description = "Roles of the pipeline, by what they do; null without one."
  value       = one(module.pipeline[*].role_arns)
}
