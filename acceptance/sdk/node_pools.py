"""The life of a node pool and of the nodes in it."""

from alibabacloud_cs20151215 import models

from answers import lost
from service import build, refused

# As much as goes together, to see it all come back.
FULL = dict(
    nodepool_info=dict(name='full', type='ess', resource_group_id='rg-1'),
    auto_scaling=dict(enable=False),
    scaling_group=dict(
        instance_types=['ecs.g7.xlarge', 'ecs.g7.2xlarge'], vswitch_ids=['vsw-1', 'vsw-2'], desired_size=2,
        instance_charge_type='PrePaid', period=1, period_unit='Month', auto_renew=True, auto_renew_period=1,
        image_type='AliyunLinux3', key_pair='operations', login_as_non_root=True, security_group_ids=['sg-1', 'sg-2'],
        multi_az_policy='COST_OPTIMIZED', scaling_policy='recycle', compensate_with_on_demand=True,
        on_demand_base_capacity=1, on_demand_percentage_above_base_capacity=50,
        spot_strategy='SpotWithPriceLimit', spot_price_limit=[dict(instance_type='ecs.g7.xlarge', price_limit='0.5')],
        spot_instance_pools=2, spot_instance_remedy=True, internet_charge_type='PayByTraffic',
        internet_max_bandwidth_out=5, system_disk_category='cloud_auto', system_disk_categories=['cloud_auto'],
        system_disk_size=120, system_disk_bursting_enabled=True, system_disk_provisioned_iops=1000,
        system_disk_encrypted=True, system_disk_encrypt_algorithm='aes-256', system_disk_kms_key_id='key-1',
        system_disk_snapshot_policy_id='sp-1',
        data_disks=[dict(category='cloud_essd', size=200, encrypted='true', performance_level='PL1', device='/dev/xvdb',
                         disk_name='data', kms_key_id='key-1', bursting_enabled=False, provisioned_iops=0)],
        disk_init=[dict(disk_name='data', mkfs_type='ext4', mount_target='/data', mount_for_runtime=True)],
        resource_pool_options=dict(strategy='PrivatePoolFirst', private_pool_ids=['eap-1']),
        cpu_options=dict(nested_virtualization='enabled'), instance_metadata_options=dict(http_tokens='required'),
        deploymentset_id='ds-1', ram_role_name='workers', rds_instances=['rm-1'], enable_high_density_mode=False,
        tags=[dict(key='cost', value='centre 1')],
    ),
    kubernetes_config=dict(
        labels=[dict(key='app', value='web')], taints=[dict(key='dedicated', value='web', effect='NoExecute')],
        runtime='containerd', cms_enabled=True, cpu_policy='static', node_name_mode='customized,node-,ip,-x',
        unschedulable=False, user_data='ZWNobw==', pre_user_data='ZWNobw==',
    ),
    management=dict(
        enable=True, auto_fault_diagnosis=True, auto_repair=True, auto_upgrade=True, auto_vul_fix=True,
        auto_repair_policy=dict(restart_node=True, approval_required=True, max_parallel_repairing_nodes='10%',
                                max_unhealthy_nodes_threshold='50%'),
        auto_upgrade_policy=dict(auto_upgrade_kubelet=True, auto_upgrade_os=True, auto_upgrade_runtime=True),
        auto_vul_fix_policy=dict(restart_node=True, vul_level='asap,later', exclude_packages='kernel'),
        upgrade_config=dict(max_unavailable=2, surge=1),
    ),
    node_config=dict(
        kubelet_configuration=dict(max_pods=64, kube_reserved={'cpu': '200m'}, feature_gates={'Some': True},
                                   reserved_memory=[dict(numa_node=0, limits={'memory': '1Gi'})]),
        node_os_config=dict(sysctl={'net.core.somaxconn': '4096'}, hugepage=dict(transparent_enabled='always')),
    ),
    node_components=[dict(name='kubelet', version='v1', config=dict(custom_config={'a': 1}))],
    tee_config=dict(tee_enable=False),
)

