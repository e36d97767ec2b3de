output "record_name" {
  description = "Public name of the API."
  value       = aws_route53_record.target.fqdn
}

output "weights" {
  description = "Share of each server, in per cent."
  value       = { lego_api = var.weight, express = 100 - var.weight }
}

output "health_check_id" {
  description = "Health check of the target."
  value       = aws_route53_health_check.target.id
}
