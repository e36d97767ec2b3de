mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
  mock_data "aws_region" {
    defaults = { name = "us-east-1" }
  }
  mock_data "aws_cognito_user_pool" {
    defaults = { arn = "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_Pool1" }
  }
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/lego-test" }
  }
  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:us-east-1:123456789012:log-group:lego-test" }
  }
  mock_resource "aws_lambda_alias" {
    defaults = { arn = "arn:aws:lambda:us-east-1:123456789012:function:lego-test:live", invoke_arn = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/lego-test:live/invocations" }
  }
  mock_resource "aws_apigatewayv2_api" {
    defaults = { execution_arn = "arn:aws:execute-api:us-east-1:123456789012:api1", api_endpoint = "https://api1.execute-api.us-east-1.amazonaws.com" }
  }
  mock_resource "aws_apigatewayv2_domain_name" {
    defaults = { domain_name_configuration = { target_domain_name = "d-1.execute-api.us-east-1.amazonaws.com", hosted_zone_id = "ZGATEWAY" } }
  }
  mock_resource "aws_cloudwatch_event_rule" {
    defaults = { arn = "arn:aws:events:us-east-1:123456789012:rule/lego-test" }
  }
  mock_resource "aws_sqs_queue" {
    defaults = { arn = "arn:aws:sqs:us-east-1:123456789012:lego-test" }
  }
  mock_resource "aws_sns_topic" {
    defaults = { arn = "arn:aws:sns:us-east-1:123456789012:lego-test" }
  }
  mock_resource "aws_kms_key" {
    defaults = { arn = "arn:aws:kms:us-east-1:123456789012:key/1" }
  }
  mock_resource "aws_s3_bucket" {
    defaults = { id = "lego-test-files", arn = "arn:aws:s3:::lego-test-files", bucket_regional_domain_name = "lego-test-files.s3.us-east-1.amazonaws.com" }
  }
  mock_resource "aws_cloudfront_distribution" {
    defaults = { arn = "arn:aws:cloudfront::123456789012:distribution/E1", domain_name = "d1.cloudfront.net" }
  }
  mock_resource "aws_cloudfront_function" {
    defaults = { arn = "arn:aws:cloudfront::123456789012:function/lego-test" }
  }
  mock_resource "aws_cloudfront_key_value_store" {
    defaults = { arn = "arn:aws:cloudfront::123456789012:key-value-store/1" }
  }
  mock_resource "aws_wafv2_web_acl" {
    defaults = { arn = "arn:aws:wafv2:us-east-1:123456789012:global/webacl/lego-test/1" }
  }
  mock_resource "aws_acm_certificate" {
    defaults = {
      arn = "arn:aws:acm:us-east-1:123456789012:certificate/1"
      domain_validation_options = [
        { domain_name = "api.example.com", resource_record_name = "_1.api.example.com", resource_record_type = "CNAME", resource_record_value = "_1.acm" },
        { domain_name = "gateway.example.com", resource_record_name = "_2.gateway.example.com", resource_record_type = "CNAME", resource_record_value = "_2.acm" },
      ]
    }
  }
  mock_resource "aws_secretsmanager_secret" {
    defaults = { arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:lego-test-application" }
  }
  mock_resource "aws_db_instance" {
    defaults = {
      identifier         = "lego-test"
      address            = "instance.example.com"
      master_user_secret = [{ secret_arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:rds", kms_key_id = "", secret_status = "active" }]
    }
  }
  mock_resource "aws_db_proxy" {
    defaults = { arn = "arn:aws:rds:us-east-1:123456789012:db-proxy:prx-1", endpoint = "proxy.example.com" }
  }
  mock_resource "aws_db_proxy_default_target_group" {
    defaults = { name = "default" }
  }
  mock_resource "aws_elasticache_replication_group" {
    defaults = { primary_endpoint_address = "cache.example.com", reader_endpoint_address = "reader.example.com" }
  }
  mock_resource "aws_opensearch_domain" {
    defaults = { arn = "arn:aws:es:us-east-1:123456789012:domain/lego-test", endpoint = "search.example.com" }
  }
}

override_resource {
  target = aws_acm_certificate_validation.this
  values = { certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/1" }
}

variables {
  name               = "lego-test"
  environment        = "staging"
  production         = false
  image_uri          = "123456789012.dkr.ecr.us-east-1.amazonaws.com/lego-test:1"
  allowed_origins    = ["https://app.example.com"]
  existing_user_pool = { id = "us-east-1_Pool1", client_ids = ["web1"] }
  sizes = {
    database_instance_class = "db.t4g.micro"
    database_storage        = 20
    cache_node_type         = "cache.t4g.micro"
    search_instance_type    = "t3.small.search"
    search_storage          = 10
    api_memory              = 1024
  }
  runbook_base_url   = "https://code.example.com/lego-api/blob/main"
  alarm_emails       = []
  monthly_budget_usd = 200
}

# One run for all of this: the stack is large, and each run plans it anew.
run "without_domain" {
  assert {
    condition = local.environment_variables == {
      ENVIRONMENT          = "staging"
      DATABASE_URL         = "postgresql://lego_app@proxy.example.com:5432/lego"
      DATABASE_AUTH        = "iam"
      REDIS_URL            = "rediss://cache.example.com:6379/0"
      OPENSEARCH_URL       = "https://search.example.com"
      OPENSEARCH_AUTH      = "aws"
      S3_BUCKET            = "lego-test-files"
      FILES_BASE_URL       = "https://d1.cloudfront.net/uploads"
      COGNITO_USER_POOL_ID = "us-east-1_Pool1"
      COGNITO_CLIENT_IDS   = "web1"
      CSRF_ORIGINS         = "https://app.example.com"
      SECRETS_ARN          = "arn:aws:secretsmanager:us-east-1:123456789012:secret:lego-test-application"
      TRACING              = "off"
    }
    error_message = "The application is told where everything is, and no secret."
  }
  assert {
    condition     = local.database_user == "arn:aws:rds-db:us-east-1:123456789012:dbuser:prx-1/lego_app"
    error_message = "The functions sign in as one user, at one proxy."
  }
  assert {
    condition = alltrue([
      for statement in concat(local.every_function, local.api_only, local.import_only, local.maintenance_only) :
      alltrue([for resource in statement.resources : startswith(resource, "arn:aws:") && length(split(":", resource)) >= 6])
    ])
    error_message = "Every right names its resource."
  }
  assert {
    condition     = !anytrue([for statement in concat(local.every_function, local.maintenance_only) : contains(statement.actions, "s3:PutObject")])
    error_message = "Only the API and the import store files."
  }
  assert {
    condition = flatten([for statement in concat(local.every_function, local.import_only, local.maintenance_only) :
      [for action in statement.actions : action if startswith(action, "cognito-idp:")]
    ]) == ["cognito-idp:AdminGetUser"]
    error_message = "Only the API changes users."
  }
  assert {
    condition = {
      for statement in local.import_only : one(statement.resources) => toset(statement.actions) if endswith(one(statement.resources), "*")
      } == {
      "arn:aws:s3:::lego-test-files/parts-lists/*"          = toset(["s3:DeleteObject", "s3:GetObject", "s3:PutObject"])
      "arn:aws:s3:::lego-test-files/incoming/parts-lists/*" = toset(["s3:DeleteObject", "s3:GetObject"])
    }
    error_message = "The import sees parts lists only, and takes those that were sent directly."
  }
  assert {
    condition     = output.url == "https://d1.cloudfront.net" && length(module.cutover) == 0 && length(aws_acm_certificate.this) == 0
    error_message = "Without a domain there is nothing to move."
  }
  assert {
    condition     = aws_secretsmanager_secret.application.recovery_window_in_days == 7
    error_message = "Outside production a secret is gone in a week."
  }
  assert {
    condition     = module.commands.database_url == "postgresql://lego_app@instance.example.com:5432/lego"
    error_message = "Migrations go to the instance, past the proxy."
  }
  assert {
    condition     = !anytrue([for statement in module.commands.policy_statements : contains(statement.actions, "rds-db:connect")])
    error_message = "Commands have nothing to do with the proxy."
  }
}

run "production" {
  variables {
    pipeline    = { repository = "builders/lego-api" }
    environment = "production"
    production  = true
    domain      = { name = "api.example.com", gateway_name = "gateway.example.com", zone_id = "Z1" }
    cutover     = { express_target = "alb.example.com", weight = 10 }
    tracing     = true

    database_snapshot = { identifier = "express", database_name = "old", username = "old_owner" }
  }
  assert {
    condition     = toset(keys(output.pipeline_role_arns)) == toset(["deployment", "plan"])
    error_message = "The pipeline has its roles."
  }
  assert {
    condition     = output.url == "https://api.example.com" && local.environment_variables.FILES_BASE_URL == "https://api.example.com/uploads"
    error_message = "API and files have one name."
  }
  assert {
    condition     = local.environment_variables.TRACING == "xray" && local.function.tracing
    error_message = "Who traces has the application send spans, and Lambda take them."
  }
  assert {
    condition     = module.commands.database_url == "postgresql://old_owner@instance.example.com:5432/old"
    error_message = "A database that begins from a snapshot keeps the names in it."
  }
  assert {
    condition     = module.cutover[0].weights == { lego_api = 10, express = 90 }
    error_message = "The cutover is as far as was said."
  }
  assert {
    condition     = aws_acm_certificate.this[0].domain_name == "api.example.com" && aws_acm_certificate.this[0].subject_alternative_names == toset(["gateway.example.com"]) && toset(keys(aws_route53_record.certificate)) == toset(["api.example.com", "gateway.example.com"])
    error_message = "One certificate for both names, and a record to prove each."
  }
  assert {
    condition     = { for name, record in aws_route53_record.certificate : name => record.records } == { "api.example.com" = toset(["_1.acm"]), "gateway.example.com" = toset(["_2.acm"]) }
    error_message = "Each record proves its own name."
  }
  assert {
    condition     = aws_secretsmanager_secret.application.recovery_window_in_days == 30
    error_message = "In production a secret can be had back for a month."
  }
}

run "each_value_is_refused" {
  command = plan
  variables {
    name        = "lego--test"
    environment = "local"
    domain      = { name = "api.example.com", gateway_name = "api.example.com", zone_id = "Z1" }
  }
  expect_failures = [var.name, var.environment, var.domain]
}
