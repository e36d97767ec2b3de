mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }

  mock_resource "aws_opensearch_domain" {
    defaults = {
      arn      = "arn:aws:es:us-east-1:123456789012:domain/lego-test"
      endpoint = "vpc-lego-test-abc.us-east-1.es.amazonaws.com"
    }
  }

  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:us-east-1:123456789012:log-group:mock" }
  }
}

variables {
  name              = "lego-test"
  subnet_ids        = ["subnet-a", "subnet-b"]
  security_group_id = "sg-search"
  instance_type     = "t3.small.search"
  admin_role_arn    = "arn:aws:iam::123456789012:role/deployment"
  client_role_arns  = ["arn:aws:iam::123456789012:role/lego-test-api"]
}

run "as_given" {
  # Private and encrypted.
  assert {
    condition     = aws_opensearch_domain.main.vpc_options[0].security_group_ids == toset(["sg-search"])
    error_message = "The domain can be reached from elsewhere."
  }

  assert {
    condition = (
      aws_opensearch_domain.main.encrypt_at_rest[0].enabled
      && aws_opensearch_domain.main.node_to_node_encryption[0].enabled
      && aws_opensearch_domain.main.domain_endpoint_options[0].enforce_https
      && aws_opensearch_domain.main.domain_endpoint_options[0].tls_security_policy == "Policy-Min-TLS-1-2-PFS-2023-10"
    )
    error_message = "The domain stores, copies or answers without encryption, or with an old TLS."
  }

  # Opensearch 2.
  assert {
    condition     = startswith(aws_opensearch_domain.main.engine_version, "OpenSearch_2.")
    error_message = "It is not OpenSearch 2."
  }

  # Roles only.
  assert {
    condition = (
      aws_opensearch_domain.main.advanced_security_options[0].enabled
      && !aws_opensearch_domain.main.advanced_security_options[0].internal_user_database_enabled
      && !aws_opensearch_domain.main.advanced_security_options[0].anonymous_auth_enabled
      && one(aws_opensearch_domain.main.advanced_security_options[0].master_user_options).master_user_arn == var.admin_role_arn
    )
    error_message = "Others than roles of IAM are let in, or another role says what they may."
  }

  assert {
    condition = [
      for statement in jsondecode(aws_opensearch_domain_policy.main.access_policies).Statement :
      [statement.Effect, toset(statement.Principal.AWS), statement.Resource]
      ] == [[
        "Allow",
        toset(["arn:aws:iam::123456789012:role/deployment", "arn:aws:iam::123456789012:role/lego-test-api"]),
        "${aws_opensearch_domain.main.arn}/*",
    ]]
    error_message = "The domain's policy lets in others, or to another domain."
  }

  assert {
    condition = alltrue([
      for action in jsondecode(aws_opensearch_domain_policy.main.access_policies).Statement[0].Action :
      startswith(action, "es:ESHttp") && !strcontains(action, "*")
    ])
    error_message = "Who searches could also change the domain itself."
  }

  # One node, unless more are asked for.
  assert {
    condition = (
      aws_opensearch_domain.main.cluster_config[0].instance_count == 1
      && aws_opensearch_domain.main.cluster_config[0].instance_type == "t3.small.search"
      && !aws_opensearch_domain.main.cluster_config[0].dedicated_master_enabled
      && !aws_opensearch_domain.main.cluster_config[0].zone_awareness_enabled
      && aws_opensearch_domain.main.vpc_options[0].subnet_ids == toset(["subnet-a"])
    )
    error_message = "An environment for trying things has more than one node, or a subnet that OpenSearch would refuse."
  }
}

run "two_zones_and_masters" {
  variables {
    nodes             = 2
    dedicated_masters = true
    instance_type     = "r6g.large.search"
  }

  assert {
    condition = (
      aws_opensearch_domain.main.cluster_config[0].instance_count == 2
      && aws_opensearch_domain.main.cluster_config[0].zone_awareness_enabled
      && aws_opensearch_domain.main.cluster_config[0].zone_awareness_config[0].availability_zone_count == 2
      && aws_opensearch_domain.main.vpc_options[0].subnet_ids == toset(["subnet-a", "subnet-b"])
    )
    error_message = "The data is not in two zones."
  }

  assert {
    condition = (
      aws_opensearch_domain.main.cluster_config[0].dedicated_master_enabled
      && aws_opensearch_domain.main.cluster_config[0].dedicated_master_count == 3
      && aws_opensearch_domain.main.cluster_config[0].dedicated_master_type == "m6g.large.search"
    )
    error_message = "There are not three dedicated masters."
  }
}

run "two_zones_without_masters" {
  command = plan

  variables {
    nodes         = 2
    instance_type = "r6g.large.search"
  }

  assert {
    condition = (
      aws_opensearch_domain.main.cluster_config[0].instance_count == 2
      && aws_opensearch_domain.main.cluster_config[0].zone_awareness_enabled
      && !aws_opensearch_domain.main.cluster_config[0].dedicated_master_enabled
      && aws_opensearch_domain.main.cluster_config[0].dedicated_master_count == null
    )
    error_message = "Who asks for no masters pays for some, or loses a zone."
  }
}

run "as_given_again" {
  # Logs.
  assert {
    condition = toset([for option in aws_opensearch_domain.main.log_publishing_options : option.log_type]) == toset([
      "SEARCH_SLOW_LOGS", "INDEX_SLOW_LOGS", "ES_APPLICATION_LOGS"
    ])
    error_message = "Slow searches, slow writes or errors are not logged."
  }

  assert {
    condition     = alltrue([for group in aws_cloudwatch_log_group.main : group.retention_in_days == 30])
    error_message = "A log has no end."
  }

  assert {
    condition = (
      jsondecode(aws_cloudwatch_log_resource_policy.main.policy_document).Statement[0].Resource
      == [for group in aws_cloudwatch_log_group.main : "${group.arn}:*"]
      && jsondecode(aws_cloudwatch_log_resource_policy.main.policy_document).Statement[0].Condition == {
        StringEquals = { "aws:SourceAccount" = "123456789012" }
        ArnLike      = { "aws:SourceArn" = "arn:aws:es:*:123456789012:domain/lego-test" }
      }
    )
    error_message = "OpenSearch writes to other groups, or for other domains."
  }

  # Service linked role.
  assert {
    condition     = aws_iam_service_linked_role.opensearch[0].aws_service_name == "opensearchservice.amazonaws.com"
    error_message = "In an empty account the domain could not be made."
  }
}

run "service_linked_role_of_another_environment" {
  variables {
    create_service_linked_role = false
  }

  assert {
    condition     = length(aws_iam_service_linked_role.opensearch) == 0
    error_message = "The account's role would be made twice."
  }
}

run "what_others_need_to_know" {
  assert {
    condition = (
      output.endpoint == "https://vpc-lego-test-abc.us-east-1.es.amazonaws.com"
      && output.domain_arn == "arn:aws:es:us-east-1:123456789012:domain/lego-test"
      && output.domain_name == "lego-test"
    )
    error_message = "The endpoint or the domain are others."
  }
}
