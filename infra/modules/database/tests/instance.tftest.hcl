mock_provider "aws" {
  mock_resource "aws_db_instance" {
    defaults = {
      address            = "lego-test.abc.us-east-1.rds.amazonaws.com"
      master_user_secret = [{ secret_arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:rds!db-1" }]
    }
  }

  mock_resource "aws_db_proxy" {
    defaults = { arn = "arn:aws:rds:us-east-1:123456789012:db-proxy:prx-0123456789abcdef0" }
  }

  mock_resource "aws_db_proxy_default_target_group" {
    defaults = { name = "default" }
  }

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/mock" }
  }
}

variables {
  name               = "lego-test"
  production         = false
  subnet_ids         = ["subnet-a", "subnet-b"]
  security_group_ids = { database = "sg-database", proxy = "sg-proxy" }
  instance_class     = "db.t4g.micro"
}

run "as_given" {
  # Private and encrypted.
  assert {
    condition = (
      !aws_db_instance.main.publicly_accessible
      && aws_db_instance.main.vpc_security_group_ids == toset(["sg-database"])
      && aws_db_instance.main.db_subnet_group_name == aws_db_subnet_group.main.name
      && aws_db_subnet_group.main.subnet_ids == toset(["subnet-a", "subnet-b"])
    )
    error_message = "The instance can be reached from elsewhere."
  }

  assert {
    condition     = aws_db_instance.main.storage_encrypted
    error_message = "The storage is not encrypted."
  }

  assert {
    condition = one([
      for parameter in aws_db_parameter_group.main.parameter : parameter.value if parameter.name == "rds.force_ssl"
    ]) == "1"
    error_message = "The instance answers without TLS."
  }

  # Postgresql 15.
  assert {
    condition = (
      aws_db_instance.main.engine == "postgres"
      && aws_db_instance.main.engine_version == "15"
      && aws_db_parameter_group.main.family == "postgres15"
      && aws_db_instance.main.parameter_group_name == aws_db_parameter_group.main.name
    )
    error_message = "It is not PostgreSQL 15 with our parameters."
  }

  assert {
    condition = {
      for parameter in aws_db_parameter_group.main.parameter : parameter.name => parameter.value
      } == {
      "rds.force_ssl"                       = "1"
      "log_min_duration_statement"          = "500"
      "log_lock_waits"                      = "1"
      "log_parameter_max_length"            = "0"
      "idle_in_transaction_session_timeout" = "60000"
      "jit"                                 = "0"
    }
    error_message = "The parameters are others."
  }

  # No password of ours.
  assert {
    condition = (
      aws_db_instance.main.manage_master_user_password
      && aws_db_instance.main.password == null
      && aws_db_instance.main.username == "lego_app"
    )
    error_message = "Terraform has the password."
  }

  assert {
    condition = (
      aws_secretsmanager_secret_rotation.master.secret_id == output.master_secret_arn
      && one(aws_secretsmanager_secret_rotation.master.rotation_rules).automatically_after_days == 30
      && output.master_secret_arn == "arn:aws:secretsmanager:us-east-1:123456789012:secret:rds!db-1"
    )
    error_message = "The password is not renewed every 30 days."
  }

  # Logs end.
  assert {
    condition = {
      for group in concat(values(aws_cloudwatch_log_group.instance), [aws_cloudwatch_log_group.proxy]) :
      group.name => group.retention_in_days
      } == {
      "/aws/rds/instance/lego-test/postgresql" = 30
      "/aws/rds/instance/lego-test/upgrade"    = 30
      "/aws/rds/proxy/lego-test"               = 30
    }
    error_message = "A log has no end."
  }

  assert {
    condition     = aws_db_instance.main.enabled_cloudwatch_logs_exports == toset(["postgresql", "upgrade"])
    error_message = "The instance's logs are not exported."
  }

  # Small and disposable outside production.
  assert {
    condition = (
      !aws_db_instance.main.multi_az
      && !aws_db_instance.main.deletion_protection
      && aws_db_instance.main.skip_final_snapshot
      && aws_db_instance.main.instance_class == "db.t4g.micro"
      && aws_db_instance.main.backup_retention_period == 7
    )
    error_message = "An environment for trying things costs too much, cannot be destroyed, or has no backups."
  }
}

run "safe_in_production" {
  variables {
    production     = true
    instance_class = "db.r6g.large"
  }

  assert {
    condition     = aws_db_instance.main.multi_az && aws_db_instance.main.backup_retention_period == 7
    error_message = "No second instance takes over, or there are no backups."
  }

  assert {
    condition = (
      aws_db_instance.main.deletion_protection
      && !aws_db_instance.main.skip_final_snapshot
      && aws_db_instance.main.final_snapshot_identifier == "lego-test-final"
      && !aws_db_instance.main.delete_automated_backups
      && !aws_db_instance.main.apply_immediately
    )
    error_message = "A mistake deletes the data, or restarts the instance at once."
  }

  assert {
    condition     = aws_db_instance.main.performance_insights_enabled
    error_message = "Nobody can see what the instance waited for."
  }
}

run "from_a_snapshot" {
  state_key = "restored"

  variables {
    snapshot_identifier = "rds:lego-production-2026-01-01"
  }

  assert {
    condition     = aws_db_instance.main.snapshot_identifier == "rds:lego-production-2026-01-01"
    error_message = "The instance begins empty."
  }
}

run "from_a_snapshot_only_once" {
  state_key = "restored"

  variables {
    snapshot_identifier = "rds:lego-production-2026-02-02"
  }

  assert {
    condition     = aws_db_instance.main.snapshot_identifier == "rds:lego-production-2026-01-01"
    error_message = "Another snapshot replaces the instance, with all that was written since."
  }
}
