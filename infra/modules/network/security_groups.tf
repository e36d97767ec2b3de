locals {
  groups = {
    lambda    = "The functions of the application"
    proxy     = "RDS Proxy"
    database  = "The PostgreSQL instance"
    migration = "Migrations and other commands, which work on the instance itself"
    cache     = "Redis"
    search    = "OpenSearch"
    endpoints = "Interface endpoints of AWS services"
  }

  # All that may speak to each other. Each line is a rule out of the first group and a rule into the second.
  flows = {
    lambda_to_proxy        = { from = "lambda", to = "proxy", port = 5432 }
    proxy_to_database      = { from = "proxy", to = "database", port = 5432 }
    migration_to_database  = { from = "migration", to = "database", port = 5432 }
    lambda_to_cache        = { from = "lambda", to = "cache", port = 6379 }
    lambda_to_search       = { from = "lambda", to = "search", port = 443 }
    lambda_to_endpoints    = { from = "lambda", to = "endpoints", port = 443 }
    migration_to_cache     = { from = "migration", to = "cache", port = 6379 }
    migration_to_search    = { from = "migration", to = "search", port = 443 }
    migration_to_endpoints = { from = "migration", to = "endpoints", port = 443 }
  }
}

resource "aws_security_group" "main" {
  for_each = local.groups

  name        = "${var.name}-${replace(each.key, "_", "-")}"
  description = each.value
  vpc_id      = aws_vpc.main.id

  tags = { Name = "${var.name}-${replace(each.key, "_", "-")}" }
}

resource "aws_vpc_security_group_egress_rule" "flow" {
  for_each = local.flows

  description                  = "To ${each.value.to}"
  security_group_id            = aws_security_group.main[each.value.from].id
  referenced_security_group_id = aws_security_group.main[each.value.to].id
  ip_protocol                  = "tcp"
  from_port                    = each.value.port
  to_port                      = each.value.port
}

resource "aws_vpc_security_group_ingress_rule" "flow" {
  for_each = local.flows

  description                  = "From ${each.value.from}"
  security_group_id            = aws_security_group.main[each.value.to].id
  referenced_security_group_id = aws_security_group.main[each.value.from].id
  ip_protocol                  = "tcp"
  from_port                    = each.value.port
  to_port                      = each.value.port
}

# To any address: S3's gateway endpoint, and Cognito, SQS and X-Ray by way of NAT, have no group and no fixed addresses.
resource "aws_vpc_security_group_egress_rule" "https" {
  for_each = toset(["lambda", "migration"])

  description       = "To AWS services"
  security_group_id = aws_security_group.main[each.key].id
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}
