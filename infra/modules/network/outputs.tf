output "private_subnet_ids" {
  description = "Ids of the private subnets, in the order of the zones."
  value       = [for zone in var.availability_zones : aws_subnet.private[zone].id]
}

output "public_subnet_ids" {
  description = "Ids of the public subnets, in the order of the zones. Only NAT gateways live in them."
  value       = [for zone in var.availability_zones : aws_subnet.public[zone].id]
}

output "security_group_ids" {
  description = "Id of each group, by what belongs into it."
  value = {
    for name in ["lambda", "proxy", "database", "migration", "cache", "search"] :
    name => aws_security_group.main[name].id
  }
}
