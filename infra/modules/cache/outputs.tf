output "primary_endpoint" {
  description = "Host that reads and writes; it names the new primary after a failover."
  value       = aws_elasticache_replication_group.main.primary_endpoint_address
}

output "reader_endpoint" {
  description = "Host that reads, of any replica; without one, of the primary."
  value       = aws_elasticache_replication_group.main.reader_endpoint_address
}

output "port" {
  description = "Port of both."
  value       = aws_elasticache_replication_group.main.port
}
