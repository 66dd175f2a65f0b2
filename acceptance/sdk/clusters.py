"""The life of a cluster: Basic at first, then Pro, a minor version on, and gone."""

import json
from datetime import datetime

from alibabacloud_cs20151215 import models

from answers import lost
from service import build, refused

VERSION = '1.34.1-aliyun.1'
CLUSTER = dict(
    name='sdk', cluster_type='ManagedKubernetes', profile='Default', cluster_spec='ack.standard',
    kubernetes_version=VERSION, client_token='once', vpcid='vpc-1', vswitch_ids=['vsw-1', 'vsw-2'],
    container_cidr='10.64.0.0/16', service_cidr='172.19.0.0/20', node_cidr_mask='25', ip_stack='ipv4',
    proxy_mode='ipvs', timezone='Asia/Shanghai', cluster_domain='cluster.local', extra_sans=['api.example.com'],
    resource_group_id='rg-1', security_group_id='sg-1', snat_entry=True, endpoint_public_access=True,
    deletion_protection=True, rrsa_config=dict(enabled=True), audit_log_config=dict(enabled=True),
    controlplane_log_components=['apiserver'], controlplane_log_ttl='30',
    addons=[dict(name='flannel'), dict(name='metrics-server', config='{}')],
    tags=[dict(key='team', value='payments')],
)

# What the documents say is read elsewhere, by another name (vpc_id, current_version), or with the service's own tags.
NOT_READ_BACK = {
    'addons', 'audit_log_config', 'client_token', 'controlplane_log_components', 'controlplane_log_ttl',
    'endpoint_public_access', 'kubernetes_version', 'snat_entry', 'tags', 'vpcid',
}


def create(service):
    """Gives back the id. The version is the oldest that can be created, so that there is a way up."""
    request = build(models.CreateClusterRequest, region_id=service.region, **CLUSTER)
    created = service.client.create_cluster(request)
    cluster_id = created.body.cluster_id
    assert service.client.create_cluster(request).body.cluster_id == cluster_id, 'the client token is ignored'

    task = service.client.describe_task_info(created.body.task_id).body
    assert (task.task_type, task.state, task.cluster_id) == ('cluster_create', 'running', cluster_id), task
    assert (task.target.type, task.target.id) == ('cluster', cluster_id), task
    assert task.stages[0].state == 'running' and task.current_stage == task.stages[0].message, task
    event = task.events[0]
    assert (event.action, event.level, event.source) == ('start', 'Normal', 'ACK'), event
    assert datetime.fromtimestamp(int(event.timestamp) / 1000) > datetime(2026, 1, 1), event
    assert detail(service, cluster_id).state == 'initial'

    task = service.succeed(created)
    assert {stage.state for stage in task.stages} == {'success'}, task
    assert [result.status for result in task.task_result] == ['success'], task
    cluster = running(service, cluster_id)
    written = {name: value for name, value in request.to_map().items() if value != []}
    missing = set(lost(written, cluster.to_map())) - NOT_READ_BACK
    assert not missing, f'written and not read back: {missing}'
    return cluster_id


def detail(service, cluster_id):
    return service.client.describe_cluster_detail(cluster_id).body


def running(service, cluster_id):
    """The cluster when it is usable, which is a moment later than its tasks end."""
    def usable():
        cluster = detail(service, cluster_id)
        return cluster.state == 'running' and cluster
    return service.wait(f'cluster {cluster_id}', usable)


