mock_provider "aws" {
  mock_resource "aws_route53_health_check" {
    defaults = { id = "health-1" }
  }
}

variables {
  name           = "lego-test"
  zone_id        = "Z1"
  record_name    = "api.example.com"
  target         = "d1.cloudfront.net"
  express_target = "lego-api-production-alb.us-east-1.elb.amazonaws.com"
  weight         = 10
}

run "first_step" {
  assert {
    condition     = aws_route53_record.target.weighted_routing_policy[0].weight == 10 && aws_route53_record.express[0].weighted_routing_policy[0].weight == 90
    error_message = "The weights make 100."
  }
  assert {
    condition     = aws_route53_record.target.records == toset(["d1.cloudfront.net"]) && aws_route53_record.express[0].records == toset(["lego-api-production-alb.us-east-1.elb.amazonaws.com"])
    error_message = "Each record names its server."
  }
  assert {
    condition     = aws_route53_record.target.name == aws_route53_record.express[0].name && aws_route53_record.target.type == aws_route53_record.express[0].type
    error_message = "Weights only compare records of one name and type."
  }
  assert {
    condition     = aws_route53_record.target.set_identifier != aws_route53_record.express[0].set_identifier
    error_message = "Route 53 tells them apart by this."
  }
  assert {
    condition     = aws_route53_record.target.ttl <= 60 && aws_route53_record.express[0].ttl <= 60
    error_message = "The way back takes a minute."
  }
  assert {
    condition     = aws_route53_record.target.health_check_id == "health-1" && aws_route53_health_check.target.resource_path == "/health/live" && aws_route53_health_check.target.type == "HTTPS"
    error_message = "While this server does not answer, the other one does."
  }
}

run "before" {
  command = plan
  variables {
    weight = 0
  }
  assert {
    condition     = output.weights == { lego_api = 0, express = 100 }
    error_message = "At 0 all is as it was."
  }
}

run "after" {
  command = plan
  variables {
    weight         = 100
    express_target = null
  }
  assert {
    condition     = length(aws_route53_record.express) == 0 && aws_route53_record.target.weighted_routing_policy[0].weight == 100
    error_message = "In the end there is one record."
  }
}

run "each_value_is_refused" {
  command = plan
  variables {
    name           = "L"
    record_name    = "example.com"
    target         = "https://d1.cloudfront.net"
    express_target = "http://alb/"
    ttl_seconds    = 3600
  }
  expect_failures = [var.name, var.record_name, var.target, var.express_target, var.ttl_seconds]
}

run "more_than_all" {
  command = plan
  variables {
    weight = 101
  }
  expect_failures = [var.weight]
}

run "negative_weight" {
  command = plan
  variables {
    weight = -1
  }
  expect_failures = [var.weight]
}

run "half_a_per_cent" {
  command = plan
  variables {
    weight = 0.5
  }
  expect_failures = [var.weight]
}

run "rest_for_nobody" {
  command = plan
  variables {
    weight         = 50
    express_target = null
  }
  expect_failures = [var.weight]
}
