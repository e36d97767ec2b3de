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
  production = false
}

run "as_given" {
  # Addresses.
  assert {
    condition     = aws_vpc.main.cidr_block == "10.0.0.0/16"
    error_message = "The VPC has another block."
  }

  assert {
    condition     = [for subnet in aws_subnet.public : subnet.cidr_block] == ["10.0.0.0/24", "10.0.1.0/24"]
    error_message = "The public subnets have other addresses."
  }

  assert {
    condition     = [for subnet in aws_subnet.private : subnet.cidr_block] == ["10.0.16.0/20", "10.0.32.0/20"]
    error_message = "The private subnets have other addresses."
  }

  assert {
    condition = alltrue([
      for subnet in concat(values(aws_subnet.public), values(aws_subnet.private)) : !subnet.map_public_ip_on_launch
    ])
    error_message = "A subnet gives public addresses to what starts in it."
  }

  assert {
    condition     = toset(output.private_subnet_ids) == toset([for subnet in aws_subnet.private : subnet.id])
    error_message = "The private subnets are not those that are told."
  }

  assert {
    condition     = toset(output.public_subnet_ids) == toset([for subnet in aws_subnet.public : subnet.id])
    error_message = "The public subnets are not those that are told."
  }

  # One way out outside production.
  assert {
    condition     = keys(aws_nat_gateway.main) == ["us-east-1a"]
    error_message = "There is not just one NAT gateway."
  }

  assert {
    condition = alltrue([
      for route in aws_route.private_to_nat : route.nat_gateway_id == aws_nat_gateway.main["us-east-1a"].id
    ])
    error_message = "A private subnet does not go out by the only NAT gateway."
  }

  assert {
    condition     = alltrue([for endpoint in aws_vpc_endpoint.interface : length(endpoint.subnet_ids) == 1])
    error_message = "An interface endpoint is paid for in two zones."
  }
}

run "a_way_out_for_each_zone_in_production" {
  variables {
    production = true
  }

  assert {
    condition = alltrue([
      for zone in ["us-east-1a", "us-east-1b"] :
      aws_nat_gateway.main[zone].subnet_id == aws_subnet.public[zone].id
      && aws_route.private_to_nat[zone].nat_gateway_id == aws_nat_gateway.main[zone].id
      && aws_route.private_to_nat[zone].route_table_id == aws_route_table.private[zone].id
      && aws_route_table_association.private[zone].route_table_id == aws_route_table.private[zone].id
      && aws_route_table_association.private[zone].subnet_id == aws_subnet.private[zone].id
    ])
    error_message = "A zone does not go out by a NAT gateway of its own."
  }

  assert {
    condition     = length(distinct([for gateway in aws_nat_gateway.main : gateway.allocation_id])) == 2
    error_message = "The gateways share an address."
  }

  assert {
    condition     = alltrue([for endpoint in aws_vpc_endpoint.interface : length(endpoint.subnet_ids) == 2])
    error_message = "An interface endpoint is not in both zones."
  }
}

run "as_given_again" {
  # Only public subnets face the internet.
  assert {
    condition = alltrue([
      for association in aws_route_table_association.public : association.route_table_id == aws_route_table.public.id
    ])
    error_message = "A public subnet has another route table."
  }

  assert {
    condition = alltrue([
      for route in aws_route.private_to_nat : route.gateway_id == null && route.nat_gateway_id != null
    ])
    error_message = "A private subnet has a route to the internet gateway."
  }

  # Endpoints.
  assert {
    condition = toset([for endpoint in aws_vpc_endpoint.interface : endpoint.service_name]) == toset([
      "com.amazonaws.us-east-1.secretsmanager", "com.amazonaws.us-east-1.logs"
    ])
    error_message = "There are other interface endpoints."
  }

  assert {
    condition = alltrue([
      for endpoint in aws_vpc_endpoint.interface :
      endpoint.private_dns_enabled && endpoint.security_group_ids == toset([aws_security_group.main["endpoints"].id])
    ])
    error_message = "An interface endpoint is not found by its usual name, or is in another group."
  }

  assert {
    condition = (
      aws_vpc_endpoint.s3.vpc_endpoint_type == "Gateway"
      && aws_vpc_endpoint.s3.service_name == "com.amazonaws.us-east-1.s3"
      && aws_vpc_endpoint.s3.route_table_ids == toset([for table in aws_route_table.private : table.id])
    )
    error_message = "S3 is not reached by a gateway endpoint from all private subnets."
  }

  assert {
    condition = alltrue([
      for endpoint in concat(values(aws_vpc_endpoint.interface), [aws_vpc_endpoint.s3]) :
      jsondecode(endpoint.policy).Statement[0].Condition.StringEquals == {
        "aws:PrincipalAccount" = "123456789012", "aws:ResourceAccount" = "123456789012"
      } && length(jsondecode(endpoint.policy).Statement) == 1
    ])
    error_message = "An endpoint leads to other accounts."
  }

  # Refused connections are written down.
  assert {
    condition = (
      aws_flow_log.refused.traffic_type == "REJECT"
      && aws_flow_log.refused.vpc_id == aws_vpc.main.id
      && aws_cloudwatch_log_group.refused.retention_in_days == 30
    )
    error_message = "Refused connections are not kept for 30 days."
  }

  assert {
    condition = {
      for statement in jsondecode(aws_iam_role_policy.flow_log.policy).Statement : statement.Resource => flatten([statement.Action])
      } == {
      "${aws_cloudwatch_log_group.refused.arn}:*"       = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
      "arn:aws:logs:us-east-1:123456789012:log-group:*" = ["logs:DescribeLogGroups"]
    }
    error_message = "The role of the flow log cannot find its group, or does more to other groups than list them."
  }
}
