locals {
  cors = jsondecode(file("${path.module}/cors.json"))
}

resource "aws_apigatewayv2_api" "this" {
  name                         = var.name
  protocol_type                = "HTTP"
  disable_execute_api_endpoint = var.custom_domain != null

  dynamic "cors_configuration" {
    for_each = length(var.allowed_origins) == 0 ? [] : [local.cors]
    content {
      allow_origins     = var.allowed_origins
      allow_credentials = true
      allow_methods     = cors_configuration.value.allow_methods
      allow_headers     = cors_configuration.value.allow_headers
      expose_headers    = cors_configuration.value.expose_headers
      max_age           = cors_configuration.value.max_age
    }
  }
}

resource "aws_apigatewayv2_integration" "function" {
  api_id                 = aws_apigatewayv2_api.this.id
  integration_type       = "AWS_PROXY"
  integration_uri        = module.function.alias_invoke_arn
  payload_format_version = "2.0"
  timeout_milliseconds   = 30000
}

resource "aws_apigatewayv2_authorizer" "tokens" {
  api_id           = aws_apigatewayv2_api.this.id
  name             = "tokens"
  authorizer_type  = "JWT"
  identity_sources = ["$request.header.Authorization"]

  jwt_configuration {
    issuer   = var.issuer_url
    audience = var.client_ids
  }
}

resource "aws_apigatewayv2_stage" "default" {
  api_id      = aws_apigatewayv2_api.this.id
  name        = "$default" # no stage in the paths
  auto_deploy = true

  default_route_settings {
    throttling_rate_limit    = var.throttling.rate
    throttling_burst_limit   = var.throttling.burst
    detailed_metrics_enabled = false # the application writes latencies by route itself; these are paid by the metric
  }

  access_log_settings {
    destination_arn = aws_cloudwatch_log_group.access.arn
    # The template of the path and never the path, no query string and no header: they may hold what must not be logged.
    format = jsonencode({
      requestId         = "$context.requestId"
      time              = "$context.requestTime"
      sourceIp          = "$context.identity.sourceIp"
      userAgent         = "$context.identity.userAgent"
      method            = "$context.httpMethod"
      routeKey          = "$context.routeKey"
      status            = "$context.status"
      responseBytes     = "$context.responseLength"
      milliseconds      = "$context.responseLatency"
      functionRequestId = "$context.integration.requestId"
      functionMs        = "$context.integration.latency"
      userId            = "$context.authorizer.claims.sub"
      authorizerError   = "$context.authorizer.error"
      gatewayError      = "$context.error.responseType"
      integrationError  = "$context.integrationErrorMessage"
    })
  }
}

resource "aws_cloudwatch_log_group" "access" {
  # Under this prefix all gateways share one resource policy, which is limited in size.
  name              = "/aws/vendedlogs/apigateway/${var.name}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}
