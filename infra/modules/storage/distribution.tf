locals {
  # Policies that CloudFront has in every account, under these ids.
  caching_optimized         = "658327ea-f89d-4fab-a63d-88443e53b5e6"
  cors_and_security_headers = "e61eb60c-9c35-4d20-a928-2b84e02af89c"
}

resource "aws_cloudfront_origin_access_control" "files" {
  name                              = "${var.name}-files"
  description                       = "Signs what CloudFront asks the bucket"
  origin_access_control_origin_type = "s3"
  signing_behavior                  = "always"
  signing_protocol                  = "sigv4"
}

# Keys are never written twice and cannot be guessed, so files are kept for as long as their headers say, a year, and
# shown to whoever knows the address, as <img> needs it. The query is not passed on: it would only make copies.
resource "aws_cloudfront_distribution" "files" {
  count = var.create_distribution ? 1 : 0

  comment         = "${var.name}: files"
  enabled         = true
  is_ipv6_enabled = true
  http_version    = "http2and3"
  price_class     = var.price_class
  aliases         = var.domain_name == null ? [] : [var.domain_name]
  web_acl_id      = var.web_acl_arn

  origin {
    origin_id                = "files"
    domain_name              = aws_s3_bucket.files.bucket_regional_domain_name
    origin_access_control_id = aws_cloudfront_origin_access_control.files.id
  }

  default_cache_behavior {
    target_origin_id           = "files"
    viewer_protocol_policy     = "redirect-to-https"
    allowed_methods            = ["GET", "HEAD", "OPTIONS"]
    cached_methods             = ["GET", "HEAD"]
    compress                   = true
    cache_policy_id            = local.caching_optimized
    response_headers_policy_id = local.cors_and_security_headers
  }

  # S3 says 403 for what is not there, to who may not list the bucket. It may be there in a moment.
  custom_error_response {
    error_code            = 403
    error_caching_min_ttl = 5
  }

  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }

  viewer_certificate {
    cloudfront_default_certificate = var.certificate_arn == null
    acm_certificate_arn            = var.certificate_arn
    ssl_support_method             = var.certificate_arn == null ? null : "sni-only"
    # With its own certificate CloudFront takes no other value than this, whatever is asked for.
    minimum_protocol_version = var.certificate_arn == null ? "TLSv1" : "TLSv1.2_2021"
  }
}
