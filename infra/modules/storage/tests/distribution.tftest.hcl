mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }

  mock_resource "aws_s3_bucket" {
    defaults = {
      arn                         = "arn:aws:s3:::lego-test-files-123456789012"
      bucket_regional_domain_name = "lego-test-files-123456789012.s3.us-east-1.amazonaws.com"
    }
  }

  mock_resource "aws_cloudfront_distribution" {
    defaults = {
      arn         = "arn:aws:cloudfront::123456789012:distribution/EFILES"
      domain_name = "d111111abcdef8.cloudfront.net"
    }
  }
}

variables {
  name             = "lego-test"
  production       = false
  frontend_origins = ["https://app.example.com"]
}

run "as_given" {
  # Reads only what is shown.
  assert {
    condition = [
      for statement in jsondecode(aws_s3_bucket_policy.files.policy).Statement : {
        action    = statement.Action
        resources = toset([for resource in statement.Resource : trimprefix(resource, aws_s3_bucket.files.arn)])
        condition = jsonencode(statement.Condition)
      } if statement.Effect == "Allow"
      ] == [{
        action    = "s3:GetObject"
        resources = toset(["/avatars/*", "/gallery/*", "/moc-files/*", "/mocs/*", "/parts-lists/*", "/wishlist/*"])
        condition = jsonencode({ StringEquals = { "aws:SourceArn" = [aws_cloudfront_distribution.files[0].arn] } })
    }]
    error_message = "CloudFront reads something else, or for another distribution."
  }

  # Never reads what comes in.
  assert {
    condition = [
      for statement in jsondecode(aws_s3_bucket_policy.files.policy).Statement : {
        action    = statement.Action
        resources = toset([for resource in statement.Resource : trimprefix(resource, aws_s3_bucket.files.arn)])
        always    = !can(statement.Condition)
      } if statement.Effect == "Deny" && statement.Principal == { Service = "cloudfront.amazonaws.com" }
    ] == [{ action = "s3:GetObject*", resources = toset(["/exports/*", "/incoming/*"]), always = true }]
    error_message = "CloudFront could read what comes in, or an export."
  }

  # Signs what it asks.
  assert {
    condition = (
      aws_cloudfront_origin_access_control.files.signing_behavior == "always"
      && aws_cloudfront_origin_access_control.files.signing_protocol == "sigv4"
      && aws_cloudfront_origin_access_control.files.origin_access_control_origin_type == "s3"
      && one(aws_cloudfront_distribution.files[0].origin).origin_access_control_id == aws_cloudfront_origin_access_control.files.id
      && one(aws_cloudfront_distribution.files[0].origin).domain_name == aws_s3_bucket.files.bucket_regional_domain_name
    )
    error_message = "The distribution does not sign what it asks the bucket."
  }

  # Answers tls and reads.
  assert {
    condition = (
      aws_cloudfront_distribution.files[0].default_cache_behavior[0].viewer_protocol_policy == "redirect-to-https"
      && aws_cloudfront_distribution.files[0].default_cache_behavior[0].allowed_methods == toset(["GET", "HEAD", "OPTIONS"])
      && length(aws_cloudfront_distribution.files[0].ordered_cache_behavior) == 0
    )
    error_message = "Files are answered without TLS, or can be written through CloudFront."
  }

  assert {
    condition = (
      aws_cloudfront_distribution.files[0].default_cache_behavior[0].cache_policy_id == "658327ea-f89d-4fab-a63d-88443e53b5e6"
      && aws_cloudfront_distribution.files[0].default_cache_behavior[0].response_headers_policy_id == "e61eb60c-9c35-4d20-a928-2b84e02af89c"
    )
    error_message = "Files are cached by something else than their address, or lack CORS and security headers."
  }

  assert {
    condition     = one(aws_cloudfront_distribution.files[0].custom_error_response).error_caching_min_ttl <= 5
    error_message = "A file that was asked for too early stays away."
  }

  # Under its own name.
  assert {
    condition = (
      length(aws_cloudfront_distribution.files[0].aliases) == 0
      && aws_cloudfront_distribution.files[0].viewer_certificate[0].cloudfront_default_certificate
      && output.files_base_url == "https://d111111abcdef8.cloudfront.net"
    )
    error_message = "Files are not answered under the name that CloudFront gives."
  }
}

run "under_a_domain" {
  variables {
    domain_name     = "files.example.com"
    certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/0a1b2c3d-0000-4000-8000-000000000000"
    web_acl_arn     = "arn:aws:wafv2:us-east-1:123456789012:global/webacl/files/1"
  }

  assert {
    condition = (
      aws_cloudfront_distribution.files[0].aliases == toset(["files.example.com"])
      && aws_cloudfront_distribution.files[0].viewer_certificate[0].acm_certificate_arn == var.certificate_arn
      && aws_cloudfront_distribution.files[0].viewer_certificate[0].ssl_support_method == "sni-only"
      && output.files_base_url == "https://files.example.com"
      && aws_cloudfront_distribution.files[0].web_acl_id == var.web_acl_arn
    )
    error_message = "Files are not answered under the domain, with its certificate and behind the web ACL."
  }

  assert {
    condition     = aws_cloudfront_distribution.files[0].viewer_certificate[0].minimum_protocol_version == "TLSv1.2_2021"
    error_message = "An old TLS is taken."
  }
}

run "for_another_distribution_too" {
  variables {
    reader_distribution_arns = ["arn:aws:cloudfront::123456789012:distribution/EEDGE"]
  }

  assert {
    condition = one([
      for statement in jsondecode(aws_s3_bucket_policy.files.policy).Statement :
      toset(statement.Condition.StringEquals["aws:SourceArn"]) if statement.Effect == "Allow"
    ]) == toset([aws_cloudfront_distribution.files[0].arn, "arn:aws:cloudfront::123456789012:distribution/EEDGE"])
    error_message = "The other distribution does not read the bucket."
  }
}

run "only_for_another_distribution" {
  state_key = "shared"

  variables {
    create_distribution      = false
    reader_distribution_arns = ["arn:aws:cloudfront::123456789012:distribution/EEDGE"]
  }

  assert {
    condition = (
      length(aws_cloudfront_distribution.files) == 0
      && output.distribution_arn == null
      && output.files_base_url == null
      && output.origin_access_control_id == aws_cloudfront_origin_access_control.files.id
    )
    error_message = "The files have a second door, or the first one nothing to sign with."
  }

  assert {
    condition = one([
      for statement in jsondecode(aws_s3_bucket_policy.files.policy).Statement :
      statement.Condition.StringEquals["aws:SourceArn"] if statement.Effect == "Allow"
    ]) == ["arn:aws:cloudfront::123456789012:distribution/EEDGE"]
    error_message = "Others than the one distribution read the bucket."
  }
}
