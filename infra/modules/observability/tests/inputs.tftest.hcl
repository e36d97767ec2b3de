mock_provider "aws" {}

variables {
  name       = "lego-test"
  production = false
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
    search_domain        = ""
    distribution_id      = "E1"
    web_acl              = "lego-test"

    application_namespace = "LegoApi/dev"
  }
  runbook_base_url   = "https://code.example.com/lego-api/blob/main"
  alarm_emails       = []
  monthly_budget_usd = 100
}

run "each_value_is_refused" {
  command = plan
  variables {
    name               = "L"
    runbook_base_url   = "https://code.example.com/"
    alarm_emails       = ["operators"]
    monthly_budget_usd = 0
    budget_tag         = "Environment$"
  }
  expect_failures = [
    var.name, var.watched, var.runbook_base_url, var.alarm_emails, var.monthly_budget_usd, var.budget_tag,
  ]
}
