data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  # The bucket holds nothing but the application's files, old ones under prefixes of their own: hence all of its objects.
  objects = "${module.storage.bucket_arn}/*"

  database_user = join(":", [
    "arn", data.aws_partition.current.partition, "rds-db", data.aws_region.current.name, data.aws_caller_identity.current.account_id,
    "dbuser", "${module.database.proxy_resource_id}/${module.database.application_username}",
  ])

  every_function = concat(local.without_database, [{
    sid       = "SignInToDatabase"
    actions   = ["rds-db:connect"]
    resources = [local.database_user]
  }])

  without_database = [
    {
      sid       = "ReadSecret"
      actions   = ["secretsmanager:GetSecretValue"]
      resources = [aws_secretsmanager_secret.application.arn]
    },
    {
      sid       = "SearchAndIndex"
      actions   = ["es:ESHttpDelete", "es:ESHttpGet", "es:ESHttpHead", "es:ESHttpPost", "es:ESHttpPut"]
      resources = ["${module.search.domain_arn}/*"] # the paths of this one domain
    },
  ]

  api_only = [
    {
      sid       = "Files"
      actions   = ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
      resources = [local.objects]
    },
    {
      sid       = "ListFiles"
      actions   = ["s3:ListBucket"]
      resources = [module.storage.bucket_arn]
    },
    {
      sid       = "OwnProfiles"
      actions   = ["cognito-idp:AdminDeleteUserAttributes", "cognito-idp:AdminGetUser", "cognito-idp:AdminUpdateUserAttributes"]
      resources = [module.identity.user_pool_arn]
    },
  ]

  import_only = [
    {
      sid       = "PartsLists" # a list that was sent directly is copied to where lists are kept
      actions   = ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
      resources = ["${module.storage.bucket_arn}/parts-lists/*"]
    },
    {
      sid       = "SentDirectly"
      actions   = ["s3:DeleteObject", "s3:GetObject"]
      resources = ["${module.storage.bucket_arn}/incoming/parts-lists/*"]
    },
    {
      sid       = "TellMissingFromForbidden" # without it S3 says 403 for what is not there
      actions   = ["s3:ListBucket"]
      resources = [module.storage.bucket_arn]
    },
  ]

  maintenance_only = [
    {
      sid       = "Files"
      actions   = ["s3:DeleteObject", "s3:GetObject"]
      resources = [local.objects]
    },
    {
      sid       = "ListFiles"
      actions   = ["s3:ListBucket"]
      resources = [module.storage.bucket_arn]
    },
    {
      sid       = "WhoseAvatars"
      actions   = ["cognito-idp:AdminGetUser"]
      resources = [module.identity.user_pool_arn]
    },
  ]
}
