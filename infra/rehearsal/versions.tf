terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }
}

provider "aws" {
  region                      = "us-east-1"
  access_key                  = "rehearsal"
  secret_key                  = "rehearsal"
  s3_use_path_style           = true
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = false
  max_retries                 = 3

  # Each service by name: one that is missing here would be asked at AWS, and refuse the key.
  endpoints {
    apigatewayv2   = var.endpoint
    cloudfront     = var.endpoint
    cloudwatchlogs = var.endpoint
    cognitoidp     = var.endpoint
    ec2            = var.endpoint
    ecr            = var.endpoint
    events         = var.endpoint
    iam            = var.endpoint
    lambda         = var.endpoint
    route53        = var.endpoint
    s3             = var.endpoint
    sqs            = var.endpoint
    sts            = var.endpoint
  }
}
