# What was refused: a rule that is missing, or somebody who looks around. What was accepted would cost more than it tells.
resource "aws_flow_log" "refused" {
  vpc_id          = aws_vpc.main.id
  traffic_type    = "REJECT"
  log_destination = aws_cloudwatch_log_group.refused.arn
  iam_role_arn    = aws_iam_role.flow_log.arn

  tags = { Name = "${var.name}-refused" }
}

resource "aws_cloudwatch_log_group" "refused" {
  name              = "/aws/vpc/${var.name}/refused"
  retention_in_days = var.flow_log_retention_days
}

resource "aws_iam_role" "flow_log" {
  name = "${var.name}-flow-log"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "vpc-flow-logs.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "aws:SourceAccount" = data.aws_caller_identity.current.account_id } }
    }]
  })
}

resource "aws_iam_role_policy" "flow_log" {
  name = "write-refused-connections"
  role = aws_iam_role.flow_log.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "WriteStreams"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.refused.arn}:*" # the streams of this one group
      },
      {
        Sid    = "FindGroup"
        Effect = "Allow"
        Action = "logs:DescribeLogGroups"
        # VPC Flow Logs looks for its group in the list of all groups, and the right to list cannot be given for one.
        Resource = "arn:${data.aws_partition.current.partition}:logs:${local.region}:${data.aws_caller_identity.current.account_id}:log-group:*"
      },
    ]
  })
}
