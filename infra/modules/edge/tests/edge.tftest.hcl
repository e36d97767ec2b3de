mock_provider "aws" {
  mock_resource "aws_wafv2_web_acl" {
    defaults = { arn = "arn:aws:wafv2:us-east-1:123456789012:global/webacl/lego-test/1" }
  }
  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:us-east-1:123456789012:log-group:aws-waf-logs-lego-test" }
  }
  mock_resource "aws_cloudfront_key_value_store" {
    defaults = { arn = "arn:aws:cloudfront::123456789012:key-value-store/1" }
  }
  mock_resource "aws_cloudfront_distribution" {
    defaults = { domain_name = "d1.cloudfront.net" }
  }
}

override_resource {
  target = aws_cloudfront_function.api_request
  values = { arn = "arn:aws:cloudfront::123456789012:function/lego-test-api-request" }
}

override_resource {
  target = aws_cloudfront_function.file_request
  values = { arn = "arn:aws:cloudfront::123456789012:function/lego-test-file-request" }
}

variables {
  name            = "lego-test"
  api_endpoint    = "https://api1.execute-api.us-east-1.amazonaws.com"
  files           = { bucket_regional_domain_name = "files.s3.us-east-1.amazonaws.com", origin_access_control_id = "E1" }
  allowed_origins = ["https://app.example.com"]
  fixed_segments  = ["api", "mocs"]
}

