output "stack" {
  description = "What deployments and operators need to know of this environment."
  value       = module.stack
}
