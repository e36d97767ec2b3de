data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}

locals {
  # Who is inside may use the endpoints, and through them reach what belongs to this account and nothing else. Which of
  # it is said by the policy of each role: so the actions and resources are not listed again here.
  endpoint_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "OnlyThisAccount"
      Effect    = "Allow"
      Principal = "*"
      Action    = "*"
      Resource  = "*"
      Condition = {
        StringEquals = {
          "aws:PrincipalAccount" = data.aws_caller_identity.current.account_id
          "aws:ResourceAccount"  = data.aws_caller_identity.current.account_id
        }
      }
    }]
  })
}

resource "aws_vpc_endpoint" "s3" {
  vpc_id            = aws_vpc.main.id
  service_name      = "com.amazonaws.${local.region}.s3"
  vpc_endpoint_type = "Gateway"
  route_table_ids   = [for table in aws_route_table.private : table.id]
  policy            = local.endpoint_policy

  tags = { Name = "${var.name}-s3" }
}

resource "aws_vpc_endpoint" "interface" {
  for_each = toset(["secretsmanager", "logs"])

  vpc_id              = aws_vpc.main.id
  service_name        = "com.amazonaws.${local.region}.${each.key}"
  vpc_endpoint_type   = "Interface"
  private_dns_enabled = true
  security_group_ids  = [aws_security_group.main["endpoints"].id]
  # Paid by the hour and zone. Outside production the other zone reaches the one there is.
  subnet_ids = [for zone in local.nat_zones : aws_subnet.private[zone].id]
  policy     = local.endpoint_policy

  tags = { Name = "${var.name}-${each.key}" }
}