run "as_given" {
  # Api.
  assert {
    condition     = aws_cloudfront_distribution.this.default_cache_behavior[0].cache_policy_id == "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
    error_message = "Answers of the API are never cached."
  }
  assert {
    condition = toset([for response in aws_cloudfront_distribution.this.custom_error_response : response.error_code if response.error_caching_min_ttl == 0]) == toset(
      [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504]
    )
    error_message = "Nor are errors."
  }
  assert {
    condition     = alltrue([for response in aws_cloudfront_distribution.this.custom_error_response : response.response_code == null || response.response_code == 0])
    error_message = "Errors are answered as the application says them."
  }
  assert {
    condition     = aws_cloudfront_distribution.this.default_cache_behavior[0].origin_request_policy_id == "b689b0a8-53d0-40ab-baf2-68738e2966ac"
    error_message = "The gateway gets every header but Host."
  }
  assert {
    condition     = contains(aws_cloudfront_distribution.this.default_cache_behavior[0].allowed_methods, "DELETE") && length(aws_cloudfront_distribution.this.default_cache_behavior[0].allowed_methods) == 7
    error_message = "Every method passes."
  }
  assert {
    condition     = one(aws_cloudfront_distribution.this.default_cache_behavior[0].function_association).function_arn == "arn:aws:cloudfront::123456789012:function/lego-test-api-request"
    error_message = "The function sees every request for the API."
  }
  assert {
    condition = one([for origin in aws_cloudfront_distribution.this.origin : origin if origin.origin_id == "api"]).custom_origin_config[0].origin_protocol_policy == "https-only" && one(
      [for origin in aws_cloudfront_distribution.this.origin : origin if origin.origin_id == "api"]
    ).domain_name == "api1.execute-api.us-east-1.amazonaws.com"
    error_message = "The gateway is asked over TLS."
  }
  assert {
    condition     = alltrue([for origin in aws_cloudfront_distribution.this.origin : length(origin.custom_header) == 0])
    error_message = "A secret in a header of an origin would be in the state."
  }
  assert {
    condition     = aws_cloudfront_distribution.this.default_cache_behavior[0].viewer_protocol_policy == "https-only"
    error_message = "The API is not redirected to."
  }

  # Files.
  assert {
    condition     = aws_cloudfront_distribution.this.ordered_cache_behavior[0].path_pattern == "/uploads/*" && aws_cloudfront_distribution.this.ordered_cache_behavior[0].target_origin_id == "files"
    error_message = "Files are under /uploads."
  }
  assert {
    condition     = one([for origin in aws_cloudfront_distribution.this.origin : origin if origin.origin_id == "files"]).origin_access_control_id == "E1"
    error_message = "The bucket is read with a signature."
  }
  assert {
    condition     = one(aws_cloudfront_distribution.this.ordered_cache_behavior[0].function_association).function_arn == "arn:aws:cloudfront::123456789012:function/lego-test-file-request"
    error_message = "The key is the path behind /uploads."
  }
  assert {
    condition = (
      aws_cloudfront_distribution.this.ordered_cache_behavior[0].viewer_protocol_policy == "redirect-to-https"
      && aws_cloudfront_distribution.this.ordered_cache_behavior[0].allowed_methods == toset(["GET", "HEAD", "OPTIONS"])
      && length(aws_cloudfront_distribution.this.ordered_cache_behavior) == 1
    )
    error_message = "Files are answered over TLS, and cannot be written through CloudFront."
  }
  assert {
    condition = (
      aws_cloudfront_distribution.this.ordered_cache_behavior[0].cache_policy_id == "658327ea-f89d-4fab-a63d-88443e53b5e6"
      && aws_cloudfront_distribution.this.ordered_cache_behavior[0].response_headers_policy_id == "e61eb60c-9c35-4d20-a928-2b84e02af89c"
    )
    error_message = "Files are cached by nothing but their address, and have CORS and security headers."
  }
  assert {
    condition     = output.files_base_url == "https://d1.cloudfront.net/uploads" && output.url == "https://d1.cloudfront.net"
    error_message = "Without a domain the name is CloudFront's."
  }

  # Functions.
  assert {
    condition     = strcontains(aws_cloudfront_function.api_request.code, "const ALLOWED_ORIGINS = [\"https://app.example.com\"];") && strcontains(aws_cloudfront_function.api_request.code, "const FIXED_SEGMENTS = [\"api\",\"mocs\"];")
    error_message = "The lists are in the function."
  }
  assert {
    condition     = length(aws_cloudfront_function.api_request.code) < 10240 && aws_cloudfront_function.api_request.runtime == "cloudfront-js-2.0"
    error_message = "A function has 10 KB."
  }
  assert {
    condition     = aws_cloudfront_function.api_request.key_value_store_associations == toset(["arn:aws:cloudfront::123456789012:key-value-store/1"])
    error_message = "The function reads the secret from the store."
  }

  # Firewall.
  assert {
    condition     = aws_cloudfront_distribution.this.web_acl_id == "arn:aws:wafv2:us-east-1:123456789012:global/webacl/lego-test/1" && aws_wafv2_web_acl.this.scope == "CLOUDFRONT"
    error_message = "The web ACL is in front of everything."
  }
  assert {
    condition     = [for rule in aws_wafv2_web_acl.this.rule : rule.statement[0].rate_based_statement[0].limit if rule.name == "rate"] == [2000]
    error_message = "Each address has a limit."
  }
  assert {
    condition = toset([for rule in aws_wafv2_web_acl.this.rule : rule.name]) == toset([
      "rate", "AWSManagedRulesAmazonIpReputationList", "AWSManagedRulesKnownBadInputsRuleSet", "AWSManagedRulesCommonRuleSet",
    ])
    error_message = "The rate rule, and the groups that AWS manages."
  }
  assert {
    condition = contains(flatten([
      for rule in aws_wafv2_web_acl.this.rule : [for override in rule.statement[0].managed_rule_group_statement[0].rule_action_override : override.name]
      if rule.name == "AWSManagedRulesCommonRuleSet"
    ]), "SizeRestrictions_BODY")
    error_message = "Bodies above 8 KB must pass: files are larger."
  }
  assert {
    condition     = jsondecode(one(aws_wafv2_web_acl.this.custom_response_body).content).code == "TOO_MANY_REQUESTS"
    error_message = "A refusal looks like the application's."
  }
  assert {
    condition = toset(flatten([for field in aws_wafv2_web_acl_logging_configuration.this.redacted_fields : field.single_header[*].name])) == toset(
      ["authorization", "cookie", "x-csrf-token"]
    )
    error_message = "No tokens in the log."
  }
  assert {
    condition     = startswith(aws_cloudwatch_log_group.firewall.name, "aws-waf-logs-")
    error_message = "WAF writes to no other groups."
  }
}

run "domain" {
  variables {
    domain = { name = "api.example.com", certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/1" }
  }
  assert {
    condition     = aws_cloudfront_distribution.this.aliases == toset(["api.example.com"]) && output.url == "https://api.example.com"
    error_message = "The distribution answers under the domain."
  }
  assert {
    condition     = aws_cloudfront_distribution.this.viewer_certificate[0].minimum_protocol_version == "TLSv1.2_2021"
    error_message = "Nothing older than TLS 1.2."
  }
}

run "each_value_is_refused" {
  command = plan
  variables {
    name                 = "L"
    api_endpoint         = "https://api.example.com/prod"
    domain               = { name = "https://api.example.com", certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/1" }
    allowed_origins      = ["*"]
    fixed_segments       = ["{moc_id}"]
    requests_per_address = 10
    price_class          = "PriceClass_All_of_them"
  }
  expect_failures = [
    var.name, var.api_endpoint, var.domain, var.allowed_origins, var.fixed_segments, var.requests_per_address, var.price_class,
  ]
}

run "certificate_of_another_region" {
  command = plan
  variables {
    domain = { name = "api.example.com", certificate_arn = "arn:aws:acm:eu-central-1:123456789012:certificate/1" }
  }
  expect_failures = [var.domain]
}