def read(service, cluster_id):
    """What the service adds to what it was told."""
    cluster = detail(service, cluster_id)
    assert (cluster.cluster_id, cluster.vpc_id, cluster.size) == (cluster_id, 'vpc-1', 0), cluster
    assert cluster.init_version == cluster.current_version == VERSION and cluster.next_version, cluster
    assert cluster.rrsa_config.oidc_name == f'ack-rrsa-{cluster_id}', cluster
    assert cluster.maintenance_window.enable is False, cluster
    assert cluster.operation_policy.cluster_auto_upgrade.enabled is False, cluster
    assert ('team', 'payments') in [(tag.key, tag.value) for tag in cluster.tags], cluster
    assert datetime.fromisoformat(cluster.created) <= datetime.fromisoformat(cluster.updated), cluster
    endpoints = json.loads(cluster.master_url)
    assert endpoints['api_server_endpoint'] and endpoints['intranet_api_server_endpoint'], cluster
    assert 'flannel' in [addon['name'] for addon in json.loads(cluster.meta_data)['Addons']], cluster

    resources = service.client.describe_cluster_resources(cluster_id, models.DescribeClusterResourcesRequest()).body
    by_type = {resource.resource_type: resource for resource in resources}
    vpc, balancer = by_type['ALIYUN::ECS::VPC'], by_type['ALIYUN::SLB::LoadBalancer']
    assert (vpc.instance_id, vpc.auto_create, vpc.creator_type) == ('vpc-1', 0, 'user'), vpc
    assert (balancer.auto_create, balancer.delete_behavior.delete_by_default) == (1, True), balancer


def lists(service, cluster_id):
    """Both lists, by filter and by page. They follow the truth after a while."""
    client = service.client

    def of_account(**query):
        request = build(models.DescribeClustersV1Request, region_id=service.region, **query)
        return client.describe_clusters_v1(request).body

    def of_region(**query):
        request = build(models.DescribeClustersForRegionRequest, **query)
        return client.describe_clusters_for_region(service.region, request).body
    for listed in (of_account, of_region):
        service.wait('the list', lambda: [row.state for row in listed(name='sd').clusters] == ['running'])
        page = listed(page_size=1)
        assert [(row.cluster_id, row.name, row.size) for row in page.clusters] == [(cluster_id, 'sdk', 0)], page
        assert (page.page_info.page_number, page.page_info.page_size, page.page_info.total_count) == (1, 1, 1), page
        assert listed(cluster_spec='ack.pro.small').clusters == [], 'the filter lets a Basic cluster through'
        assert listed(page_number=2).clusters == [], 'there is a second page'
    # Only one of them has it, as its model says.
    assert json.loads(of_account().clusters[0].meta_data)['RRSAConfig']['enabled'] is True


def tasks_and_events(service, cluster_id):
    """By page number and by token."""
    def tasks(**query):
        request = build(models.DescribeClusterTasksRequest, **query)
        return service.client.describe_cluster_tasks(cluster_id, request).body
    page = tasks(page_number=1, page_size=10)
    creation = page.tasks[-1]
    assert creation.task_type == 'cluster_create' and page.page_info.total_count == len(page.tasks), page
    assert tasks(max_results=1).tasks[0].task_id == page.tasks[0].task_id

    of_creation = build(models.DescribeClusterEventsRequest, task_id=creation.task_id)
    events = service.client.describe_cluster_events(cluster_id, of_creation).body.events
    # Newest first.
    assert [event.data.reason for event in events] == ['Succeeded', 'Started'] and events[0].data.message, events
    assert {(event.type, event.cluster_id, event.subject) for event in events} == {
        ('cluster_create', cluster_id, cluster_id)}, events
    of_cluster = build(models.DescribeEventsForRegionRequest, cluster_id=cluster_id, page_size=1)
    page = service.client.describe_events_for_region(service.region, of_cluster).body
    assert len(page.events) == 1 and page.page_info.total_count >= len(events), page


def tags(service, cluster_id):
    """Replaced as a whole, added to, taken away."""
    client, target = service.client, dict(region_id=service.region, resource_type='CLUSTER', resource_ids=[cluster_id])

    def listed(**query):
        answer = client.list_tag_resources(build(models.ListTagResourcesRequest, **target, **query)).body
        rows = answer.tag_resources.tag_resource
        assert {(row.resource_id, row.resource_type) for row in rows} <= {(cluster_id, 'ALIYUN::CS::CLUSTER')}, rows
        return {row.tag_key: row.tag_value for row in rows}

    def tag(key, value):
        return dict(key=key, value=value)
    odd = '支付&=+'
    client.modify_cluster_tags(cluster_id, build(models.ModifyClusterTagsRequest, body=[tag('owner', 'a b')]))
    assert listed()['owner'] == 'a b' and 'team' not in listed(), listed()
    client.tag_resources(build(models.TagResourcesRequest, **target, tags=[tag('team', odd)]))
    assert listed(tags=[tag('team', odd)]).items() >= {'owner': 'a b', 'team': odd}.items(), listed()
    assert listed(tags=[tag('team', 'other')]) == {}
    client.untag_resources(build(models.UntagResourcesRequest, **target, tag_keys=['owner']))
    assert 'owner' not in listed() and 'team' in listed(), listed()
    client.untag_resources(build(models.UntagResourcesRequest, **target, all=True))
    assert 'team' not in listed(), listed()


