# Who may act for the pipeline: jobs of one repository, in one of its environments, and nobody with a key.

data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  issuer       = "token.actions.githubusercontent.com"
  provider_arn = "arn:${data.aws_partition.current.partition}:iam::${data.aws_caller_identity.current.account_id}:oidc-provider/${local.issuer}"
  prefix       = "arn:${data.aws_partition.current.partition}:%s:${data.aws_region.current.name}:${data.aws_caller_identity.current.account_id}"

  # By role: the environment of the repository whose jobs may take it.
  trusted = merge(
    { deployment = var.environment, plan = "${var.environment}-plan" },
    var.image_reader == null ? {} : { images = var.image_reader },
  )
}

# An account has one; the certificate is checked by AWS itself.
resource "aws_iam_openid_connect_provider" "github" {
  count = var.create_provider ? 1 : 0

  url            = "https://${local.issuer}"
  client_id_list = ["sts.amazonaws.com"]
}

resource "aws_iam_role" "this" {
  for_each = local.trusted

  name                 = "${var.name}-pipeline-${each.key}"
  max_session_duration = 3600

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Federated = local.provider_arn }
      Action    = "sts:AssumeRoleWithWebIdentity"
      Condition = {
        StringEquals = {
          "${local.issuer}:aud" = "sts.amazonaws.com"
          "${local.issuer}:sub" = "repo:${var.repository}:environment:${each.value}"
        }
      }
    }]
  })

  depends_on = [aws_iam_openid_connect_provider.github]
}

resource "aws_iam_role_policy" "deployment" {
  name = "deploy"
  role = aws_iam_role.this["deployment"].id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(local.sign_in, local.pull, [
      {
        Sid    = "PushImages"
        Effect = "Allow"
        Action = [
          "ecr:CompleteLayerUpload", "ecr:InitiateLayerUpload", "ecr:PutImage", "ecr:UploadLayerPart",
        ]
        Resource = var.repository_arn
      },
      {
        Sid    = "MoveFunctions"
        Effect = "Allow"
        Action = [
          "lambda:GetAlias", "lambda:GetFunction", "lambda:GetFunctionConfiguration", "lambda:PublishVersion",
          "lambda:UpdateAlias", "lambda:UpdateFunctionCode",
        ]
        Resource = flatten([for arn in var.function_arns : [arn, "${arn}:*"]]) # the function, its versions, its alias
      },
      {
        Sid      = "CallCommands"
        Effect   = "Allow"
        Action   = "lambda:InvokeFunction"
        Resource = "${var.commands_function_arn}:*" # a version: the new one migrates before it gets the alias
      },
      {
        Sid      = "LookAtAlarms"
        Effect   = "Allow"
        Action   = "cloudwatch:DescribeAlarms"
        Resource = "${format(local.prefix, "cloudwatch")}:alarm:*" # asked for by name; CloudWatch wants them all
      },
    ])
  })
}

resource "aws_iam_role_policy" "images" {
  count = var.image_reader == null ? 0 : 1

  name   = "pull"
  role   = aws_iam_role.this["images"].id
  policy = jsonencode({ Version = "2012-10-17", Statement = concat(local.sign_in, local.pull) })
}

resource "aws_iam_role_policy_attachment" "plan" {
  role       = aws_iam_role.this["plan"].name
  policy_arn = "arn:${data.aws_partition.current.partition}:iam::aws:policy/ReadOnlyAccess"
}

# A plan reads how things are made, and not what people have stored.
resource "aws_iam_role_policy" "plan" {
  name = "no-content"
  role = aws_iam_role.this["plan"].id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        # Of whatever bucket of the account, but the state of this environment.
        # Not s3:ListBucket, though it tells names of keys: it is what asking whether the bucket is there takes, too.
        Sid         = "NoFiles"
        Effect      = "Deny"
        Action      = ["s3:GetObject*", "s3:ListBucketVersions"]
        NotResource = "arn:${data.aws_partition.current.partition}:s3:::*/lego-api/${var.environment}.tfstate"
      },
      {
        Sid    = "NoSecretsNoLogsNoUsers"
        Effect = "Deny"
        Action = [
          "cloudfront-keyvaluestore:*", "cognito-idp:AdminGetUser", "cognito-idp:AdminListGroupsForUser",
          "cognito-idp:ListUsers*", "logs:FilterLogEvents", "logs:GetLogEvents", "logs:GetLogRecord",
          "logs:GetQueryResults", "logs:StartLiveTail", "logs:StartQuery", "rds:DownloadCompleteDBLogFile",
          "rds:DownloadDBLogFilePortion", "secretsmanager:GetSecretValue", "sqs:ReceiveMessage",
        ]
        Resource = "*" # a denial
      },
    ]
  })
}

locals {
  sign_in = [{
    Sid      = "SignInToEcr"
    Effect   = "Allow"
    Action   = "ecr:GetAuthorizationToken"
    Resource = "*" # ECR knows no resource for it
  }]

  pull = [{
    Sid      = "PullImages"
    Effect   = "Allow"
    Action   = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:DescribeImages", "ecr:GetDownloadUrlForLayer"]
    Resource = var.repository_arn
  }]
}
