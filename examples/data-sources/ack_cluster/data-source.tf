variable "cluster_id" {
  description = "Id of the cluster, such as ack_cluster.main.id."
  type        = string
}

# A cluster that another configuration manages.
data "ack_cluster" "production" {
  id = var.cluster_id
}

output "version" {
  value = data.ack_cluster.production.current_version
}

output "vswitch_ids" {
  value = data.ack_cluster.production.vswitch_ids
}
