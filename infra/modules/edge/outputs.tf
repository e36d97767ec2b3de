output "distribution_id" {
  description = "Id of the distribution, by which its metrics are named."
  value       = aws_cloudfront_distribution.this.id
}

output "distribution_arn" {
  description = "ARN of the distribution: what the bucket's policy has to let read."
  value       = aws_cloudfront_distribution.this.arn
}

output "distribution_domain_name" {
  description = "The name that CloudFront gave, to which the public name points."
  value       = aws_cloudfront_distribution.this.domain_name
}

output "url" {
  description = "Public address of the API, without a slash at the end."
  value       = "https://${var.domain == null ? aws_cloudfront_distribution.this.domain_name : var.domain.name}"
}

output "files_base_url" {
  description = "Address under which files are answered: FILES_BASE_URL of the application."
  value       = "https://${var.domain == null ? aws_cloudfront_distribution.this.domain_name : var.domain.name}/uploads"
}

output "key_value_store_arn" {
  description = "Store in which the value of origin-secret has to be put."
  value       = aws_cloudfront_key_value_store.this.arn
}

output "web_acl_name" {
  description = "Web ACL, by whose name its metrics are found."
  value       = aws_wafv2_web_acl.this.name
}
