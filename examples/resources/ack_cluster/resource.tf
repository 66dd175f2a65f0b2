# A Pro cluster whose pods have addresses of their own (Flannel).
resource "ack_cluster" "production" {
  name    = "production"
  spec    = "ack.pro.small"
  version = "1.35"

  vpc_id         = "vpc-bp1exampleexample0001"
  vswitch_ids    = ["vsw-bp1exampleexample000h", "vsw-bp1exampleexample000i"]
  network_plugin = "flannel"
  pod_cidr       = "10.64.0.0/16"
  service_cidr   = "172.19.0.0/20"

  maintenance_window = {
    maintenance_time = "2026-01-01T03:00:00.000+08:00"
    duration         = "3h"
    weekly_period    = ["Saturday", "Sunday"]
  }

  auto_upgrade = {
    channel = "patch"
  }

  tags = {
    environment = "production"
  }
}

# A Basic cluster whose pods have addresses of the VPC (Terway), and whose API server can be reached from the internet.
resource "ack_cluster" "development" {
  name = "development"

  vpc_id         = "vpc-bp1exampleexample0001"
  vswitch_ids    = ["vsw-bp1exampleexample000h"]
  network_plugin = "terway-eniip"
  service_cidr   = "192.168.0.0/20"

  pod_vswitch_ids = {
    "cn-hangzhou-h" = ["vsw-bp1exampleexamplepodh"]
  }

  endpoint_public_access = true
  deletion_protection    = false

  timeouts = {
    create = "1h"
  }
}
