module "function" {
  source = "../image_function"

  name                  = "${var.name}-api"
  image_uri             = var.image_uri
  command               = "lego_api.entrypoints.http.handler"
  environment_variables = var.environment_variables
  memory_megabytes      = var.memory_megabytes
  timeout_seconds       = 28 # below the gateway's 30, so that the application answers and not the gateway
  reserved_concurrency  = var.reserved_concurrency
  subnet_ids            = var.subnet_ids
  security_group_id     = var.security_group_id
  policy_statements     = var.policy_statements
  tracing               = var.tracing
  log_retention_days    = var.log_retention_days
  kms_key_arn           = var.kms_key_arn

  # A function of an image can be made when its repository lets Lambda read.
  depends_on = [aws_ecr_repository_policy.lambda]
}

resource "aws_lambda_provisioned_concurrency_config" "live" {
  count = var.production ? 1 : 0

  function_name                     = module.function.function_name
  qualifier                         = module.function.alias_name
  provisioned_concurrent_executions = var.provisioned_concurrency
}

resource "aws_lambda_permission" "gateway" {
  statement_id  = "gateway"
  action        = "lambda:InvokeFunction"
  function_name = module.function.function_name
  qualifier     = module.function.alias_name
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_apigatewayv2_api.this.execution_arn}/*" # every route of this one API
}
