output "role_arns" {
  description = "Roles that jobs take, by what they do: deployment, plan, and images where another environment copies them."
  value       = { for purpose, role in aws_iam_role.this : purpose => role.arn }
}
