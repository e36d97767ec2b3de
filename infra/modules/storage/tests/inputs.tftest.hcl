mock_provider "aws" {}

variables {
  name             = "lego-test"
  production       = false
  frontend_origins = ["https://app.example.com"]
}

# Each run plans the module anew: so it holds a wrong value of every variable that has as many.
run "first_wrong_values" {
  command = plan

  variables {
    name                     = "Lego"                                                                                # name in capitals
    frontend_origins         = []                                                                                    # no origin
    certificate_arn          = "arn:aws:acm:us-east-1:123456789012:certificate/0a1b2c3d-0000-4000-8000-000000000000" # certificate without domain
    web_acl_arn              = "arn:aws:wafv2:us-east-1:123456789012:regional/webacl/files/1"                        # regional web acl
    reader_distribution_arns = ["arn:aws:iam::123456789012:role/reader"]                                             # reader that is no distribution
    old_version_days         = 0                                                                                     # versions that go at once
    price_class              = "PriceClass_50"                                                                       # unknown price class
  }

  expect_failures = [
    var.name,
    var.frontend_origins,
    var.certificate_arn,
    var.web_acl_arn,
    var.reader_distribution_arns,
    var.old_version_days,
    var.price_class,
  ]
}

run "second_wrong_values" {
  command = plan

  variables {
    name             = "le"  # name too short
    frontend_origins = ["*"] # any origin
    old_version_days = 1.5   # half a day
  }

  expect_failures = [
    var.name,
    var.frontend_origins,
    var.old_version_days,
  ]
}

run "third_wrong_values" {
  command = plan

  variables {
    frontend_origins = ["https://app.example.com/"] # origin with a path
  }

  expect_failures = [
    var.frontend_origins,
  ]
}

run "fourth_wrong_values" {
  command = plan

  variables {
    frontend_origins = ["http://app.example.com"] # origin without tls
  }

  expect_failures = [
    var.frontend_origins,
  ]
}

run "domain_that_is_an_address" {
  command = plan

  variables {
    domain_name     = "https://files.example.com"
    certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/0a1b2c3d-0000-4000-8000-000000000000"
  }

  expect_failures = [var.domain_name]
}

run "domain_without_certificate" {
  command = plan

  variables {
    domain_name = "files.example.com"
  }

  expect_failures = [var.certificate_arn]
}

run "certificate_of_another_region" {
  command = plan

  variables {
    domain_name     = "files.example.com"
    certificate_arn = "arn:aws:acm:eu-west-1:123456789012:certificate/0a1b2c3d-0000-4000-8000-000000000000"
  }

  expect_failures = [var.certificate_arn]
}

run "nobody_who_answers_files" {
  command = plan

  variables {
    create_distribution = false
  }

  expect_failures = [var.create_distribution]
}
