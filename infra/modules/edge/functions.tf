locals {
  api_request = replace(
    replace(
      file("${path.module}/functions/api_request.js"),
      "const ALLOWED_ORIGINS = [];", "const ALLOWED_ORIGINS = ${jsonencode(var.allowed_origins)};",
    ),
    "const FIXED_SEGMENTS = [];", "const FIXED_SEGMENTS = ${jsonencode(var.fixed_segments)};",
  )
}

# Holds the origin secret, under `origin-secret`. Its value is set by the command in the README and never by Terraform,
# whose state would show it; a header of the origin in the distribution would show it, too.
resource "aws_cloudfront_key_value_store" "this" {
  name    = var.name
  comment = "What the functions of the edge know"
}

resource "aws_cloudfront_function" "api_request" {
  name                         = "${var.name}-api-request"
  comment                      = "Canonical path, token from the cookie, proof of the edge"
  runtime                      = "cloudfront-js-2.0"
  code                         = local.api_request
  key_value_store_associations = [aws_cloudfront_key_value_store.this.arn]
  publish                      = true
}

resource "aws_cloudfront_function" "file_request" {
  name    = "${var.name}-file-request"
  comment = "Key of a file from its path"
  runtime = "cloudfront-js-2.0"
  code    = file("${path.module}/functions/file_request.js")
  publish = true
}
