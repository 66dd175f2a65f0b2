"""The kinds of clusters beside the plain one, each as its creation and its read have it."""

from alibabacloud_cs20151215 import models

import clusters
from service import build

MANAGED = dict(cluster_type='ManagedKubernetes', cluster_spec='ack.pro.small', service_cidr='172.20.0.0/20')
NETWORK = dict(vpcid='vpc-2', vswitch_ids=['vsw-1'])
FLANNEL = dict(addons=[dict(name='flannel')], container_cidr='10.80.0.0/16')
TERWAY = dict(addons=[dict(name='terway-eniip', config='{"PodVswitchId":{"cn-hangzhou-h":["vsw-2"]}}')])
NODE_POOL = dict(
    nodepool_info=dict(name='inline'),
    scaling_group=dict(instance_types=['ecs.g7.xlarge'], vswitch_ids=['vsw-1'], key_pair='operations', desired_size=1,
                       instance_charge_type='PostPaid'),
    auto_scaling=dict(enable=False, min_instances=0, max_instances=0), tee_config=dict(tee_enable=False),
    kubernetes_config=dict(runtime='containerd', runtime_version='2.1.5'),
)

KINDS = {
    'terway': MANAGED | NETWORK | TERWAY | dict(nodepools=[NODE_POOL], encryption_provider_key='key-1'),
    # The network is made by the service.
    'auto': MANAGED | FLANNEL | dict(
        zone_ids=['cn-hangzhou-h'], auto_mode=dict(enable=True), maintenance_window=dict(enable=True),
        control_plane_endpoints_config=dict(
            load_balancers_config=[dict(endpoint_type='private', load_balancer_id='nlb-1')])),
    'serverless': MANAGED | NETWORK | dict(profile='Serverless'),
    'edge': MANAGED | NETWORK | FLANNEL | dict(profile='Edge'),
    'lingjun': MANAGED | NETWORK | TERWAY | dict(profile='Lingjun'),
    'acs': MANAGED | NETWORK | dict(profile='Acs'),
    'registered': dict(cluster_type='ExternalKubernetes'),
}


def life(service):
    read = {name: _create(service, name, fields) for name, fields in KINDS.items()}
    assert read.pop('registered').state == 'waiting', 'nothing has connected the registered cluster'
    assert {cluster.state for cluster in read.values()} == {'running'}, read

    auto = read['auto']
    assert auto.auto_mode.enable and auto.vpc_id and auto.vswitch_ids, auto
    assert auto.maintenance_window.weekly_period and auto.maintenance_window.duration, auto
    balancer, = auto.control_plane_endpoints_config.load_balancers_config
    assert (balancer.endpoint_type, balancer.load_balancer_id) == ('private', 'nlb-1'), balancer

    terway = read['terway']
    assert terway.size == 1 and not terway.container_cidr, terway
    pools = service.client.describe_cluster_node_pools(terway.cluster_id, models.DescribeClusterNodePoolsRequest())
    inline, = pools.body.nodepools
    assert (inline.nodepool_info.name, inline.status.total_nodes) == ('inline', 1), inline


def _create(service, name, fields):
    request = build(models.CreateClusterRequest, name=name, region_id=service.region, **fields)
    created = service.client.create_cluster(request)
    service.succeed(created)
    # A registered cluster waits for an agent that nobody starts here.
    read = clusters.running if 'cluster_spec' in fields else clusters.detail
    return read(service, created.body.cluster_id)
