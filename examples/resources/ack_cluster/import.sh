# By the id of the cluster, in the provider's region.
terraform import ack_cluster.production c1a2b3c4d5e6f7a8b9c0d1e2f3a4b5c6d

# In another region.
terraform import ack_cluster.production cn-beijing:c1a2b3c4d5e6f7a8b9c0d1e2f3a4b5c6d
