variable "cluster_id" {
  description = "Id of the cluster, such as ack_cluster.main.id."
  type        = string
}

# Restarts a node whose host is faulty, after its pods have been moved and somebody has agreed: the service sets the label
# to "inquiring", and a person to "approved".
resource "ack_auto_repair_policy" "hosts" {
  cluster_id = var.cluster_id
  name       = "faulty-hosts"

  rules = [{
    incidents = [{ name = "Node.FaultNeedReboot.HOST", type = "system" }]

    repair_procedure = [
      { name = "Drain" },
      {
        name = "Reboot"
        intervention = {
          inquiring_label = { key = "k8s.aliyun.com/incident", value = "inquiring" }
          approved_label  = { key = "k8s.aliyun.com/incident", value = "approved" }
        }
      },
    ]
  }]
}
