# By the ids of the cluster and of the node pool, in the provider's region.
terraform import ack_node_pool.workers c1a2b3c4d5e6f7a8b9c0d1e2f3a4b5c6d:np1a2b3c4d5e6f7a8b9c0d1e2f3a4b5c6d

# In another region.
terraform import ack_node_pool.workers cn-beijing:c1a2b3c4d5e6f7a8b9c0d1e2f3a4b5c6d:np1a2b3c4d5e6f7a8b9c0d1e2f3a4b5c6d
