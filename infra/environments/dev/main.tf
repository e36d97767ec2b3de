locals {
  name = "lego-dev"
}

module "stack" {
  source = "../../modules/stack"

  name               = local.name
  environment        = "dev"
  production         = false
  image_uri          = var.image_uri
  allowed_origins    = var.allowed_origins
  existing_user_pool = var.existing_user_pool
  database_snapshot  = var.database_snapshot
  monthly_budget_usd = 180
  runbook_base_url   = var.runbook_base_url
  alarm_emails       = var.alarm_emails
  pipeline           = var.pipeline

  availability_zones         = var.account.availability_zones
  create_service_linked_role = var.account.create_service_linked_role

  sizes = {
    database_instance_class  = "db.t4g.micro"
    database_storage         = 20
    cache_node_type          = "cache.t4g.micro"
    search_instance_type     = "t3.small.search"
    search_storage           = 10
    api_memory               = 1024
    api_reserved_concurrency = 10 # times the connections of a sandbox, it fits into a micro
    import_concurrency       = 2
  }
}
