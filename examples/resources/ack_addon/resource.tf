variable "cluster_id" {
  description = "Id of the cluster, such as ack_cluster.main.id."
  type        = string
}

# Collects the logs of the containers. No version is given: upgrades by the service are no difference.
resource "ack_addon" "logs" {
  cluster_id = var.cluster_id
  name       = "loongcollector"

  # Only these keys are managed; what the service adds is left alone.
  config = jsonencode({
    IngressDashboardEnabled = "true"
    sls_project_name        = "k8s-logs"
  })
}

# An ingress controller behind a load balancer that is reached from inside the VPC only. A destroy also deletes the
# load balancer.
resource "ack_addon" "ingress" {
  cluster_id = var.cluster_id
  name       = "nginx-ingress-controller"

  config = jsonencode({
    IngressSlbNetworkType = "intranet"
  })

  cleanup_cloud_resources = true
}
