mock_provider "aws" {}

variables {
  name              = "lego-test"
  subnet_ids        = ["subnet-a", "subnet-b"]
  security_group_id = "sg-search"
  instance_type     = "t3.small.search"
  admin_role_arn    = "arn:aws:iam::123456789012:role/deployment"
  client_role_arns  = ["arn:aws:iam::123456789012:role/lego-test-api"]
}

# Each run plans the module anew: so it holds a wrong value of every variable that has as many.
run "first_wrong_values" {
  command = plan

  variables {
    name                 = "Lego"                                    # name in capitals
    subnet_ids           = []                                        # no subnet
    instance_type        = "db.t4g.micro"                            # type of something else
    master_instance_type = "m6g.large"                               # master of something else
    volume_size          = 9                                         # too small volume
    engine_version       = "OpenSearch_1.3"                          # opensearch 1
    admin_role_arn       = "arn:aws:iam::123456789012:user/somebody" # admin that is a user
    client_role_arns     = ["*"]                                     # client that is anybody
    log_retention_days   = 10                                        # retention that cloudwatch does not know
  }

  expect_failures = [
    var.name,
    var.subnet_ids,
    var.instance_type,
    var.master_instance_type,
    var.volume_size,
    var.engine_version,
    var.admin_role_arn,
    var.client_role_arns,
    var.log_retention_days,
  ]
}

run "second_wrong_values" {
  command = plan

  variables {
    name                 = "le"              # name too short
    instance_type        = "t2.small.search" # type that cannot encrypt
    master_instance_type = "t2.small.search" # master that cannot encrypt
    volume_size          = 10.5              # half a gigabyte
    nodes                = 3                 # more nodes than zones
  }

  expect_failures = [
    var.name,
    var.instance_type,
    var.master_instance_type,
    var.volume_size,
    var.nodes,
  ]
}

run "third_wrong_values" {
  command = plan

  variables {
    name = "lego-production-with-a-suffix" # name longer than opensearch takes
  }

  expect_failures = [
    var.name,
  ]
}

run "two_nodes_in_one_zone" {
  command = plan

  variables {
    nodes      = 2
    subnet_ids = ["subnet-a"]
  }

  expect_failures = [var.subnet_ids]
}
