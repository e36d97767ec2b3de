mock_provider "aws" {}

variables {
  name             = "lego-test"
  production       = false
  frontend_origins = ["https://app.example.com"]
}

run "name_in_capitals" {
  command = plan

  variables {
    name = "Lego"
  }

  expect_failures = [var.name]
}

run "name_too_short" {
  command = plan

  variables {
    name = "le"
  }

  expect_failures = [var.name]
}

run "no_origin" {
  command = plan

  variables {
    frontend_origins = []
  }

  expect_failures = [var.frontend_origins]
}

run "any_origin" {
  command = plan

  variables {
    frontend_origins = ["*"]
  }

  expect_failures = [var.frontend_origins]
}

run "origin_with_a_path" {
  command = plan

  variables {
    frontend_origins = ["https://app.example.com/"]
  }

  expect_failures = [var.frontend_origins]
}

run "origin_without_tls" {
  command = plan

  variables {
    frontend_origins = ["http://app.example.com"]
  }

  expect_failures = [var.frontend_origins]
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

run "certificate_without_domain" {
  command = plan

  variables {
    certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/0a1b2c3d-0000-4000-8000-000000000000"
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

run "regional_web_acl" {
  command = plan

  variables {
    web_acl_arn = "arn:aws:wafv2:us-east-1:123456789012:regional/webacl/files/1"
  }

  expect_failures = [var.web_acl_arn]
}

run "reader_that_is_no_distribution" {
  command = plan

  variables {
    reader_distribution_arns = ["arn:aws:iam::123456789012:role/reader"]
  }

  expect_failures = [var.reader_distribution_arns]
}

run "versions_that_go_at_once" {
  command = plan

  variables {
    old_version_days = 0
  }

  expect_failures = [var.old_version_days]
}

run "half_a_day" {
  command = plan

  variables {
    old_version_days = 1.5
  }

  expect_failures = [var.old_version_days]
}

run "unknown_price_class" {
  command = plan

  variables {
    price_class = "PriceClass_50"
  }

  expect_failures = [var.price_class]
}

run "nobody_who_answers_files" {
  command = plan

  variables {
    create_distribution = false
  }

  expect_failures = [var.create_distribution]
}
