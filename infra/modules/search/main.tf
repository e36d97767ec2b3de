data "aws_caller_identity" "current" {}

resource "aws_iam_service_linked_role" "opensearch" {
  count = var.create_service_linked_role ? 1 : 0

  aws_service_name = "opensearchservice.amazonaws.com"
}

resource "aws_opensearch_domain" "main" {
  domain_name    = var.name
  engine_version = var.engine_version

  cluster_config {
    instance_type  = var.instance_type
    instance_count = var.nodes

    dedicated_master_enabled = var.dedicated_masters
    dedicated_master_type    = var.dedicated_masters ? var.master_instance_type : null
    dedicated_master_count   = var.dedicated_masters ? 3 : null

    zone_awareness_enabled = var.nodes > 1

    dynamic "zone_awareness_config" {
      for_each = var.nodes > 1 ? [var.nodes] : []

      content {
        availability_zone_count = zone_awareness_config.value
      }
    }
  }

  vpc_options {
    subnet_ids         = slice(var.subnet_ids, 0, var.nodes)
    security_group_ids = [var.security_group_id]
  }

  ebs_options {
    ebs_enabled = true
    volume_type = "gp3"
    volume_size = var.volume_size
  }

  encrypt_at_rest {
    enabled = true
  }

  node_to_node_encryption {
    enabled = true
  }

  domain_endpoint_options {
    enforce_https       = true
    tls_security_policy = "Policy-Min-TLS-1-2-PFS-2023-10"
  }

  # Fine-grained access: roles of IAM only, no users with passwords, and nobody without a name.
  advanced_security_options {
    enabled                        = true
    anonymous_auth_enabled         = false
    internal_user_database_enabled = false

    master_user_options {
      master_user_arn = var.admin_role_arn
    }
  }

  off_peak_window_options {
    enabled = true

    off_peak_window {
      window_start_time {
        hours   = 7 # UTC: night in America, where the users are
        minutes = 0
      }
    }
  }

  software_update_options {
    auto_software_update_enabled = true
  }

  dynamic "log_publishing_options" {
    for_each = local.logs

    content {
      log_type                 = log_publishing_options.key
      cloudwatch_log_group_arn = aws_cloudwatch_log_group.main[log_publishing_options.key].arn
    }
  }

  depends_on = [aws_cloudwatch_log_resource_policy.main, aws_iam_service_linked_role.opensearch]
}

# The first of two gates: who may send requests at all. What they may do inside is said in the domain (see the README).
resource "aws_opensearch_domain_policy" "main" {
  domain_name = aws_opensearch_domain.main.domain_name

  access_policies = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = concat([var.admin_role_arn], var.client_role_arns) }
      Action    = ["es:ESHttpDelete", "es:ESHttpGet", "es:ESHttpHead", "es:ESHttpPatch", "es:ESHttpPost", "es:ESHttpPut"]
      Resource  = "${aws_opensearch_domain.main.arn}/*" # the paths of this one domain
    }]
  })
}
