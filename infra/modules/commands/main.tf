module "function" {
  source = "../image_function"

  name              = "${var.name}-commands"
  image_uri         = var.image_uri
  command           = "lego_api.entrypoints.commands.handler"
  memory_megabytes  = var.memory_megabytes
  timeout_seconds   = 900 # the longest there is: a reindex that takes longer goes on where it ended
  subnet_ids        = var.subnet_ids
  security_group_id = var.security_group_id
  tracing           = var.tracing
  kms_key_arn       = var.kms_key_arn

  log_retention_days   = var.log_retention_days
  reserved_concurrency = 1 # two migrations at once would wait for each other, and fail

  # On the instance and with its password, past the proxy, which pins a connection that locks or sets something.
  environment_variables = merge(var.environment_variables, {
    DATABASE_URL        = var.database.url
    DATABASE_AUTH       = "secret"
    DATABASE_SECRET_ARN = var.database.secret_arn
    DATABASE_CA_FILE    = "/var/task/rds-ca.pem" # Amazon's bundle of RDS certificates; the image has it
    DATABASE_TIMEOUT    = "60"                   # who compares an index with the database reads all of it
  })

  policy_statements = concat(var.policy_statements, [{
    sid       = "ReadDatabasePassword"
    actions   = ["secretsmanager:GetSecretValue"]
    resources = [var.database.secret_arn]
  }])
}

# Who calls it waits for its answer and sees what failed. A command that failed half way is not for a machine to repeat.
resource "aws_lambda_function_event_invoke_config" "live" {
  function_name                = module.function.function_name
  qualifier                    = module.function.alias_name
  maximum_retry_attempts       = 0
  maximum_event_age_in_seconds = 60
}
