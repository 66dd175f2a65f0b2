"""What clients of earlier years do: how they sign, which calls they make, and what they send."""

import json

from alibabacloud_cs20151215 import models
from alibabacloud_tea_openapi.utils_models import OpenApiRequest, Params
from darabonba.runtime import RuntimeOptions

import clusters
from service import build, refused

# Sent by clients that work against the live service. The documents have a successor for each, or nothing at all.
DEPRECATED = dict(
    name='with_underscore', enable_rrsa=True, custom_san='a.example,b.example', load_balancer_spec='slb.s2.small',
    cis_enabled=True, num_of_nodes=1, worker_instance_types=['ecs.g7.xlarge'], key_pair='operations',
    worker_system_disk_category='cloud_ssd', worker_system_disk_size=120, platform='AliyunLinux3', charge_type='PostPaid',
    worker_data_disks=[dict(category='cloud_ssd', size='100', encrypted='false')], timeout_mins=0,
)


def signatures(service):
    """By HMAC-SHA1, as the SDK signs when it is told to."""
    client = service.client_with(**service.keys(), signature_algorithm='v2')
    assert client.describe_user_quota().body.cluster_quota > 0
    odd = build(models.DescribeClustersV1Request, name='a b/ü?&=+%~*', page_size=5)
    assert client.describe_clusters_v1(odd).body.clusters == []
    error = refused(404, 'ErrorClusterNotFound', lambda: client.delete_cluster('c1', models.DeleteClusterRequest()))
    assert 'c1' in error.message, error.message
    body = build(models.TagResourcesRequest, region_id=service.region, resource_ids=['c1'], resource_type='CLUSTER',
                 tags=[dict(key='a', value='ü')])
    refused(404, 'ErrorClusterNotFound', lambda: client.tag_resources(body))
    wrong = service.client_with(**service.keys() | dict(access_key_secret='wrong'), signature_algorithm='v2')
    refused(400, 'SignatureDoesNotMatch', wrong.describe_user_quota)


def readers(service, cluster_id):
    client = service.client
    listed = client.describe_clusters(build(models.DescribeClustersRequest, cluster_type='ManagedKubernetes')).body
    assert [cluster.cluster_id for cluster in listed] == [cluster_id], listed
    statuses = client.describe_cluster_addons_upgrade_status(
        cluster_id, build(models.DescribeClusterAddonsUpgradeStatusRequest, component_ids=['coredns', 'nonsense'])).body
    assert statuses.keys() == {'coredns'} and statuses['coredns']['tasks']['status'] == 'Success', statuses
    status = client.describe_cluster_addon_upgrade_status(cluster_id, 'coredns').body
    assert status == statuses['coredns'], status
    versions = client.describe_cluster_addons_version(cluster_id).body
    assert versions['coredns']['version'] == status['addon_info']['version'], versions


def nodes(service, cluster_id):
    """More and fewer, without a word of node pools."""
    client = service.client
    request = build(models.ScaleOutClusterRequest, count=2, key_pair='operations', vswitch_ids=['vsw-1'],
                    worker_instance_types=['ecs.g7.xlarge'], worker_system_disk_category='cloud_essd',
                    worker_system_disk_size=120)
    service.succeed(client.scale_out_cluster(cluster_id, request))

    def names():
        answer = client.describe_cluster_nodes(cluster_id, models.DescribeClusterNodesRequest()).body
        return [node.node_name for node in answer.nodes]
    first, second = names()
    client.remove_cluster_nodes(cluster_id, build(models.RemoveClusterNodesRequest, nodes=[first], drain_node=True))
    service.wait('one node less', lambda: names() == [second])
    last = build(models.DeleteClusterNodesRequest, nodes=[second], release_node=True)
    service.succeed(client.delete_cluster_nodes(cluster_id, last))
    assert names() == []
    pools = client.describe_cluster_node_pools(cluster_id, models.DescribeClusterNodePoolsRequest()).body.nodepools
    default, = [pool for pool in pools if pool.nodepool_info.name == 'default-nodepool']
    pool_id = default.nodepool_info.nodepool_id
    service.succeed(client.delete_cluster_nodepool(cluster_id, pool_id, models.DeleteClusterNodepoolRequest()))


def name(service, cluster_id):
    """A path that no SDK has a method for any more."""
    before = clusters.detail(service, cluster_id).name
    for new in ('by_path', before):
        _post(service, f'/clusters/{cluster_id}/name/{new}', 'ModifyClusterName', 'none')
        assert clusters.detail(service, cluster_id).name == new


def requests(service):
    """In a resource group by path, with fields of earlier years and names in another case."""
    body = build(models.CreateClusterRequest, region_id=service.region, cluster_type='ManagedKubernetes', profile='Default',
                 vpcid='vpc-9', vswitch_ids=['vsw-1'], container_cidr='10.90.0.0/16', **DEPRECATED).to_map()
    body['tags'] = [dict(Key='team', Value='payments')]
    created = _post(service, '/resource_groups/rg-9/clusters', 'CreateCluster', 'json', body)['body']
    cluster = clusters.running(service, created['cluster_id'])
    assert (cluster.name, cluster.resource_group_id, cluster.size) == ('with_underscore', 'rg-9', 1), cluster
    assert cluster.rrsa_config.enabled is True and cluster.extra_sans == ['a.example', 'b.example'], cluster
    assert ('team', 'payments') in [(tag.key, tag.value) for tag in cluster.tags], cluster
    assert 'flannel' in [addon['name'] for addon in json.loads(cluster.meta_data)['Addons']], cluster
    pools = service.client.describe_cluster_node_pools(cluster.cluster_id, models.DescribeClusterNodePoolsRequest())
    pool, = pools.body.nodepools
    assert (pool.nodepool_info.name, pool.scaling_group.data_disks[0].size) == ('default-nodepool', 100), pool


def _post(service, path, action, answer, body=None):
    """A call by its path alone."""
    params = Params(action=action, version='2015-12-15', protocol='HTTP', pathname=path, method='POST', auth_type='AK',
                    style='ROA', req_body_type='json', body_type=answer)
    return service.plain_client.call_api(params, OpenApiRequest(body=body), RuntimeOptions())
