locals {
  # Policies that AWS manages have the same ids in every account.
  caching_disabled               = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
  caching_optimized              = "658327ea-f89d-4fab-a63d-88443e53b5e6"
  all_viewer_except_host_header  = "b689b0a8-53d0-40ab-baf2-68738e2966ac"
  cors_and_security_headers      = "e61eb60c-9c35-4d20-a928-2b84e02af89c"
  cached_unless_said             = [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504]
  is_certificate_of_cloudfront   = var.domain == null
  file_methods                   = ["GET", "HEAD", "OPTIONS"]
  seconds_for_the_gateway_to_end = 35 # its own limit is 30: it answers, and not CloudFront
}

# Standard logs are left off: the gateway writes a line for each request, and the web ACL one for each it blocks.
resource "aws_cloudfront_distribution" "this" {
  comment         = "${var.name}: API and files"
  enabled         = true
  is_ipv6_enabled = true
  http_version    = "http2and3"
  price_class     = var.price_class
  aliases         = var.domain == null ? [] : [var.domain.name]
  web_acl_id      = aws_wafv2_web_acl.this.arn

  origin {
    origin_id   = "api"
    domain_name = trimprefix(var.api_endpoint, "https://")

    custom_origin_config {
      http_port              = 80
      https_port             = 443
      origin_protocol_policy = "https-only"
      origin_ssl_protocols   = ["TLSv1.2"]
      origin_read_timeout    = local.seconds_for_the_gateway_to_end
    }
  }

  origin {
    origin_id                = "files"
    domain_name              = var.files.bucket_regional_domain_name
    origin_access_control_id = var.files.origin_access_control_id
  }

  default_cache_behavior {
    target_origin_id         = "api"
    viewer_protocol_policy   = "https-only" # a redirect would come after the token has been sent in the clear
    allowed_methods          = ["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"]
    cached_methods           = ["GET", "HEAD"]
    cache_policy_id          = local.caching_disabled
    origin_request_policy_id = local.all_viewer_except_host_header # the gateway knows itself by Host

    function_association {
      event_type   = "viewer-request"
      function_arn = aws_cloudfront_function.api_request.arn
    }
  }

  # Keys are never written twice and cannot be guessed, so files are kept for as long as their headers say, a year, and
  # shown to whoever knows the address, as <img> needs it. The query is not passed on: it would only make copies.
  ordered_cache_behavior {
    path_pattern               = "/uploads/*"
    target_origin_id           = "files"
    viewer_protocol_policy     = "redirect-to-https"
    allowed_methods            = local.file_methods
    cached_methods             = ["GET", "HEAD"]
    compress                   = true
    cache_policy_id            = local.caching_optimized
    response_headers_policy_id = local.cors_and_security_headers

    function_association {
      event_type   = "viewer-request"
      function_arn = aws_cloudfront_function.file_request.arn
    }
  }

  # CloudFront keeps errors for 10 s, also where caching is disabled: one user's refusal would be the next one's answer.
  dynamic "custom_error_response" {
    for_each = local.cached_unless_said
    content {
      error_code            = custom_error_response.value
      error_caching_min_ttl = 0
    }
  }

  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }

  viewer_certificate {
    cloudfront_default_certificate = local.is_certificate_of_cloudfront
    acm_certificate_arn            = one(var.domain[*].certificate_arn)
    ssl_support_method             = local.is_certificate_of_cloudfront ? null : "sni-only"
    # With its own certificate CloudFront takes no other value.
    minimum_protocol_version = local.is_certificate_of_cloudfront ? "TLSv1" : "TLSv1.2_2021"
  }
}
