# Nodes that come and go with the load, between two and ten of them.
resource "ack_node_pool" "workers" {
  cluster_id     = ack_cluster.production.id
  name           = "workers"
  instance_types = ["ecs.g7.xlarge", "ecs.g6.xlarge"]
  vswitch_ids    = ["vsw-bp1exampleexample000h", "vsw-bp1exampleexample000i"]
  key_pair       = "operations"

  scaling = {
    min = 2
    max = 10
  }
  initial_size = 3

  system_disk = {
    category = "cloud_essd"
    size     = 120
  }

  data_disks = [{
    category  = "cloud_essd"
    size      = 200
    encrypted = true
  }]

  labels = {
    workload = "general"
  }

  management = {
    auto_repair_policy = {
      max_parallel_repairing_nodes = "10%"
    }
  }

  tags = {
    environment = "production"
  }
}

# A fixed number of spot instances for batch jobs, which other pods stay away from.
resource "ack_node_pool" "batch" {
  cluster_id     = ack_cluster.production.id
  name           = "batch"
  instance_types = ["ecs.c7.2xlarge", "ecs.c6.2xlarge"]
  vswitch_ids    = ["vsw-bp1exampleexample000h"]
  desired_size   = 2
  key_pair       = "operations"

  spot = {
    strategy = "SpotWithPriceLimit"
    price_limits = {
      "ecs.c7.2xlarge" = "0.85"
      "ecs.c6.2xlarge" = "0.80"
    }
  }

  taints = [{
    key    = "batch"
    value  = "true"
    effect = "NoSchedule"
  }]

  user_data = <<-EOT
    #!/bin/sh
    sysctl -w vm.swappiness=0
  EOT

  timeouts = {
    delete = "1h"
  }
}

resource "ack_cluster" "production" {
  name           = "production"
  spec           = "ack.pro.small"
  vpc_id         = "vpc-bp1exampleexample0001"
  vswitch_ids    = ["vsw-bp1exampleexample000h", "vsw-bp1exampleexample000i"]
  network_plugin = "flannel"
  pod_cidr       = "10.64.0.0/16"
}