def logs(service, cluster_id):
    client = service.client

    def control_plane():
        log = client.check_control_plane_log_enable(cluster_id).body
        return log.components, log.log_ttl, log.log_project
    project = f'k8s-log-{cluster_id}'
    assert control_plane() == (['apiserver'], '30', project)
    change = build(
        models.UpdateControlPlaneLogRequest, components=['apiserver', 'kcm'], log_ttl='7', log_project='mine')
    service.succeed(client.update_control_plane_log(cluster_id, change))
    assert control_plane() == (['apiserver', 'kcm'], '7', 'mine')
    running(service, cluster_id)
    off = build(models.UpdateControlPlaneLogRequest, components=[])
    service.succeed(client.update_control_plane_log(cluster_id, off))
    assert control_plane() == ([], '7', 'mine'), 'what was left out does not stay'
    running(service, cluster_id)

    audit = client.get_cluster_audit_project(cluster_id).body
    assert (audit.audit_enabled, audit.sls_project_name) == (True, project), audit
    change = build(models.UpdateClusterAuditLogConfigRequest, disable=True)
    service.succeed(client.update_cluster_audit_log_config(cluster_id, change))
    audit = client.get_cluster_audit_project(cluster_id).body
    assert (audit.audit_enabled, audit.sls_project_name) == (False, project), audit
    running(service, cluster_id)


def migrate(service, cluster_id):
    """Basic to Pro."""
    service.succeed(service.client.migrate_cluster(cluster_id, models.MigrateClusterRequest()))
    assert running(service, cluster_id).cluster_spec == 'ack.pro.small'


def modify(service, cluster_id):
    change = build(
        models.ModifyClusterRequest,
        timezone='Europe/Berlin', vswitch_ids=['vsw-2'], security_group_id='sg-2', resource_group_id='rg-2',
        maintenance_window=dict(enable=True, maintenance_time='2026-01-01T03:00:00.000+08:00', duration='4h',
                                recurrence='FREQ=WEEKLY;INTERVAL=1;BYDAY=TU'),
        operation_policy=dict(cluster_auto_upgrade=dict(enabled=True, channel='stable')),
        control_plane_endpoints_config=dict(internal_dns_config=dict(enabled=True, bind_vpcs=['vpc-1'])),
        # These are read back by other names, or not at all.
        cluster_name='renamed', enable_rrsa=False, api_server_eip=False,
        api_server_custom_cert_sans=dict(action='overwrite', subject_alternative_names=['other.example.com']),
        system_events_logging=dict(enabled=True, logging_project='mine'),
    )
    service.succeed(service.client.modify_cluster(cluster_id, change))
    cluster = running(service, cluster_id)
    not_read_back = {
        'cluster_name', 'enable_rrsa', 'api_server_eip', 'api_server_custom_cert_sans', 'system_events_logging'}
    assert set(lost(change.to_map(), cluster.to_map())) == not_read_back, cluster
    assert (cluster.name, cluster.extra_sans) == ('renamed', ['other.example.com']), cluster
    assert cluster.rrsa_config.enabled is False, cluster
    assert not json.loads(cluster.master_url)['api_server_endpoint'], cluster


def encrypt(service, cluster_id):
    """Secrets with a key, and without again. The call names no task."""
    def capabilities():
        return json.loads(running(service, cluster_id).meta_data)['Capabilities']
    client = service.client
    client.update_kmsencryption(cluster_id, build(models.UpdateKMSEncryptionRequest, kms_key_id='key-1'))
    service.wait('the key', lambda: capabilities().get('EncryptionKMSKeyId') == 'key-1')
    client.update_kmsencryption(cluster_id, build(models.UpdateKMSEncryptionRequest, disable_encryption=True))
    service.wait('its end', lambda: 'EncryptionKMSKeyId' not in capabilities())


