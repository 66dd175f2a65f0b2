variable "region" {
  description = "Region of the cluster, for example cn-hangzhou."
  type        = string
}

variable "environment" {
  description = "Name of the environment. It is part of the cluster's name and a tag on everything."
  type        = string
  default     = "staging"
}

variable "kubernetes_version" {
  description = "Kubernetes version: a minor version such as 1.35, or a full one. Raise it to upgrade."
  type        = string
  default     = "1.35"
}

variable "vpc_id" {
  description = "VPC of the cluster."
  type        = string
}

variable "vswitch_ids" {
  description = "vSwitches of that VPC for the control plane and the nodes, best in different zones."
  type        = list(string)
}

variable "pod_cidr" {
  description = "Addresses of the pods. Must not overlap with the VPC."
  type        = string
  default     = "10.64.0.0/16"
}

variable "key_pair" {
  description = "ECS key pair for logging in to the nodes."
  type        = string
}

variable "instance_types" {
  description = "ECS instance types of the nodes, the preferred one first."
  type        = list(string)
  default     = ["ecs.g8i.xlarge", "ecs.g7.xlarge"]
}

variable "deletion_protection" {
  description = "Whether Terraform and the service refuse to delete the cluster."
  type        = bool
  default     = true
}
