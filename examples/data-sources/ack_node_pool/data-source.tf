variable "cluster_id" {
  description = "Id of the cluster, such as ack_cluster.main.id."
  type        = string
}

variable "node_pool_id" {
  description = "Id of the node pool, such as ack_node_pool.workers.id."
  type        = string
}

# A node pool that another configuration manages.
data "ack_node_pool" "workers" {
  cluster_id = var.cluster_id
  id         = var.node_pool_id
}

output "nodes" {
  value = data.ack_node_pool.workers.current_size
}