def autoscaling(service, cluster_id):
    config = build(models.CreateAutoscalingConfigRequest, cool_down_duration='10', expander='priority',
                   priorities={'10': ['np1']}, scale_down_enabled=True, scan_interval='30', scaler_type='goatscaler')
    service.succeed(service.client.create_autoscaling_config(cluster_id, config))
    running(service, cluster_id)


def kubeconfig(service, cluster_id):
    """For a while, for the network within; and as it was once read."""
    client = service.client
    request = build(models.DescribeClusterUserKubeconfigRequest, private_ip_address=True, temporary_duration_minutes=15)
    answer = client.describe_cluster_user_kubeconfig(cluster_id, request).body
    assert datetime.fromisoformat(answer.expiration), answer
    old = client.describe_cluster_v2user_kubeconfig(
        cluster_id, build(models.DescribeClusterV2UserKubeconfigRequest, private_ip_address=True)).body
    endpoint = json.loads(detail(service, cluster_id).master_url)['intranet_api_server_endpoint']
    for text in (answer.config, old.config):
        config = json.loads(text)  # Which is YAML as well.
        assert config['clusters'][0]['cluster']['server'] == endpoint, config
        assert config['users'][0]['user'].keys() == {'client-certificate-data', 'client-key-data'}, config


def upgrade(service, cluster_id):
    """Paused, resumed, cancelled, and in a second try done; gives back the new version."""
    client, target = service.client, detail(service, cluster_id).next_version
    request = build(models.UpgradeClusterRequest, next_version=target, master_only=True)

    def state():
        return client.describe_task_info(task_id).body.state
    task_id = client.upgrade_cluster(cluster_id, request).body.task_id
    assert detail(service, cluster_id).state == 'upgrading'
    refused(400, 'ErrorClusterState', lambda: client.upgrade_cluster(cluster_id, request))
    client.pause_task(task_id)
    assert state() == 'paused'
    client.resume_task(task_id)
    assert state() == 'running'
    client.cancel_task(task_id)
    assert state() == 'canceled'
    assert running(service, cluster_id).current_version != target

    service.succeed(client.upgrade_cluster(cluster_id, request))
    assert running(service, cluster_id).current_version == target
    return target


def failed_task(service, cluster_id):
    """What the service says of a task that it could not finish."""
    failure = dict(code='InvalidVSwitchId.IpNotEnough', message='no address is left')
    service.admin('POST', 'faults', operation='ModifyCluster', kind='task', task=failure, times=1)
    change = build(models.ModifyClusterRequest, timezone='Asia/Tokyo')
    task = service.task(service.client.modify_cluster(cluster_id, change))
    assert (task.state, task.error.code, task.error.message) == ('fail', *failure.values()), task
    assert running(service, cluster_id).timezone != 'Asia/Tokyo'
    newest, *_ = service.client.describe_cluster_tasks(cluster_id, models.DescribeClusterTasksRequest()).body.tasks
    assert (newest.task_id, newest.state, newest.error.code) == (task.task_id, 'fail', failure['code']), newest


def delete(service, cluster_id):
    """Protected until the protection is switched off, then gone from reads and lists."""
    client = service.client
    request = build(models.DeleteClusterRequest, retain_resources=['sg-2'], retain_all_resources=False,
                    delete_options=[dict(resource_type='SLB', delete_mode='delete')])
    refused(400, 'InvalidOperation.DeletionProtection', lambda: client.delete_cluster(cluster_id, request))
    off = build(models.ModifyClusterRequest, deletion_protection=False)
    service.succeed(client.modify_cluster(cluster_id, off))
    running(service, cluster_id)
    task = service.succeed(client.delete_cluster(cluster_id, request))
    assert (task.task_type, task.cluster_id) == ('cluster_delete', cluster_id), task
    error = refused(404, 'ErrorClusterNotFound', lambda: detail(service, cluster_id))
    assert cluster_id in error.message, error.message
    by_id = build(models.DescribeClustersV1Request, cluster_id=cluster_id)
    service.wait('its absence from the list', lambda: client.describe_clusters_v1(by_id).body.clusters == [])
