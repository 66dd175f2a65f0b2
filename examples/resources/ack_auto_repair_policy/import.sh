# The id is [region:]cluster_id:id. Without a region, it is the provider's.
terraform import ack_auto_repair_policy.hosts cn-hangzhou:c0123456789abcdef0123456789abcdef:r-0123456789abcdef