# What the documents say is not read back, or not as it was written: the service adds labels and tags of its own.
NOT_READ_BACK = {
    'management.auto_upgrade_policy.auto_upgrade_os', 'management.auto_upgrade_policy.auto_upgrade_runtime',
    'scaling_group.tags', 'kubernetes_config.labels',
}


def create(service, cluster_id):
    """A pool with everything set and two nodes; gives back its id."""
    request = build(models.CreateClusterNodePoolRequest, **FULL)
    created = service.client.create_cluster_node_pool(cluster_id, request)
    pool_id = created.body.nodepool_id
    pool = read(service, cluster_id, pool_id)
    assert (pool.status.state, pool.status.initial_nodes) == ('scaling', 2), pool.status
    task = service.succeed(created)
    assert (task.target.type, task.target.id, task.cluster_id) == ('nodepool', pool_id, cluster_id), task

    pool = read(service, cluster_id, pool_id)
    missing = set(lost(request.to_map(), pool.to_map())) - NOT_READ_BACK
    assert not missing, f'written and not read back: {missing}'
    assert ('app', 'web') in [(label.key, label.value) for label in pool.kubernetes_config.labels], pool
    assert ('cost', 'centre 1') in [(tag.key, tag.value) for tag in pool.scaling_group.tags], pool
    info, status = pool.nodepool_info, pool.status
    assert (info.nodepool_id, info.region_id, info.is_default) == (pool_id, service.region, False), info
    assert (status.state, status.total_nodes, status.healthy_nodes, status.failed_nodes) == ('active', 2, 2, 0), status
    assert pool.scaling_group.scaling_group_id and pool.kubernetes_config.runtime_version, pool

    by_name = build(models.DescribeClusterNodePoolsRequest, nodepool_name='full')
    listed, = service.client.describe_cluster_node_pools(cluster_id, by_name).body.nodepools
    assert (listed.nodepool_info.nodepool_id, listed.status.total_nodes) == (pool_id, 2), listed
    return pool_id


def create_scaling(service, cluster_id):
    """A pool whose size is the autoscaler's, with instances by their properties and a password to log in."""
    request = build(
        models.CreateClusterNodePoolRequest, nodepool_info=dict(name='scaling'),
        auto_scaling=dict(enable=True, min_instances=1, max_instances=3, type='cpu'),
        scaling_group=dict(vswitch_ids=['vsw-1'], login_password='Correct4Horse',
                           instance_patterns=[dict(cores=4, memory=8.0, instance_family_level='EnterpriseLevel')]),
    )
    created = service.client.create_cluster_node_pool(cluster_id, request)
    service.succeed(created)
    pool = read(service, cluster_id, created.body.nodepool_id)
    assert (pool.auto_scaling.enable, pool.auto_scaling.max_instances, pool.status.total_nodes) == (True, 3, 1), pool
    assert pool.scaling_group.login_password not in (None, 'Correct4Horse'), 'a read shows the password'
    size = build(models.ModifyClusterNodePoolRequest, scaling_group=dict(desired_size=2))
    refused(400, 'InvalidDesiredSizeOrCount.NotNull',
            lambda: service.client.modify_cluster_node_pool(cluster_id, created.body.nodepool_id, size))


def read(service, cluster_id, pool_id):
    return service.client.describe_cluster_node_pool_detail(cluster_id, pool_id).body


