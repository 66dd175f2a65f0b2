# A managed Pro cluster with one node pool that grows with its load, and a log collector.

resource "ack_cluster" "main" {
  name    = "${var.environment}-main"
  spec    = "ack.pro.small"
  version = var.kubernetes_version

  vpc_id         = var.vpc_id
  vswitch_ids    = var.vswitch_ids
  network_plugin = "flannel"
  pod_cidr       = var.pod_cidr
  service_cidr   = "172.19.0.0/20"

  # The API server is reached from inside the VPC only.
  endpoint_public_access = false
  deletion_protection    = var.deletion_protection

  maintenance_window = {
    maintenance_time = "2026-01-01T03:00:00.000+08:00"
    duration         = "3h"
    weekly_period    = ["Saturday", "Sunday"]
  }

  auto_upgrade = {
    enabled = true
    channel = "patch"
  }
}

resource "ack_node_pool" "workers" {
  cluster_id     = ack_cluster.main.id
  name           = "workers"
  instance_types = var.instance_types
  vswitch_ids    = var.vswitch_ids
  key_pair       = var.key_pair

  scaling = {
    min = 2
    max = 10
  }

  system_disk = {
    category = "cloud_essd"
    size     = 120
  }

  data_disks = [{
    category = "cloud_essd"
    size     = 200
  }]

  labels = {
    workload = "general"
  }
}

resource "ack_addon" "logs" {
  cluster_id = ack_cluster.main.id
  name       = "loongcollector"

  config = jsonencode({
    IngressDashboardEnabled = "true"
  })
}
