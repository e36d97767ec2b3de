mock_provider "aws" {
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/lego-test-api" }
  }
  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:us-east-1:123456789012:log-group:lego-test" }
  }
  mock_resource "aws_lambda_alias" {
    defaults = { invoke_arn = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:123456789012:function:lego-test-api:live/invocations" }
  }
  mock_resource "aws_apigatewayv2_api" {
    defaults = { execution_arn = "arn:aws:execute-api:us-east-1:123456789012:api1", api_endpoint = "https://api1.execute-api.us-east-1.amazonaws.com" }
  }
  mock_resource "aws_apigatewayv2_authorizer" {
    defaults = { id = "authorizer1" }
  }
  mock_resource "aws_apigatewayv2_integration" {
    defaults = { id = "integration1" }
  }
  mock_resource "aws_apigatewayv2_domain_name" {
    defaults = { domain_name_configuration = { target_domain_name = "d-1.execute-api.us-east-1.amazonaws.com", hosted_zone_id = "ZGATEWAY" } }
  }
}

variables {
  name                  = "lego-test"
  production            = false
  image_uri             = "123456789012.dkr.ecr.us-east-1.amazonaws.com/lego-test:1"
  environment_variables = { S3_BUCKET = "files" }
  policy_statements     = []
  subnet_ids            = ["subnet-1", "subnet-2"]
  security_group_id     = "sg-1"
  issuer_url            = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_pool"
  client_ids            = ["web"]
  allowed_origins       = ["https://app.example.com"]
}

run "as_given" {
  # Routes.
  assert {
    condition = alltrue([
      for route in aws_apigatewayv2_route.protected : route.authorization_type == "JWT" && route.authorizer_id == "authorizer1"
    ])
    error_message = "Every route that is not public has the authorizer."
  }
  assert {
    condition     = aws_apigatewayv2_route.protected["$default"].authorization_type == "JWT"
    error_message = "What no route names needs a token."
  }
  assert {
    condition = toset([for route in aws_apigatewayv2_route.public : route.route_key if !startswith(route.route_key, "HEAD ")]) == toset([
      "GET /", "GET /health", "GET /health/live", "GET /api/health", "GET /api/health/live", "GET /docs", "GET /openapi.json",
      "GET /api/csrf", "GET /api/mocs/search", "GET /api/mocs/{moc_id}", "GET /api/users/{user_id}", "OPTIONS /{proxy+}",
    ])
    error_message = "These routes are public, and preflights; no others."
  }
  assert {
    condition     = length([for key in output.route_keys.public : key if startswith(key, "HEAD ")]) == length([for key in output.route_keys.public : key if startswith(key, "GET ")])
    error_message = "HEAD is public wherever GET is."
  }
  assert {
    condition     = length(setintersection(output.route_keys.public, output.route_keys.protected)) == 0
    error_message = "A route is public or not."
  }
  assert {
    condition     = length(output.route_keys.public) + length(output.route_keys.protected) <= 300
    error_message = "A gateway has 300 routes at most."
  }
  assert {
    condition = alltrue([
      for route in merge(aws_apigatewayv2_route.public, aws_apigatewayv2_route.protected) : route.target == "integrations/integration1"
    ])
    error_message = "Every route leads to the function."
  }
  assert {
    condition     = contains(output.fixed_segments, "mocs") && contains(output.fixed_segments, "openapi.json") && !contains(output.fixed_segments, "{moc_id}")
    error_message = "Fixed segments are those that are not parameters."
  }

  # Gateway.
  assert {
    condition     = aws_apigatewayv2_integration.function.payload_format_version == "2.0" && endswith(aws_apigatewayv2_integration.function.integration_uri, ":live/invocations")
    error_message = "The gateway calls the alias, with payload 2.0."
  }
  assert {
    condition     = aws_apigatewayv2_integration.function.timeout_milliseconds > 28000
    error_message = "The function's timeout comes first."
  }
  assert {
    condition     = aws_apigatewayv2_authorizer.tokens.jwt_configuration[0].issuer == var.issuer_url && aws_apigatewayv2_authorizer.tokens.jwt_configuration[0].audience == toset(["web"])
    error_message = "Tokens are those of the pool and its clients."
  }
  assert {
    condition     = aws_apigatewayv2_authorizer.tokens.identity_sources == toset(["$request.header.Authorization"])
    error_message = "The token is in the Authorization header."
  }
  assert {
    condition     = aws_apigatewayv2_api.this.cors_configuration[0].allow_credentials && aws_apigatewayv2_api.this.cors_configuration[0].allow_origins == toset(["https://app.example.com"])
    error_message = "The web app's origins may call with credentials, and no others."
  }
  assert {
    condition     = length(setsubtract(["x-pieces-left-out", "content-disposition", "etag", "x-request-id", "retry-after"], [for header in aws_apigatewayv2_api.this.cors_configuration[0].expose_headers : lower(header)])) == 0
    error_message = "Pages may read what the application tells them in headers."
  }
  assert {
    condition     = aws_apigatewayv2_stage.default.default_route_settings[0].throttling_rate_limit == 200 && aws_apigatewayv2_stage.default.default_route_settings[0].throttling_burst_limit == 400
    error_message = "The gateway throttles."
  }
  assert {
    condition     = jsondecode(aws_apigatewayv2_stage.default.access_log_settings[0].format).requestId == "$context.requestId"
    error_message = "A line of the access log can be found by the request's id."
  }
  assert {
    condition     = !can(regex("(?i)querystring|header|[$]context.path", aws_apigatewayv2_stage.default.access_log_settings[0].format))
    error_message = "Paths, query strings and headers may hold what must not be logged."
  }
  assert {
    condition     = aws_lambda_permission.gateway.source_arn == "arn:aws:execute-api:us-east-1:123456789012:api1/*" && aws_lambda_permission.gateway.qualifier == "live"
    error_message = "This gateway may call the alias, and nothing else."
  }
  assert {
    condition     = output.api_endpoint == "https://api1.execute-api.us-east-1.amazonaws.com" && !aws_apigatewayv2_api.this.disable_execute_api_endpoint
    error_message = "Without a domain the gateway's own address is used."
  }
}

run "custom_domain" {
  variables {
    custom_domain = { domain_name = "origin.example.com", certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/1", zone_id = "Z1" }
  }
  assert {
    condition     = aws_apigatewayv2_api.this.disable_execute_api_endpoint
    error_message = "With a domain the gateway's own address is closed."
  }
  assert {
    condition     = aws_apigatewayv2_domain_name.this[0].domain_name_configuration[0].security_policy == "TLS_1_2"
    error_message = "Nothing older than TLS 1.2."
  }
  assert {
    condition     = output.api_endpoint == "https://origin.example.com" && aws_route53_record.this[0].name == "origin.example.com"
    error_message = "The endpoint is the domain, and it has a record."
  }
}

run "no_origins" {
  command = plan
  variables {
    allowed_origins = []
  }
  assert {
    condition     = length(aws_apigatewayv2_api.this.cors_configuration) == 0
    error_message = "Without origins nobody is answered CORS."
  }
}
