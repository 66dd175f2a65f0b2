output "cluster_id" {
  description = "Id of the cluster."
  value       = ack_cluster.main.id
}

output "kubernetes_version" {
  description = "Full Kubernetes version the cluster runs."
  value       = ack_cluster.main.current_version
}

output "api_server_endpoint" {
  description = "Address of the API server inside the VPC."
  value       = ack_cluster.main.api_server_intranet_endpoint
}
