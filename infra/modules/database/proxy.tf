resource "aws_db_proxy" "main" {
  name                   = var.name
  engine_family          = "POSTGRESQL"
  role_arn               = aws_iam_role.proxy.arn
  vpc_subnet_ids         = var.subnet_ids
  vpc_security_group_ids = [var.security_group_ids.proxy]
  require_tls            = true
  idle_client_timeout    = 1800 # seconds; the application renews its connections after 1,500
  debug_logging          = false

  auth {
    auth_scheme = "SECRETS"
    secret_arn  = local.master_secret_arn
    iam_auth    = "REQUIRED"
  }

  depends_on = [aws_cloudwatch_log_group.proxy, aws_iam_role_policy.proxy]
}

resource "aws_db_proxy_default_target_group" "main" {
  db_proxy_name = aws_db_proxy.main.name

  connection_pool_config {
    max_connections_percent      = 80 # the rest is for migrations, and for people who have to look
    max_idle_connections_percent = 40
    connection_borrow_timeout    = 5 # seconds; a request waits no longer for its connection either
  }
}

resource "aws_db_proxy_target" "main" {
  db_proxy_name          = aws_db_proxy.main.name
  target_group_name      = aws_db_proxy_default_target_group.main.name
  db_instance_identifier = aws_db_instance.main.identifier
}

data "aws_caller_identity" "current" {}

resource "aws_iam_role" "proxy" {
  name = "${var.name}-proxy"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "rds.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "aws:SourceAccount" = data.aws_caller_identity.current.account_id } }
    }]
  })
}

# The secret is encrypted with the account's own key of Secrets Manager, which lets in whoever may read the secret.
resource "aws_iam_role_policy" "proxy" {
  name = "read-the-password"
  role = aws_iam_role.proxy.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = "secretsmanager:GetSecretValue"
      Resource = local.master_secret_arn
    }]
  })
}
