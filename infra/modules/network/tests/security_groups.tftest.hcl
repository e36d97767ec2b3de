# Who reaches whom, read back from the rules themselves and not from the list that they are made of.

mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }

  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }

  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:us-east-1:123456789012:log-group:mock" }
  }

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/mock" }
  }
}

variables {
  name       = "lego-test"
  production = true
}

run "as_given" {
  # Who reaches whom.
  assert {
    condition = {
      for name, id in output.security_group_ids : name => toset([
        for rule in aws_vpc_security_group_ingress_rule.flow :
        "${rule.ip_protocol} ${rule.from_port}-${rule.to_port} from ${
          one([for source, group in aws_security_group.main : source if group.id == rule.referenced_security_group_id])
        }" if rule.security_group_id == id
      ])
      } == {
      lambda    = toset([])
      migration = toset([])
      proxy     = toset(["tcp 5432-5432 from lambda"])
      database  = toset(["tcp 5432-5432 from proxy", "tcp 5432-5432 from migration"])
      cache     = toset(["tcp 6379-6379 from lambda", "tcp 6379-6379 from migration"])
      search    = toset(["tcp 443-443 from lambda", "tcp 443-443 from migration"])
    }
    error_message = "Somebody else reaches a part, or somebody does not."
  }

  assert {
    condition = toset([
      for rule in aws_vpc_security_group_ingress_rule.flow : rule.referenced_security_group_id
      if rule.security_group_id == aws_security_group.main["endpoints"].id
    ]) == toset([aws_security_group.main["lambda"].id, aws_security_group.main["migration"].id])
    error_message = "The endpoints are reached by others than the functions and migrations."
  }

  # No rule lets addresses in.
  assert {
    condition = alltrue([
      for rule in aws_vpc_security_group_ingress_rule.flow :
      rule.cidr_ipv4 == null && rule.cidr_ipv6 == null && rule.prefix_list_id == null
    ])
    error_message = "A rule lets addresses in."
  }

  # A way out leads to a way in.
  assert {
    condition = toset([
      for rule in aws_vpc_security_group_egress_rule.flow :
      "${rule.security_group_id} ${rule.referenced_security_group_id} ${rule.from_port}-${rule.to_port}"
      ]) == toset([
      for rule in aws_vpc_security_group_ingress_rule.flow :
      "${rule.referenced_security_group_id} ${rule.security_group_id} ${rule.from_port}-${rule.to_port}"
    ])
    error_message = "A way out and a way in do not belong together."
  }

  assert {
    condition = toset([
      for rule in aws_vpc_security_group_egress_rule.https : "${rule.security_group_id} ${rule.ip_protocol} ${rule.from_port}-${rule.to_port}"
    ]) == toset([for name in ["lambda", "migration"] : "${aws_security_group.main[name].id} tcp 443-443"])
    error_message = "Others than the functions reach any address, or by another port than 443."
  }

  # What starts without a group reaches nothing.
  assert {
    condition = (
      aws_default_security_group.unused.vpc_id == aws_vpc.main.id
      && length(aws_default_security_group.unused.ingress) == 0
      && length(aws_default_security_group.unused.egress) == 0
    )
    error_message = "The default group has rules."
  }
}
