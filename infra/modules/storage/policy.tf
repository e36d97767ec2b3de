locals {
  # What keys of files that are shown begin with, and what those begin with that only somebody with a signature may have.
  # `moc-files/` is where the Express server kept its files.
  shown_prefixes   = ["avatars/", "gallery/", "moc-files/", "mocs/", "parts-lists/", "wishlist/"]
  passing_prefixes = ["exports/", "incoming/"]
}

resource "aws_cloudfront_origin_access_control" "files" {
  name                              = "${var.name}-files"
  description                       = "Signs what CloudFront asks the bucket"
  origin_access_control_origin_type = "s3"
  signing_behavior                  = "always"
  signing_protocol                  = "sigv4"
}

resource "aws_s3_bucket_policy" "files" {
  bucket = aws_s3_bucket.files.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "OnlyTls"
        Effect    = "Deny"
        Principal = "*"
        Action    = "s3:*"
        Resource  = [aws_s3_bucket.files.arn, "${aws_s3_bucket.files.arn}/*"]
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
      {
        Sid       = "OnlyTlsOfToday"
        Effect    = "Deny"
        Principal = "*"
        Action    = "s3:*"
        Resource  = [aws_s3_bucket.files.arn, "${aws_s3_bucket.files.arn}/*"]
        Condition = { NumericLessThan = { "s3:TlsVersion" = "1.2" } }
      },
      {
        Sid       = "CloudFrontReadsWhatIsShown"
        Effect    = "Allow"
        Principal = { Service = "cloudfront.amazonaws.com" }
        Action    = "s3:GetObject"
        Resource  = [for prefix in local.shown_prefixes : "${aws_s3_bucket.files.arn}/${prefix}*"]
        Condition = { StringEquals = { "aws:SourceArn" = var.reader_distribution_arns } }
      },
      {
        # Also if somebody allows more above: what comes in is nobody's file yet, and an export is for who asked for it.
        Sid       = "CloudFrontNeverReadsWhatPasses"
        Effect    = "Deny"
        Principal = { Service = "cloudfront.amazonaws.com" }
        Action    = "s3:GetObject*"
        Resource  = [for prefix in local.passing_prefixes : "${aws_s3_bucket.files.arn}/${prefix}*"]
      },
    ]
  })

  # S3 refuses one of the two when both are written at once.
  depends_on = [aws_s3_bucket_public_access_block.files]
}
