mock_provider "aws" {
  mock_resource "aws_elasticache_replication_group" {
    defaults = {
      primary_endpoint_address = "master.lego-test.abc.use1.cache.amazonaws.com"
      reader_endpoint_address  = "replica.lego-test.abc.use1.cache.amazonaws.com"
    }
  }
}

variables {
  name              = "lego-test"
  production        = false
  subnet_ids        = ["subnet-a", "subnet-b"]
  security_group_id = "sg-cache"
  node_type         = "cache.t4g.micro"
}

run "as_given" {
  # Private and encrypted.
  assert {
    condition = (
      aws_elasticache_replication_group.main.security_group_ids == toset(["sg-cache"])
      && aws_elasticache_replication_group.main.subnet_group_name == aws_elasticache_subnet_group.main.name
      && aws_elasticache_subnet_group.main.subnet_ids == toset(["subnet-a", "subnet-b"])
    )
    error_message = "The cache can be reached from elsewhere."
  }

  assert {
    condition = (
      aws_elasticache_replication_group.main.at_rest_encryption_enabled == "true"
      && aws_elasticache_replication_group.main.transit_encryption_enabled
      && aws_elasticache_replication_group.main.transit_encryption_mode == "required"
    )
    error_message = "The cache stores or answers without encryption."
  }

  # Redis 7 in one shard.
  assert {
    condition = (
      aws_elasticache_replication_group.main.engine == "redis"
      && startswith(aws_elasticache_replication_group.main.engine_version, "7.")
      && aws_elasticache_parameter_group.main.family == "redis7"
      && aws_elasticache_replication_group.main.parameter_group_name == aws_elasticache_parameter_group.main.name
    )
    error_message = "It is not Redis 7 with our parameters."
  }

  assert {
    condition = (
      [for parameter in aws_elasticache_parameter_group.main.parameter : "${parameter.name}=${parameter.value}"]
      == ["maxmemory-policy=allkeys-lru"]
    )
    error_message = "A full cache refuses what is new, or runs as a cluster."
  }

  # One node outside production.
  assert {
    condition = (
      aws_elasticache_replication_group.main.num_cache_clusters == 1
      && !aws_elasticache_replication_group.main.automatic_failover_enabled
      && !aws_elasticache_replication_group.main.multi_az_enabled
      && aws_elasticache_replication_group.main.node_type == "cache.t4g.micro"
    )
    error_message = "An environment for trying things has more than one node."
  }
}

run "a_replica_takes_over_in_production" {
  variables {
    production = true
    node_type  = "cache.r6g.large"
  }

  assert {
    condition = (
      aws_elasticache_replication_group.main.num_cache_clusters == 2
      && aws_elasticache_replication_group.main.automatic_failover_enabled
      && aws_elasticache_replication_group.main.multi_az_enabled
      && !aws_elasticache_replication_group.main.apply_immediately
    )
    error_message = "Nothing takes over when the primary fails, or changes restart it at once."
  }
}

run "as_given_again" {
  # Slow commands are logged.
  assert {
    condition = [
      for log in aws_elasticache_replication_group.main.log_delivery_configuration :
      [log.log_type, log.destination_type, log.destination]
    ] == [["slow-log", "cloudwatch-logs", aws_cloudwatch_log_group.slow.name]]
    error_message = "Slow commands are not logged."
  }

  assert {
    condition     = aws_cloudwatch_log_group.slow.retention_in_days == 30
    error_message = "The log has no end."
  }

  # What others need to know.
  assert {
    condition = (
      output.primary_endpoint == "master.lego-test.abc.use1.cache.amazonaws.com"
      && output.reader_endpoint == "replica.lego-test.abc.use1.cache.amazonaws.com"
      && output.port == 6379
    )
    error_message = "The endpoints are others."
  }
}
