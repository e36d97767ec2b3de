output "weights" {
  description = "Share of each server, in per cent."
  value       = { lego_api = var.weight, express = 100 - var.weight }
}
