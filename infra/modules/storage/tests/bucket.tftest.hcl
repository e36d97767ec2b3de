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
}

variables {
  name             = "lego-test"
  production       = false
  frontend_origins = ["https://app.example.com", "http://localhost:3002"]

  reader_distribution_arns = ["arn:aws:cloudfront::123456789012:distribution/EEDGE"]
}

run "as_given" {
  # Nothing is public.
  assert {
    condition = (
      aws_s3_bucket_public_access_block.files.bucket == aws_s3_bucket.files.id
      && aws_s3_bucket_public_access_block.files.block_public_acls
      && aws_s3_bucket_public_access_block.files.block_public_policy
      && aws_s3_bucket_public_access_block.files.ignore_public_acls
      && aws_s3_bucket_public_access_block.files.restrict_public_buckets
    )
    error_message = "Public access is not blocked."
  }

  assert {
    condition     = aws_s3_bucket_ownership_controls.files.rule[0].object_ownership == "BucketOwnerEnforced"
    error_message = "Objects may have access lists of their own."
  }

  assert {
    condition = alltrue([
      for statement in jsondecode(aws_s3_bucket_policy.files.policy).Statement :
      statement.Effect == "Deny" || statement.Principal == { Service = "cloudfront.amazonaws.com" }
    ])
    error_message = "The policy lets others in than CloudFront."
  }

  # CloudFront reads what is shown, signs for it, and never reads what comes in.
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
        condition = jsonencode({ StringEquals = { "aws:SourceArn" = ["arn:aws:cloudfront::123456789012:distribution/EEDGE"] } })
    }]
    error_message = "CloudFront reads something else, or for another distribution."
  }

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

  assert {
    condition = (
      aws_cloudfront_origin_access_control.files.signing_behavior == "always"
      && aws_cloudfront_origin_access_control.files.signing_protocol == "sigv4"
      && aws_cloudfront_origin_access_control.files.origin_access_control_origin_type == "s3"
      && output.origin_access_control_id == aws_cloudfront_origin_access_control.files.id
    )
    error_message = "CloudFront does not sign what it asks the bucket."
  }

  # Only tls.
  assert {
    condition = {
      for statement in jsondecode(aws_s3_bucket_policy.files.policy).Statement : statement.Sid => {
        everything = (
          statement.Effect == "Deny" && statement.Principal == "*" && statement.Action == "s3:*"
          && toset(statement.Resource) == toset([aws_s3_bucket.files.arn, "${aws_s3_bucket.files.arn}/*"])
        )
        condition = jsonencode(statement.Condition)
      } if startswith(statement.Sid, "OnlyTls")
      } == {
      OnlyTls        = { everything = true, condition = jsonencode({ Bool = { "aws:SecureTransport" = "false" } }) }
      OnlyTlsOfToday = { everything = true, condition = jsonencode({ NumericLessThan = { "s3:TlsVersion" = "1.2" } }) }
    }
    error_message = "The bucket answers without TLS, or with an old one."
  }

  # Encrypted and versioned.
  assert {
    condition = one(one(
      aws_s3_bucket_server_side_encryption_configuration.files.rule
    ).apply_server_side_encryption_by_default).sse_algorithm == "AES256"
    error_message = "Objects are not encrypted with the algorithm that uploads of browsers are signed for."
  }

  assert {
    condition     = aws_s3_bucket_versioning.files.versioning_configuration[0].status == "Enabled"
    error_message = "Versions are not kept: two writes at once would make one event."
  }

  # Cors.
  assert {
    condition = [
      for rule in aws_s3_bucket_cors_configuration.files.cors_rule : rule.allowed_origins if rule.id == "upload"
    ] == [toset(["https://app.example.com", "http://localhost:3002"])]
    error_message = "Others than the web app may upload from a page."
  }

  assert {
    condition = {
      for rule in aws_s3_bucket_cors_configuration.files.cors_rule : rule.id => rule.allowed_methods
    } == { upload = toset(["POST"]), download = toset(["GET", "HEAD"]) }
    error_message = "Pages may use other methods."
  }

  assert {
    condition = alltrue([
      for rule in aws_s3_bucket_cors_configuration.files.cors_rule :
      !contains(rule.allowed_origins, "*") && contains(rule.expose_headers, "ETag")
    ])
    error_message = "Pages of any origin may use the bucket, or see no ETag."
  }

  assert {
    condition = one([
      for rule in aws_s3_bucket_cors_configuration.files.cors_rule : rule.allowed_headers if rule.id == "upload"
    ]) == toset(["content-type", "x-amz-*", "x-requested-with"])
    error_message = "An upload that shows its progress is refused its headers."
  }

  assert {
    condition = contains(one([
      for rule in aws_s3_bucket_cors_configuration.files.cors_rule : rule.allowed_origins if rule.id == "download"
    ]), "null")
    error_message = "A page that was redirected to an export may not read it."
  }

  # What nobody needs goes.
  assert {
    condition = one([
      for rule in aws_s3_bucket_lifecycle_configuration.files.rule :
      rule.abort_incomplete_multipart_upload[0].days_after_initiation if rule.id == "unfinished-uploads"
    ]) == 1
    error_message = "Unfinished uploads are kept, and paid for."
  }

  assert {
    condition = one([
      for rule in aws_s3_bucket_lifecycle_configuration.files.rule : [
        rule.noncurrent_version_expiration[0].noncurrent_days, rule.expiration[0].expired_object_delete_marker
      ] if rule.id == "old-versions"
    ]) == [30, true]
    error_message = "Old versions are not kept for 30 days, or their markers for ever."
  }

  assert {
    condition = {
      for rule in aws_s3_bucket_lifecycle_configuration.files.rule : rule.filter[0].prefix => [
        rule.expiration[0].days, rule.noncurrent_version_expiration[0].noncurrent_days
      ] if startswith(rule.id, "leftovers-of-")
    } == { "exports/" = [1, 1], "incoming/" = [1, 1] }
    error_message = "What is left of uploads and exports stays for longer than a day."
  }

  assert {
    condition     = alltrue([for rule in aws_s3_bucket_lifecycle_configuration.files.rule : rule.status == "Enabled"])
    error_message = "A rule is there and does nothing."
  }

  assert {
    condition = toset(flatten([
      for rule in aws_s3_bucket_lifecycle_configuration.files.rule : [
        for expiration in rule.expiration : rule.filter[0].prefix if try(expiration.days > 0, false)
      ]
    ])) == toset(["exports/", "incoming/"])
    error_message = "A rule deletes files that are shown."
  }
}

run "not_emptied_by_accident_in_production" {
  variables {
    production = true
  }

  assert {
    condition     = !aws_s3_bucket.files.force_destroy
    error_message = "Destroying the environment destroys the files."
  }
}

run "gone_with_its_environment_elsewhere" {
  assert {
    condition     = aws_s3_bucket.files.force_destroy && aws_s3_bucket.files.bucket == "lego-test-files-123456789012"
    error_message = "The bucket has another name, or stays when its environment goes."
  }
}
