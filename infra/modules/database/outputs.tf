output "proxy_endpoint" {
  description = "Host of the proxy, port 5432: where the application connects."
  value       = aws_db_proxy.main.endpoint
}

output "proxy_name" {
  description = "Name of the proxy, for its metrics."
  value       = aws_db_proxy.main.name
}

output "proxy_resource_id" {
  description = "prx-…: who may connect is allowed rds-db:connect on dbuser:<this>/<application_username>."
  value       = element(split(":", aws_db_proxy.main.arn), 6)
}

output "instance_endpoint" {
  description = "Host of the instance, port 5432: where migrations connect."
  value       = aws_db_instance.main.address
}

output "instance_identifier" {
  description = "Name of the instance, for its metrics and snapshots."
  value       = aws_db_instance.main.identifier
}

output "database_name" {
  description = "Name of the database."
  value       = aws_db_instance.main.db_name
}

output "application_username" {
  description = "The user of the application and of the migrations."
  value       = aws_db_instance.main.username
}

output "master_secret_arn" {
  description = "ARN of the secret with that user's password, as {\"username\": …, \"password\": …}; only migrations need it."
  value       = local.master_secret_arn
}
