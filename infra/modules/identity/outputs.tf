locals {
  user_pool_id = var.existing_user_pool == null ? aws_cognito_user_pool.new[0].id : var.existing_user_pool.id
}

output "user_pool_id" {
  description = "Id of the pool: COGNITO_USER_POOL_ID of the application."
  value       = local.user_pool_id
}

output "user_pool_arn" {
  description = "ARN of the pool, for the policies of who reads and changes its users."
  value = (
    var.existing_user_pool == null
    ? aws_cognito_user_pool.new[0].arn
    : data.aws_cognito_user_pool.existing[0].arn
  )
}

output "client_ids" {
  description = "Ids of the clients whose tokens are accepted: COGNITO_CLIENT_IDS, and the audience of the gateway's authorizer."
  value = tolist(
    var.existing_user_pool == null ? [aws_cognito_user_pool_client.web[0].id] : var.existing_user_pool.client_ids
  )
}

output "issuer_url" {
  description = "What tokens name as their issuer, and under which the gateway finds the keys they are signed with."
  value       = "https://cognito-idp.${split("_", local.user_pool_id)[0]}.amazonaws.com/${local.user_pool_id}"
}
