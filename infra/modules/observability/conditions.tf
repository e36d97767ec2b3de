# What is wrong, by alarm. The name is also that of its page, docs/runbooks/NAME.md, where no `runbook` is named.
locals {
  api         = { FunctionName = var.watched.api_function }
  imports     = { FunctionName = var.watched.import_function }
  maintenance = { FunctionName = var.watched.maintenance_function }
  database    = { DBInstanceIdentifier = var.watched.database }
  proxy       = { ProxyName = var.watched.database_proxy }
  search      = { DomainName = var.watched.search_domain, ClientId = local.account_id }

  conditions = merge(
    local.function_conditions, local.outbox_conditions, local.data_conditions, local.edge_conditions,
    var.production ? local.production_conditions : {},
  )

  # `minutes`: that many of the last `of` minutes (or periods) must be bad.
  function_conditions = {
    api-latency = {
      summary   = "One request in a hundred takes longer than 3 s."
      namespace = "AWS/ApiGateway", metric = "Latency", dimensions = { ApiId = var.watched.api_id }
      statistic = "p99", above = 3000, minutes = 5, of = 5
    }
    api-function-errors = {
      summary   = "The function of the API crashes, or is ended by its timeout."
      namespace = "AWS/Lambda", metric = "Errors", dimensions = local.api, statistic = "Sum", above = 0, minutes = 2, of = 5
    }
    api-throttles = {
      summary   = "Requests are refused because no more sandboxes may run."
      namespace = "AWS/Lambda", metric = "Throttles", dimensions = local.api, statistic = "Sum", above = 0, minutes = 2, of = 5
    }
    import-errors = {
      summary   = "The import of parts lists crashes, or is ended by its timeout."
      namespace = "AWS/Lambda", metric = "Errors", dimensions = local.imports, statistic = "Sum", above = 0, minutes = 3, of = 15
    }
    import-failed = {
      summary   = "Events of parts lists have failed for good."
      namespace = "AWS/SQS", metric = "ApproximateNumberOfMessagesVisible", dimensions = { QueueName = var.watched.import_failed_queue }
      statistic = "Maximum", above = 0, minutes = 1, of = 1
    }
    import-late = {
      summary   = "Parts lists wait for longer than 15 minutes."
      namespace = "AWS/SQS", metric = "ApproximateAgeOfOldestMessage", dimensions = { QueueName = var.watched.import_queue }
      statistic = "Maximum", above = 900, minutes = 3, of = 3
    }
    maintenance-errors = {
      summary   = "The maintenance crashes, or is ended by its timeout."
      namespace = "AWS/Lambda", metric = "Errors", dimensions = local.maintenance, statistic = "Sum", above = 0, minutes = 3, of = 5
    }
    maintenance-missing = {
      summary   = "The maintenance has not run for 10 minutes."
      namespace = "AWS/Lambda", metric = "Invocations", dimensions = local.maintenance
      statistic = "Sum", below = 1, minutes = 10, of = 10, missing = "breaching"
    }
  }

  outbox_conditions = merge(
    {
      outbox-age = {
        summary   = "Something that had to follow a write has waited for 15 minutes."
        namespace = var.watched.application_namespace, metric = "OutboxAge", dimensions = {}
        statistic = "Maximum", above = 900, minutes = 5, of = 5
      }
      outbox-dead = {
        summary   = "The outbox has given something up."
        namespace = var.watched.application_namespace, metric = "OutboxDead", dimensions = {}
        statistic = "Maximum", above = 0, minutes = 1, of = 1
      }
    },
    { for part in ["cognito", "opensearch", "redis"] : "breaker-${part}" => {
      summary   = "Requests do without ${part}, which does not answer."
      namespace = var.watched.application_namespace, metric = "BreakerOpen", dimensions = { part = part }
      statistic = "Maximum", above = 0, minutes = 5, of = 10, runbook = "breaker-open"
    } },
  )

  data_conditions = merge(
    {
      database-cpu = {
        summary   = "The database has been busy for a quarter of an hour."
        namespace = "AWS/RDS", metric = "CPUUtilization", dimensions = local.database, statistic = "Average", above = 80, minutes = 15, of = 15
      }
      database-memory = {
        summary   = "The database has less than 100 MB of memory left."
        namespace = "AWS/RDS", metric = "FreeableMemory", dimensions = local.database, statistic = "Minimum", below = 100 * 1000 * 1000, minutes = 10, of = 10
      }
      database-storage = {
        summary   = "The database has less than 3 GB of storage left, and has not grown by itself."
        namespace = "AWS/RDS", metric = "FreeStorageSpace", dimensions = local.database, statistic = "Minimum", below = 3 * 1000 * 1000 * 1000, minutes = 5, of = 5
      }
      proxy-pinned = {
        summary   = "Connections of the proxy are pinned, and so are not shared."
        namespace = "AWS/RDS", metric = "DatabaseConnectionsCurrentlySessionPinned", dimensions = local.proxy
        statistic = "Sum", above = 2, minutes = 15, of = 15 # each node of the proxy tells its own number
      }
      proxy-waiting = {
        summary   = "Requests wait for a connection of the proxy for more than 100 ms."
        namespace = "AWS/RDS", metric = "DatabaseConnectionsBorrowLatency", dimensions = local.proxy
        statistic = "Average", above = 100 * 1000, minutes = 5, of = 5 # microseconds
      }
      search-red = {
        summary   = "The index has lost data: the search answers from the database."
        namespace = "AWS/ES", metric = "ClusterStatus.red", dimensions = local.search, statistic = "Maximum", above = 0, minutes = 2, of = 2
      }
      search-memory = {
        summary   = "The index is short of memory."
        namespace = "AWS/ES", metric = "JVMMemoryPressure", dimensions = local.search, statistic = "Maximum", above = 85, minutes = 15, of = 15
      }
      search-storage = {
        summary   = "A node of the index has less than 2 GB left."
        namespace = "AWS/ES", metric = "FreeStorageSpace", dimensions = local.search, statistic = "Minimum", below = 2000, minutes = 5, of = 5
      }
    },
    # ElastiCache names its nodes like this.
    { for number in range(1, var.production ? 3 : 2) : format("cache-memory-%03d", number) => {
      summary    = "A node of the cache is nearly full, and forgets before its time."
      namespace  = "AWS/ElastiCache", metric = "DatabaseMemoryUsagePercentage"
      dimensions = { CacheClusterId = format("%s-%03d", var.watched.cache, number) }
      statistic  = "Maximum", above = 80, minutes = 15, of = 15, runbook = "cache-memory"
    } },
  )

  edge_conditions = {
    edge-errors = {
      summary   = "More than 5 % of all answers that leave the edge are errors of ours."
      namespace = "AWS/CloudFront", metric = "5xxErrorRate", dimensions = { DistributionId = var.watched.distribution_id, Region = "Global" }
      statistic = "Average", above = 5, minutes = 5, of = 5
    }
    edge-blocked = {
      summary   = "The web ACL blocks hundreds of requests a minute: an attack, or a rule that is wrong."
      namespace = "AWS/WAFV2", metric = "BlockedRequests", dimensions = { WebACL = var.watched.web_acl, Rule = "ALL" }
      statistic = "Sum", above = 300, minutes = 5, of = 5
    }
  }

  production_conditions = {
    api-cold = {
      summary    = "More requests at once than sandboxes are kept warm."
      namespace  = "AWS/Lambda", metric = "ProvisionedConcurrencySpilloverInvocations"
      dimensions = { FunctionName = var.watched.api_function, Resource = "${var.watched.api_function}:${var.watched.alias}" }
      statistic  = "Sum", above = 20, minutes = 10, of = 15
    }
  }
}
