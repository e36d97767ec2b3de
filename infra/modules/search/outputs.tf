output "endpoint" {
  description = "URL of the domain: OPENSEARCH_URL of the application."
  value       = "https://${aws_opensearch_domain.main.endpoint}"
}

output "domain_arn" {
  description = "ARN of the domain: es:ESHttp… is allowed on <this>/*."
  value       = aws_opensearch_domain.main.arn
}

output "domain_name" {
  description = "Name of the domain, for its metrics."
  value       = aws_opensearch_domain.main.domain_name
}
