variable "cluster_id" {
  description = "Id of the cluster, such as ack_cluster.main.id."
  type        = string
}

variable "policy_id" {
  description = "Id of the policy, such as ack_auto_repair_policy.hosts.id."
  type        = string
}

# A policy that somebody else manages.
data "ack_auto_repair_policy" "hosts" {
  cluster_id = var.cluster_id
  id         = var.policy_id
}

output "node_pools_with_the_policy" {
  value = data.ack_auto_repair_policy.hosts.resource_ids
}
