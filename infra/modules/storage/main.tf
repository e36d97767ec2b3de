data "aws_caller_identity" "current" {}

# Names of buckets are the whole world's: the account's number makes it ours.
resource "aws_s3_bucket" "files" {
  bucket        = "${var.name}-files-${data.aws_caller_identity.current.account_id}"
  force_destroy = !var.production
}

resource "aws_s3_bucket_public_access_block" "files" {
  bucket = aws_s3_bucket.files.id

  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "files" {
  bucket = aws_s3_bucket.files.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_versioning" "files" {
  bucket = aws_s3_bucket.files.id

  versioning_configuration {
    status = "Enabled"
  }
}

# With S3's own keys: the application signs uploads of browsers for AES256, and every picture would else ask KMS.
resource "aws_s3_bucket_server_side_encryption_configuration" "files" {
  bucket = aws_s3_bucket.files.id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_cors_configuration" "files" {
  bucket = aws_s3_bucket.files.id

  # Direct uploads: a form whose fields are signed. A browser that shows their progress asks before it sends one.
  cors_rule {
    id              = "upload"
    allowed_methods = ["POST"]
    allowed_origins = var.frontend_origins
    allowed_headers = ["content-type", "x-amz-*", "x-requested-with"]
    expose_headers  = ["ETag", "Location", "x-amz-request-id"]
    max_age_seconds = 3600
  }

  # Signed downloads. A browser that the API has sent here from another origin says `null` for the page's.
  cors_rule {
    id              = "download"
    allowed_methods = ["GET", "HEAD"]
    allowed_origins = concat(var.frontend_origins, ["null"])
    allowed_headers = ["*"] # which headers come along changes nothing: the signature decides
    expose_headers  = ["Accept-Ranges", "Content-Disposition", "Content-Length", "Content-Range", "ETag"]
    max_age_seconds = 3600
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "files" {
  bucket = aws_s3_bucket.files.id

  rule {
    id     = "unfinished-uploads"
    status = "Enabled"
    filter {}

    abort_incomplete_multipart_upload {
      days_after_initiation = 1
    }
  }

  rule {
    id     = "old-versions"
    status = "Enabled"
    filter {}

    noncurrent_version_expiration {
      noncurrent_days = var.old_version_days
    }

    expiration {
      expired_object_delete_marker = true
    }
  }

  # Nothing stays here. The application deletes what it has taken or refused; this is for what it never heard of.
  dynamic "rule" {
    for_each = local.passing_prefixes

    content {
      id     = "leftovers-of-${trimsuffix(rule.value, "/")}"
      status = "Enabled"

      filter {
        prefix = rule.value
      }

      expiration {
        days = 1
      }

      noncurrent_version_expiration {
        noncurrent_days = 1
      }
    }
  }

  depends_on = [aws_s3_bucket_versioning.files]
}
