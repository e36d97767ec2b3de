locals {
  name = "lego-staging"
}

module "stack" {
  source = "../../modules/stack"

  name               = local.name
  environment        = "staging"
  production         = false
  image_uri          = var.image_uri
  allowed_origins    = var.allowed_origins
  existing_user_pool = var.existing_user_pool
  database_snapshot  = var.database_snapshot
  domain             = var.domain
  cutover            = var.cutover
  monthly_budget_usd = 220
  tracing            = true
  runbook_base_url   = var.runbook_base_url
  alarm_emails       = var.alarm_emails
  pipeline           = var.pipeline

  availability_zones         = var.account.availability_zones
  create_service_linked_role = var.account.create_service_linked_role

  sizes = {
    database_instance_class  = "db.t4g.small"
    database_storage         = 20
    cache_node_type          = "cache.t4g.small"
    search_instance_type     = "t3.small.search"
    search_storage           = 10
    api_memory               = 1769
    api_reserved_concurrency = 25
    import_concurrency       = 2
  }
}
