# The id is [region:]cluster_id:name. Without a region, it is the provider's.
terraform import ack_addon.logs cn-hangzhou:c0123456789abcdef0123456789abcdef:loongcollector
