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
}

variables {
  account_id         = "123456789012"
  image_uri          = "123456789012.dkr.ecr.us-east-1.amazonaws.com/lego-dev:1"
  allowed_origins    = ["https://app.example.com"]
  existing_user_pool = { id = "us-east-1_Pool1", client_ids = ["web1"] }
  runbook_base_url   = "https://code.example.com/lego-api/blob/main"
  alarm_emails       = ["operators@example.com"]
}

# Every module looks at what it is given here: sizes and names that one of them refuses fail this.
run "plan" {
  command = plan

  assert {
    condition = output.stack.function_names == {
      api               = "lego-dev-api"
      parts_list_import = "lego-dev-parts-list-import"
      maintenance       = "lego-dev-maintenance"
      commands          = "lego-dev-commands"
    }
    error_message = "The four functions carry the name of the environment."
  }
}

run "no_account" {
  command = plan
  variables {
    account_id = "lego"
  }
  expect_failures = [var.account_id]
}
