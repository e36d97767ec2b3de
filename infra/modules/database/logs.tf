locals {
  instance_logs = { for kind in ["postgresql", "upgrade"] : kind => "/aws/rds/instance/${var.name}/${kind}" }
}

resource "aws_cloudwatch_log_group" "instance" {
  for_each = local.instance_logs

  name              = each.value
  retention_in_days = var.log_retention_days
}

resource "aws_cloudwatch_log_group" "proxy" {
  name              = "/aws/rds/proxy/${var.name}"
  retention_in_days = var.log_retention_days
}
