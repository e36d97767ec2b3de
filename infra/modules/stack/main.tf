# Where the data is, and how it is reached.

module "network" {
  source = "../network"

  name               = var.name
  production         = var.production
  availability_zones = var.availability_zones
}

module "database" {
  source = "../database"

  name                  = var.name
  production            = var.production
  subnet_ids            = module.network.private_subnet_ids
  security_group_ids    = { database = module.network.security_group_ids.database, proxy = module.network.security_group_ids.proxy }
  instance_class        = var.sizes.database_instance_class
  allocated_storage     = var.sizes.database_storage
  max_allocated_storage = 5 * var.sizes.database_storage
  snapshot_identifier   = try(var.database_snapshot.identifier, null)
  database_name         = try(var.database_snapshot.database_name, "lego")
  application_username  = try(var.database_snapshot.username, "lego_app")
}

module "cache" {
  source = "../cache"

  name              = var.name
  production        = var.production
  subnet_ids        = module.network.private_subnet_ids
  security_group_id = module.network.security_group_ids.cache
  node_type         = var.sizes.cache_node_type
}

module "search" {
  source = "../search"

  name                       = var.name
  nodes                      = var.sizes.search_nodes
  dedicated_masters          = var.sizes.search_masters
  subnet_ids                 = module.network.private_subnet_ids
  security_group_id          = module.network.security_group_ids.search
  instance_type              = var.sizes.search_instance_type
  volume_size                = var.sizes.search_storage
  admin_role_arn             = module.commands.role_arn # so that a command can say there what the others may
  create_service_linked_role = var.create_service_linked_role
  client_role_arns           = [module.api.role_arn, module.maintenance.role_arn, module.parts_list_import.role_arn]
}

module "storage" {
  source = "../storage"

  name                     = var.name
  production               = var.production
  frontend_origins         = var.allowed_origins
  reader_distribution_arns = [module.edge.distribution_arn] # files have one name with the API, behind the web ACL
}

module "identity" {
  source = "../identity"

  name               = var.name
  production         = var.production
  existing_user_pool = var.existing_user_pool
}

# {"csrf_secret": …, "origin_secret": …}. The values are put in by a command and are never in Terraform's state.
resource "aws_secretsmanager_secret" "application" {
  name                    = "${var.name}-application"
  description             = "What the application signs with, and how it knows the edge"
  recovery_window_in_days = var.production ? 30 : 7
}
