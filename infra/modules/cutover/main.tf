# CNAMEs and not aliases: one weight for IPv4 and IPv6, whichever of them each side speaks, and a TTL of our own.
resource "aws_route53_record" "target" {
  zone_id         = var.zone_id
  name            = var.record_name
  type            = "CNAME"
  ttl             = var.ttl_seconds
  records         = [var.target]
  set_identifier  = "lego-api"
  health_check_id = aws_route53_health_check.target.id

  weighted_routing_policy {
    weight = var.weight
  }
}

resource "aws_route53_record" "express" {
  count = var.express_target == null ? 0 : 1

  zone_id        = var.zone_id
  name           = var.record_name
  type           = "CNAME"
  ttl            = var.ttl_seconds
  records        = [var.express_target]
  set_identifier = "express"

  weighted_routing_policy {
    weight = 100 - var.weight
  }
}

# While it fails, Route 53 names the Express server, also with a weight of 0. /health/live asks no part, so that a slow
# database does not move the traffic to a server that works on the same one.
resource "aws_route53_health_check" "target" {
  fqdn              = var.target
  port              = 443
  type              = "HTTPS"
  resource_path     = "/health/live"
  enable_sni        = true
  request_interval  = 30
  failure_threshold = 3

  tags = {
    Name = "${var.name}-api" # the only name that a health check has
  }
}
