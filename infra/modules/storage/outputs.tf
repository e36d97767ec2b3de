output "bucket_name" {
  description = "Name of the bucket: S3_BUCKET of the application."
  value       = aws_s3_bucket.files.id
}

output "bucket_arn" {
  description = "ARN of the bucket."
  value       = aws_s3_bucket.files.arn
}

output "bucket_regional_domain_name" {
  description = "The bucket as the origin of a CloudFront distribution."
  value       = aws_s3_bucket.files.bucket_regional_domain_name
}

output "origin_access_control_id" {
  description = "What a distribution signs with that reads the bucket."
  value       = aws_cloudfront_origin_access_control.files.id
}

output "distribution_arn" {
  description = "ARN of the distribution; null without one."
  value       = one(aws_cloudfront_distribution.files[*].arn)
}

output "distribution_domain_name" {
  description = "The name that CloudFront gives the distribution: what domain_name is an alias of; null without one."
  value       = one(aws_cloudfront_distribution.files[*].domain_name)
}

output "distribution_hosted_zone_id" {
  description = "The zone of that name, which an alias record asks for; null without one."
  value       = one(aws_cloudfront_distribution.files[*].hosted_zone_id)
}

output "files_base_url" {
  description = "Address under which files are answered: FILES_BASE_URL of the application; null without a distribution."
  value = one([
    for distribution in aws_cloudfront_distribution.files : "https://${coalesce(var.domain_name, distribution.domain_name)}"
  ])
}
