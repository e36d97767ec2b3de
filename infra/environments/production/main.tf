locals {
  name = "lego-production"
}

module "stack" {
  source = "../../modules/stack"

  name               = local.name
  environment        = "production"
  production         = true
  image_uri          = var.image_uri
  allowed_origins    = var.allowed_origins
  existing_user_pool = var.existing_user_pool
  database_snapshot  = var.database_snapshot
  domain             = var.domain
  cutover            = var.cutover
  monthly_budget_usd = 813
  tracing            = true
  runbook_base_url   = var.runbook_base_url
  alarm_emails       = var.alarm_emails
  pipeline           = var.pipeline

  availability_zones         = var.account.availability_zones
  create_service_linked_role = var.account.create_service_linked_role

  sizes = {
    database_instance_class     = "db.r6g.large"
    database_storage            = 100
    cache_node_type             = "cache.r6g.large"
    search_instance_type        = "r6g.large.search"
    search_storage              = 50
    search_nodes                = 2
    search_masters              = true
    api_memory                  = 1769 # one whole processor
    api_provisioned_concurrency = 2
    api_reserved_concurrency    = 200
    import_concurrency          = 8
  }
}
