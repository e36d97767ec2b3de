terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0"
    }
  }

  # Where the state is, is said when the directory is initialised: terraform init -backend-config=backend.hcl
  backend "s3" {}
}

# Everything lives in us-east-1: CloudFront's web ACL, certificate and metrics exist nowhere else.
provider "aws" {
  region              = "us-east-1"
  allowed_account_ids = [var.account_id]

  # By these tags the cost is told apart.
  default_tags {
    tags = {
      project     = "lego-api"
      environment = local.name
      managed-by  = "terraform"
    }
  }
}
