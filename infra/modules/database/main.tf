resource "aws_db_subnet_group" "main" {
  name        = var.name
  description = "Private subnets"
  subnet_ids  = var.subnet_ids
}

resource "aws_db_parameter_group" "main" {
  name        = "${var.name}-postgres15"
  description = "PostgreSQL 15 of ${var.name}"
  family      = "postgres15"

  dynamic "parameter" {
    for_each = {
      "rds.force_ssl"                       = "1"
      "log_min_duration_statement"          = tostring(var.slow_statement_milliseconds)
      "log_lock_waits"                      = "1"
      "log_parameter_max_length"            = "0"     # a slow statement is logged without the values in it
      "idle_in_transaction_session_timeout" = "60000" # milliseconds; who is frozen in a transaction keeps others waiting
      "jit"                                 = "0"     # here, because asyncpg's own SET would pin the proxy's connection
    }

    content {
      name  = parameter.key
      value = parameter.value
    }
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_db_instance" "main" {
  identifier     = var.name
  engine         = "postgres"
  engine_version = "15"
  instance_class = var.instance_class

  db_name                     = var.database_name
  username                    = var.application_username
  manage_master_user_password = true # RDS makes the password and keeps it in a secret: it is in no variable and no state
  snapshot_identifier         = var.snapshot_identifier

  storage_type          = "gp3"
  storage_encrypted     = true
  allocated_storage     = var.allocated_storage
  max_allocated_storage = var.max_allocated_storage

  multi_az               = var.production
  db_subnet_group_name   = aws_db_subnet_group.main.name
  vpc_security_group_ids = [var.security_group_ids.database]
  publicly_accessible    = false
  parameter_group_name   = aws_db_parameter_group.main.name
  ca_cert_identifier     = "rds-ca-rsa2048-g1"

  backup_retention_period   = var.backup_retention_days
  backup_window             = "07:00-07:30" # UTC: night in America, where the users are
  maintenance_window        = "sun:08:00-sun:09:00"
  copy_tags_to_snapshot     = true
  deletion_protection       = var.production
  delete_automated_backups  = !var.production
  skip_final_snapshot       = !var.production
  final_snapshot_identifier = var.production ? "${var.name}-final" : null

  auto_minor_version_upgrade = true
  apply_immediately          = !var.production

  enabled_cloudwatch_logs_exports = keys(local.instance_logs)
  database_insights_mode          = "standard"
  performance_insights_enabled    = var.production # seven days of it cost nothing, but the smallest classes lack it

  lifecycle {
    ignore_changes = [snapshot_identifier]
  }

  # RDS would make them itself, and keep every line for ever.
  depends_on = [aws_cloudwatch_log_group.instance]
}

# RDS renews the password itself. The proxy reads the new one; the application signs in with its role and never knows it.
resource "aws_secretsmanager_secret_rotation" "master" {
  secret_id          = local.master_secret_arn
  rotate_immediately = false

  rotation_rules {
    automatically_after_days = 30
  }
}

locals {
  master_secret_arn = one(aws_db_instance.main.master_user_secret).secret_arn
}
