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
  name                  = "lego-test"
  repository            = "builders/lego-api"
  environment           = "staging"
  image_reader          = "production"
  repository_arn        = "arn:aws:ecr:us-east-1:123456789012:repository/lego-test"
  function_arns         = ["arn:aws:lambda:us-east-1:123456789012:function:lego-test-api"]
  commands_function_arn = "arn:aws:lambda:us-east-1:123456789012:function:lego-test-commands"
}

run "as_given" {
  # Each role is for jobs of one environment of one repository.
  assert {
    condition = {
      for purpose, role in aws_iam_role.this : purpose => one(jsondecode(role.assume_role_policy).Statement).Condition
      } == {
      for purpose, environment in { deployment = "staging", plan = "staging-plan", images = "production" } : purpose => {
        StringEquals = {
          "token.actions.githubusercontent.com:aud" = "sts.amazonaws.com"
          "token.actions.githubusercontent.com:sub" = "repo:builders/lego-api:environment:${environment}"
        }
      }
    }
    error_message = "Other jobs could take a role."
  }

  # A deployment changes images and functions of this environment, and nothing else.
  assert {
    condition = toset(flatten([
      for statement in jsondecode(aws_iam_role_policy.deployment.policy).Statement : statement.Resource if statement.Sid != "SignInToEcr"
      ])) == toset([
      "arn:aws:ecr:us-east-1:123456789012:repository/lego-test",
      "arn:aws:lambda:us-east-1:123456789012:function:lego-test-api",
      "arn:aws:lambda:us-east-1:123456789012:function:lego-test-api:*",
      "arn:aws:lambda:us-east-1:123456789012:function:lego-test-commands:*",
      "arn:aws:cloudwatch:us-east-1:123456789012:alarm:*",
    ])
    error_message = "A deployment could change something else."
  }
  assert {
    condition = alltrue([
      for action in flatten([for statement in jsondecode(aws_iam_role_policy.deployment.policy).Statement : statement.Action]) :
      !strcontains(action, "*") && !startswith(action, "iam:") && !strcontains(action, "Delete")
    ])
    error_message = "A deployment deletes nothing and gives no rights."
  }

  # Who copies images only reads them.
  assert {
    condition = !anytrue([
      for action in flatten([for statement in jsondecode(aws_iam_role_policy.images[0].policy).Statement : statement.Action]) :
      strcontains(action, "Put") || strcontains(action, "Upload")
    ])
    error_message = "Who copies images could replace them."
  }

  # A plan reads no content.
  assert {
    condition = alltrue([
      for statement in jsondecode(aws_iam_role_policy.plan.policy).Statement : statement.Effect == "Deny"
    ]) && contains(jsondecode(aws_iam_role_policy.plan.policy).Statement[1].Action, "secretsmanager:GetSecretValue")
    error_message = "A plan could read what is stored."
  }

  assert {
    condition = (
      jsondecode(aws_iam_role_policy.plan.policy).Statement[0].NotResource == "arn:aws:s3:::*/lego-api/staging.tfstate"
    )
    error_message = "A plan could read files, or not its own state."
  }
}

run "of_an_account_that_has_the_provider" {
  variables {
    create_provider = false
    image_reader    = null
  }

  assert {
    condition     = length(aws_iam_openid_connect_provider.github) == 0 && toset(keys(output.role_arns)) == toset(["deployment", "plan"])
    error_message = "An account has one provider, and roles that somebody needs."
  }
}

run "each_value_is_refused" {
  command = plan

  variables {
    name         = "lego_test"
    repository   = "builders/*"
    environment  = "*"
    image_reader = "*"
  }

  expect_failures = [var.name, var.repository, var.environment, var.image_reader]
}
