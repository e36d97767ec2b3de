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
