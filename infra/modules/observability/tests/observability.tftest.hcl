mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
  mock_data "aws_region" {
    defaults = { name = "us-east-1" }
  }
  mock_resource "aws_sns_topic" {
    defaults = { arn = "arn:aws:sns:us-east-1:123456789012:lego-test-alarms" }
  }
  mock_resource "aws_kms_key" {
    defaults = { arn = "arn:aws:kms:us-east-1:123456789012:key/1" }
  }
}

variables {
  name       = "lego-test"
  production = true
  watched = {
    api_function         = "lego-test-api"
    import_function      = "lego-test-parts-list-import"
    maintenance_function = "lego-test-maintenance"
    alias                = "live"
    api_id               = "api1"
    import_queue         = "lego-test-parts-lists"
    import_failed_queue  = "lego-test-parts-lists-failed"
    database             = "lego-test"
    database_proxy       = "lego-test-proxy"
    cache                = "lego-test"
    search_domain        = "lego-test"
    distribution_id      = "E1"
    web_acl              = "lego-test"

    application_namespace = "LegoApi/production"
  }
  runbook_base_url   = "https://code.example.com/lego-api/blob/main"
  alarm_emails       = ["operators@example.com"]
  monthly_budget_usd = 813
}

run "as_given" {
  # Alarms.
  assert {
    condition = alltrue([
      for alarm in concat(values(aws_cloudwatch_metric_alarm.this), [aws_cloudwatch_metric_alarm.api_errors]) :
      can(regex("^[A-Z].+\\. https://code\\.example\\.com/lego-api/blob/main/docs/runbooks/[a-z-]+\\.md$", alarm.alarm_description))
    ])
    error_message = "Every alarm says what is wrong, and links to its page."
  }
  assert {
    condition = alltrue([
      for alarm in concat(values(aws_cloudwatch_metric_alarm.this), [aws_cloudwatch_metric_alarm.api_errors]) :
      alarm.alarm_actions == toset(["arn:aws:sns:us-east-1:123456789012:lego-test-alarms"]) && startswith(alarm.alarm_name, "lego-test-")
    ])
    error_message = "Every alarm is told to somebody."
  }
  assert {
    condition     = toset([for key, alarm in aws_cloudwatch_metric_alarm.this : key if alarm.treat_missing_data == "breaching"]) == toset(["maintenance-missing"])
    error_message = "Only the maintenance is missed."
  }
  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.this : alarm.datapoints_to_alarm <= alarm.evaluation_periods])
    error_message = "No more bad minutes than minutes."
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.this["api-latency"].extended_statistic == "p99" && aws_cloudwatch_metric_alarm.this["database-cpu"].statistic == "Average"
    error_message = "A percentile is an extended statistic, all else is not."
  }
  assert {
    condition = aws_cloudwatch_metric_alarm.this["proxy-pinned"].statistic == "Sum" && flatten([
      for widget in jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets : [for metric in widget.properties.metrics : metric[4].stat] if widget.properties.title == "Proxy"
    ]) == ["Sum", "Sum", "Sum"]
    error_message = "What the nodes of the proxy tell is added up: else one of them is seen."
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.this["database-storage"].comparison_operator == "LessThanThreshold" && aws_cloudwatch_metric_alarm.this["import-failed"].comparison_operator == "GreaterThanThreshold"
    error_message = "What runs out is watched from below, what grows from above."
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.this["cache-memory-002"].dimensions.CacheClusterId == "lego-test-002"
    error_message = "Both nodes of the cache are watched in production."
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.this["api-cold"].dimensions.Resource == "lego-test-api:live"
    error_message = "In production it is watched whether enough sandboxes are warm."
  }
  assert {
    condition     = toset(output.rollback_alarm_names) == toset(["lego-test-api-errors", "lego-test-api-function-errors", "lego-test-api-latency"])
    error_message = "A deployment goes back when the API fails or is slow."
  }
  assert {
    condition     = contains(output.runbooks, "breaker-open") && contains(output.runbooks, "cache-memory") && !contains(output.runbooks, "breaker-redis")
    error_message = "Alarms of one kind share a page."
  }

  # Topic.
  assert {
    condition     = aws_sns_topic.alarms.kms_master_key_id == "arn:aws:kms:us-east-1:123456789012:key/1" && aws_kms_key.this.enable_key_rotation
    error_message = "The topic is encrypted under a key that is renewed."
  }
  assert {
    condition = alltrue([
      for statement in concat(jsondecode(aws_sns_topic_policy.alarms.policy).Statement, jsondecode(aws_kms_key.this.policy).Statement) :
      try(statement.Condition.StringEquals["aws:SourceAccount"], "") == "123456789012"
      if statement.Sid == "AlarmsAndBudgets"
    ])
    error_message = "Services write for this account only."
  }
  assert {
    condition = alltrue([
      for arn in one([for statement in jsondecode(aws_kms_key.this.policy).Statement : statement if statement.Sid == "Logs"]).Condition.ArnLike["kms:EncryptionContext:aws:logs:arn"] :
      strcontains(arn, "lego-test")
    ])
    error_message = "The key is for this environment's log groups."
  }
  assert {
    condition     = aws_sns_topic_subscription.email["operators@example.com"].protocol == "email"
    error_message = "Operators are told by e-mail."
  }

  # Budget.
  assert {
    condition     = aws_budgets_budget.monthly.limit_amount == "813" && aws_budgets_budget.monthly.time_unit == "MONTHLY"
    error_message = "The budget is the month's."
  }
  assert {
    condition     = one(aws_budgets_budget.monthly.cost_filter).values == tolist(["user:environment$lego-test"])
    error_message = "It counts this environment."
  }
  assert {
    condition     = { for notification in aws_budgets_budget.monthly.notification : notification.notification_type => notification.threshold } == { FORECASTED = 100, ACTUAL = 80 }
    error_message = "It warns before the money is spent."
  }

  # Metrics of the application.
  assert {
    condition = toset(flatten([
      for widget in jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets : [for metric in widget.properties.metrics : slice(metric, 1, length(metric) - 1) if metric[0] == "LegoApi/production"] if widget.type == "metric"
    ])) == toset(["OutboxDue", "OutboxDead", "OutboxAge", "SearchesInIndex", "SearchesInDatabase", "BreakerOpen", "part", "cognito", "opensearch", "redis"])
    error_message = "The dashboard shows what the application measures, by its names."
  }
  assert {
    condition = alltrue([
      for key, alarm in aws_cloudwatch_metric_alarm.this : alarm.namespace == "LegoApi/production" if startswith(key, "outbox-") || startswith(key, "breaker-")
    ])
    error_message = "Alarms watch this environment, and no other one."
  }

  # Dashboard.
  assert {
    condition     = length(jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets[0].properties.alarms) == length(aws_cloudwatch_metric_alarm.this) + 1
    error_message = "The dashboard shows every alarm."
  }
  assert {
    condition     = length(distinct([for widget in jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets : "${widget.x}/${widget.y}"])) == length(jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets)
    error_message = "Every widget has a place of its own."
  }
}

run "outside_production" {
  command = plan
  variables {
    production = false
  }
  assert {
    condition     = !contains(keys(aws_cloudwatch_metric_alarm.this), "api-cold") && !contains(keys(aws_cloudwatch_metric_alarm.this), "cache-memory-002")
    error_message = "What is not there is not watched."
  }
}
