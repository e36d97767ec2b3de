# The application: one image, four functions.

locals {
  environment_variables = {
    ENVIRONMENT          = var.environment
    DATABASE_URL         = "postgresql://${module.database.application_username}@${module.database.proxy_endpoint}:5432/${module.database.database_name}"
    DATABASE_AUTH        = "iam"
    REDIS_URL            = "rediss://${module.cache.primary_endpoint}:${module.cache.port}/0"
    OPENSEARCH_URL       = module.search.endpoint
    OPENSEARCH_AUTH      = "aws"
    S3_BUCKET            = module.storage.bucket_name
    FILES_BASE_URL       = module.edge.files_base_url
    COGNITO_USER_POOL_ID = module.identity.user_pool_id
    COGNITO_CLIENT_IDS   = join(",", module.identity.client_ids)
    CSRF_ORIGINS         = join(",", var.allowed_origins) # CORS_ORIGINS stays empty: the gateway answers CORS
    SECRETS_ARN          = aws_secretsmanager_secret.application.arn
    TRACING              = var.tracing ? "xray" : "off"
  }

  function = {
    subnet_ids        = module.network.private_subnet_ids
    security_group_id = module.network.security_group_ids.lambda
    tracing           = var.tracing
    kms_key_arn       = module.observability.kms_key_arn
  }
}

module "api" {
  source = "../api"

  name                    = var.name
  production              = var.production
  image_uri               = var.image_uri
  environment_variables   = local.environment_variables
  policy_statements       = concat(local.every_function, local.api_only)
  subnet_ids              = local.function.subnet_ids
  security_group_id       = local.function.security_group_id
  tracing                 = local.function.tracing
  kms_key_arn             = local.function.kms_key_arn
  issuer_url              = module.identity.issuer_url
  client_ids              = module.identity.client_ids
  allowed_origins         = var.allowed_origins
  memory_megabytes        = var.sizes.api_memory
  provisioned_concurrency = var.sizes.api_provisioned_concurrency
  reserved_concurrency    = var.sizes.api_reserved_concurrency

  custom_domain = var.domain == null ? null : {
    domain_name     = var.domain.gateway_name
    certificate_arn = aws_acm_certificate_validation.this[0].certificate_arn
    zone_id         = var.domain.zone_id
  }
}

module "parts_list_import" {
  source = "../parts_list_import"

  name                  = var.name
  image_uri             = var.image_uri
  environment_variables = local.environment_variables
  policy_statements     = concat(local.every_function, local.import_only)
  subnet_ids            = local.function.subnet_ids
  security_group_id     = local.function.security_group_id
  tracing               = local.function.tracing
  kms_key_arn           = local.function.kms_key_arn
  bucket_name           = module.storage.bucket_name
  bucket_arn            = module.storage.bucket_arn
  concurrency           = var.sizes.import_concurrency
}

module "maintenance" {
  source = "../maintenance"

  name                  = var.name
  image_uri             = var.image_uri
  environment_variables = local.environment_variables
  policy_statements     = concat(local.every_function, local.maintenance_only)
  subnet_ids            = local.function.subnet_ids
  security_group_id     = local.function.security_group_id
  tracing               = local.function.tracing
  kms_key_arn           = local.function.kms_key_arn
}

module "commands" {
  source = "../commands"

  name                  = var.name
  image_uri             = var.image_uri
  environment_variables = local.environment_variables
  policy_statements     = concat(local.without_database, local.maintenance_only)
  subnet_ids            = local.function.subnet_ids
  security_group_id     = module.network.security_group_ids.migration
  tracing               = local.function.tracing
  kms_key_arn           = local.function.kms_key_arn

  database = {
    url        = "postgresql://${module.database.application_username}@${module.database.instance_endpoint}:5432/${module.database.database_name}"
    secret_arn = module.database.master_secret_arn
  }
}

module "pipeline" {
  source = "../pipeline"
  count  = var.pipeline == null ? 0 : 1

  name                  = var.name
  repository            = var.pipeline.repository
  environment           = var.environment
  image_reader          = var.pipeline.image_reader
  create_provider       = var.pipeline.create_provider
  repository_arn        = module.api.repository_arn
  function_arns         = [module.api.function_arn, module.parts_list_import.function_arn, module.maintenance.function_arn, module.commands.function_arn]
  commands_function_arn = module.commands.function_arn
}
