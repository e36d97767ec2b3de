mock_provider "aws" {}

variables {
  name             = "lego-test"
  production       = false
  frontend_origins = ["https://app.example.com"]

  reader_distribution_arns = ["arn:aws:cloudfront::123456789012:distribution/EEDGE"]
}

# Each run plans the module anew: so it holds a wrong value of every variable that has as many.
run "first_wrong_values" {
  command = plan

  variables {
    name                     = "Lego"                                    # name in capitals
    frontend_origins         = []                                        # no origin
    reader_distribution_arns = ["arn:aws:iam::123456789012:role/reader"] # reader that is no distribution
    old_version_days         = 0                                         # versions that go at once
  }

  expect_failures = [
    var.name,
    var.frontend_origins,
    var.reader_distribution_arns,
    var.old_version_days,
  ]
}

run "second_wrong_values" {
  command = plan

  variables {
    name                     = "le"  # name too short
    frontend_origins         = ["*"] # any origin
    reader_distribution_arns = []    # nobody who answers files
    old_version_days         = 1.5   # half a day
  }

  expect_failures = [
    var.name,
    var.frontend_origins,
    var.reader_distribution_arns,
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
