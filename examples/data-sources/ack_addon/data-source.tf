variable "cluster_id" {
  description = "Id of the cluster, such as ack_cluster.main.id."
  type        = string
}

# An add-on that every cluster comes with.
data "ack_addon" "metrics" {
  cluster_id = var.cluster_id
  name       = "metrics-server"
}

output "version" {
  value = data.ack_addon.metrics.current_version
}
