# What a local imitation of AWS can hold, made and taken down for real: no plan shows what AWS refuses only when asked.
# Left out is what moto lacks: ElastiCache, functions of CloudFront, budgets, custom domains of the gateway, provisioned
# concurrency; and what takes it minutes: the database and the search domain.

variable "endpoint" {
  description = "Address of a moto server."
  type        = string

  validation {
    condition     = can(regex("^http://127\\.0\\.0\\.1:[0-9]+$", var.endpoint))
    error_message = "endpoint must be on this machine: nothing here is to reach AWS."
  }
}

locals {
  name      = "lego-rehearsal"
  image_uri = "${local.account_id}.dkr.ecr.us-east-1.amazonaws.com/${local.name}:rehearsal"

  account_id = "123456789012" # moto's

  function = {
    subnet_ids        = module.network.private_subnet_ids
    security_group_id = module.network.security_group_ids.lambda
  }

  policy_statements = [{
    sid       = "Files"
    actions   = ["s3:GetObject"]
    resources = ["${module.storage.bucket_arn}/*"]
  }]
}

module "network" {
  source     = "../modules/network"
  name       = local.name
  production = true
}

module "storage" {
  source           = "../modules/storage"
  name             = local.name
  production       = false
  frontend_origins = ["https://app.example.com"]

  reader_distribution_arns = ["arn:aws:cloudfront::${local.account_id}:distribution/E1"]
}

module "identity" {
  source     = "../modules/identity"
  name       = local.name
  production = false
}

module "api" {
  source                = "../modules/api"
  name                  = local.name
  production            = false
  image_uri             = local.image_uri
  environment_variables = { S3_BUCKET = module.storage.bucket_name }
  policy_statements     = local.policy_statements
  subnet_ids            = local.function.subnet_ids
  security_group_id     = local.function.security_group_id
  issuer_url            = module.identity.issuer_url
  client_ids            = module.identity.client_ids
  allowed_origins       = ["https://app.example.com"]
}

module "parts_list_import" {
  source                = "../modules/parts_list_import"
  name                  = local.name
  image_uri             = local.image_uri
  environment_variables = { S3_BUCKET = module.storage.bucket_name }
  policy_statements     = local.policy_statements
  subnet_ids            = local.function.subnet_ids
  security_group_id     = local.function.security_group_id
  bucket_name           = module.storage.bucket_name
  bucket_arn            = module.storage.bucket_arn
}

module "maintenance" {
  source                = "../modules/maintenance"
  name                  = local.name
  image_uri             = local.image_uri
  environment_variables = { S3_BUCKET = module.storage.bucket_name }
  policy_statements     = local.policy_statements
  subnet_ids            = local.function.subnet_ids
  security_group_id     = local.function.security_group_id
}

module "commands" {
  source                = "../modules/commands"
  name                  = local.name
  image_uri             = local.image_uri
  environment_variables = { S3_BUCKET = module.storage.bucket_name }
  policy_statements     = local.policy_statements
  subnet_ids            = local.function.subnet_ids
  security_group_id     = module.network.security_group_ids.migration

  database = {
    url        = "postgresql://lego_app@instance.example.com:5432/lego"
    secret_arn = "arn:aws:secretsmanager:us-east-1:${local.account_id}:secret:rds"
  }
}

module "cutover" {
  source         = "../modules/cutover"
  name           = local.name
  zone_id        = aws_route53_zone.this.zone_id
  record_name    = "api.example.com"
  target         = "d1.cloudfront.net"
  express_target = "alb.example.com"
  weight         = 10
}

module "pipeline" {
  source                = "../modules/pipeline"
  name                  = local.name
  repository            = "builders/lego-api"
  environment           = "staging"
  repository_arn        = module.api.repository_arn
  function_arns         = [module.api.function_arn]
  commands_function_arn = module.commands.function_arn
}

resource "aws_route53_zone" "this" {
  name = "example.com"
}

output "api_id" {
  description = "Gateway."
  value       = module.api.api_id
}

output "route_keys" {
  description = "Routes that it has to have, by whether they need a token."
  value       = module.api.route_keys
}

output "bucket_name" {
  description = "Bucket of the files."
  value       = module.storage.bucket_name
}