def modify(service, cluster_id, pool_id):
    """Settings and size by one call; then what the kubelet and the system are told."""
    client = service.client
    change = build(
        models.ModifyClusterNodePoolRequest, update_nodes=True, concurrency=False,
        nodepool_info=dict(name='changed'),
        scaling_group=dict(desired_size=3, system_disk_size=200, instance_types=['ecs.g7.xlarge']),
        kubernetes_config=dict(labels=[dict(key='app', value='api')], cms_enabled=False),
        management=dict(enable=False),
    )
    service.succeed(client.modify_cluster_node_pool(cluster_id, pool_id, change))
    pool = read(service, cluster_id, pool_id)
    assert (pool.nodepool_info.name, pool.scaling_group.system_disk_size) == ('changed', 200), pool
    assert pool.status.total_nodes == pool.scaling_group.desired_size == 3, pool
    assert 'api' in [label.value for label in pool.kubernetes_config.labels], pool

    config = build(
        models.ModifyNodePoolNodeConfigRequest, kubelet_config=dict(max_pods=32, registry_pull_qps=10),
        os_config=dict(sysctl={'net.core.somaxconn': '8192'}), rolling_policy=dict(max_parallelism=2),
    )
    service.succeed(client.modify_node_pool_node_config(cluster_id, pool_id, config))
    config = read(service, cluster_id, pool_id).node_config
    assert (config.kubelet_configuration.max_pods, config.kubelet_configuration.registry_pull_qps) == (32, 10), config
    assert config.node_os_config.sysctl['net.core.somaxconn'] == '8192', config


def nodes(service, cluster_id, pool_id):
    """One more by number, two fewer by name."""
    client = service.client
    scaled = client.scale_cluster_node_pool(cluster_id, pool_id, models.ScaleClusterNodePoolRequest(count=1))
    assert service.succeed(scaled).task_type == 'cluster_scaleout'

    def listed(**query):
        return client.describe_cluster_nodes(cluster_id, build(models.DescribeClusterNodesRequest, **query)).body
    page = listed(nodepool_id=pool_id, page_size='3', page_number='1')
    assert (page.page.total_count, page.page.page_size, len(page.nodes)) == (4, 3, 3), page
    for node in page.nodes:
        assert (node.nodepool_id, node.state, node.node_status) == (pool_id, 'running', 'Ready'), node
        assert node.instance_id and node.node_name and node.ip_address and node.is_aliyun_node, node
    leaving = [node.instance_id for node in page.nodes[:2]]
    assert {node.instance_id for node in listed(instance_ids=','.join(leaving)).nodes} == set(leaving)

    remove = build(models.RemoveNodePoolNodesRequest, instance_ids=leaving, drain_node=True, release_node=True,
                   concurrency=False)
    service.succeed(client.remove_node_pool_nodes(cluster_id, pool_id, remove))
    assert not {node.instance_id for node in listed(nodepool_id=pool_id).nodes} & set(leaving)
    assert read(service, cluster_id, pool_id).scaling_group.desired_size == 2


def upgrade(service, cluster_id, pool_id, version):
    """The nodes follow the control plane."""
    request = build(
        models.UpgradeClusterNodepoolRequest, kubernetes_version=version, use_replace=True, image_id='image-1',
        runtime_type='containerd', runtime_version='2.1.5', ignore_warning_check=True,
        rolling_policy=dict(max_parallelism=1, batch_interval=5, pause_policy='NotPause', max_failed_nodes=0),
    )
    task = service.succeed(service.client.upgrade_cluster_nodepool(cluster_id, pool_id, request))
    assert task.task_type == 'nodepool_upgrade', task
    pool = read(service, cluster_id, pool_id)
    assert (pool.scaling_group.image_id, pool.kubernetes_config.runtime_version) == ('image-1', '2.1.5'), pool


def delete(service, cluster_id, pool_id):
    """Not while there are nodes in it, unless it is meant."""
    def ask(**query):
        request = build(models.DeleteClusterNodepoolRequest, **query)
        return service.client.delete_cluster_nodepool(cluster_id, pool_id, request)
    refused(400, 'InvalidOperation.NodePoolNotEmpty', ask)
    service.succeed(ask(force=True))
    error = refused(404, 'ErrorNodePoolNotFound', lambda: read(service, cluster_id, pool_id))
    assert pool_id in error.message, error.message
