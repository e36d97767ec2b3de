resource "aws_elasticache_subnet_group" "main" {
  name        = var.name
  description = "Private subnets"
  subnet_ids  = var.subnet_ids
}

resource "aws_elasticache_parameter_group" "main" {
  name        = "${var.name}-redis7"
  description = "Redis 7 of ${var.name}"
  family      = "redis7"

  # A full memory makes room for what is new. The application expects that anything may be gone.
  parameter {
    name  = "maxmemory-policy"
    value = "allkeys-lru"
  }

  lifecycle {
    create_before_destroy = true
  }
}

# One shard: the application's client knows nothing of a cluster, and its commands want all their keys in one place.
resource "aws_elasticache_replication_group" "main" {
  replication_group_id = var.name
  description          = "Cached answers and rate limits of ${var.name}"
  engine               = "redis"
  engine_version       = "7.1"
  node_type            = var.node_type
  port                 = 6379
  parameter_group_name = aws_elasticache_parameter_group.main.name

  num_cache_clusters         = var.production ? 2 : 1
  automatic_failover_enabled = var.production
  multi_az_enabled           = var.production

  subnet_group_name  = aws_elasticache_subnet_group.main.name
  security_group_ids = [var.security_group_id]

  at_rest_encryption_enabled = true
  transit_encryption_enabled = true
  transit_encryption_mode    = "required"

  snapshot_retention_limit   = 0 # nothing is in it that cannot be had again
  auto_minor_version_upgrade = true
  maintenance_window         = "sun:09:00-sun:10:00" # UTC, after that of the database
  apply_immediately          = !var.production

  log_delivery_configuration {
    log_type         = "slow-log"
    log_format       = "json"
    destination_type = "cloudwatch-logs"
    destination      = aws_cloudwatch_log_group.slow.name
  }
}

resource "aws_cloudwatch_log_group" "slow" {
  name              = "/aws/elasticache/${var.name}/slow-log"
  retention_in_days = var.log_retention_days
}
