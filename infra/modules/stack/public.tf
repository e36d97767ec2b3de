# What the world sees: the edge, its certificate, its name; and what operators see.

module "edge" {
  source = "../edge"

  name                 = var.name
  api_endpoint         = module.api.api_endpoint
  allowed_origins      = var.allowed_origins
  fixed_segments       = module.api.fixed_segments
  requests_per_address = var.requests_per_address
  kms_key_arn          = module.observability.kms_key_arn

  files = {
    bucket_regional_domain_name = module.storage.bucket_regional_domain_name
    origin_access_control_id    = module.storage.origin_access_control_id
  }

  domain = var.domain == null ? null : {
    name            = var.domain.name
    certificate_arn = aws_acm_certificate_validation.this[0].certificate_arn
  }
}

module "cutover" {
  source = "../cutover"
  count  = var.domain == null ? 0 : 1

  name           = var.name
  zone_id        = var.domain.zone_id
  record_name    = var.domain.name
  target         = module.edge.distribution_domain_name
  express_target = var.cutover.express_target
  weight         = var.cutover.weight
}

module "observability" {
  source = "../observability"

  name               = var.name
  production         = var.production
  runbook_base_url   = var.runbook_base_url
  alarm_emails       = var.alarm_emails
  monthly_budget_usd = var.monthly_budget_usd

  watched = {
    api_function         = module.api.function_name
    import_function      = module.parts_list_import.function_name
    maintenance_function = module.maintenance.function_name
    alias                = module.api.alias_name
    api_id               = module.api.api_id
    import_queue         = module.parts_list_import.queue_name
    import_failed_queue  = module.parts_list_import.failed_queue_name
    database             = module.database.instance_identifier
    database_proxy       = module.database.proxy_name
    cache                = var.name
    search_domain        = module.search.domain_name
    distribution_id      = module.edge.distribution_id
    web_acl              = module.edge.web_acl_name

    application_namespace = "LegoApi/${var.environment}" # as the application itself names it
  }
}

locals {
  certified_names = var.domain == null ? [] : [var.domain.name, var.domain.gateway_name]
}

resource "aws_acm_certificate" "this" {
  count = var.domain == null ? 0 : 1

  domain_name               = var.domain.name
  subject_alternative_names = [var.domain.gateway_name]
  validation_method         = "DNS"

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_route53_record" "certificate" {
  for_each = toset(local.certified_names)

  zone_id         = var.domain.zone_id
  name            = one([for option in aws_acm_certificate.this[0].domain_validation_options : option.resource_record_name if option.domain_name == each.value])
  type            = one([for option in aws_acm_certificate.this[0].domain_validation_options : option.resource_record_type if option.domain_name == each.value])
  records         = [for option in aws_acm_certificate.this[0].domain_validation_options : option.resource_record_value if option.domain_name == each.value]
  ttl             = 60
  allow_overwrite = true
}

resource "aws_acm_certificate_validation" "this" {
  count = var.domain == null ? 0 : 1

  certificate_arn         = aws_acm_certificate.this[0].arn
  validation_record_fqdns = [for record in aws_route53_record.certificate : record.fqdn]
}
