locals {
  routes = jsondecode(file("${path.module}/routes.json"))

  # Wherever GET is public, so is HEAD. `HEAD` of a protected route falls to `$default`, which asks for a token, too.
  public_routes = toset(concat(
    local.routes.public,
    [for key in local.routes.public : replace(key, "GET ", "HEAD ") if startswith(key, "GET ")],
    # Preflights carry no token. Without this route they would fall to `$default` and be refused.
    ["OPTIONS /{proxy+}"],
  ))

  # Other spellings of a path, and unknown ones: who has a token is answered by the application.
  protected_routes = toset(concat(local.routes.protected, ["$default"]))

  # The fixed parts of paths, of which the edge knows the canonical spelling.
  fixed_segments = distinct([
    for segment in flatten([for key in concat(local.routes.public, local.routes.protected) : split("/", split(" ", key)[1])]) :
    segment if segment != "" && !startswith(segment, "{")
  ])
}

resource "aws_apigatewayv2_route" "public" {
  for_each = local.public_routes

  api_id             = aws_apigatewayv2_api.this.id
  route_key          = each.value
  target             = "integrations/${aws_apigatewayv2_integration.function.id}"
  authorization_type = "NONE"
}

resource "aws_apigatewayv2_route" "protected" {
  for_each = local.protected_routes

  api_id             = aws_apigatewayv2_api.this.id
  route_key          = each.value
  target             = "integrations/${aws_apigatewayv2_integration.function.id}"
  authorization_type = "JWT"
  authorizer_id      = aws_apigatewayv2_authorizer.tokens.id
}
