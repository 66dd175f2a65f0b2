"""The life of an add-on in a cluster."""

import json

from alibabacloud_cs20151215 import models

from clusters import running
from service import build, refused

NAME = 'nginx-ingress-controller'


def life(service, cluster_id):
    client = service.client
    offered = client.describe_addon(NAME, build(models.DescribeAddonRequest, cluster_id=cluster_id)).body
    newest, before = (offered.newer_versions[index].version for index in (0, 1))
    by_version = build(models.DescribeAddonRequest, cluster_id=cluster_id, version=before)
    newer = client.describe_addon(NAME, by_version).body.newer_versions
    assert [version.version for version in newer] == [newest] and newer[0].upgradable, newer

    install = [dict(name=NAME, version=before, config='{"IngressSlbNetworkType":"intranet"}')]
    _succeed(service, cluster_id, client.install_cluster_addons(
        cluster_id, build(models.InstallClusterAddonsRequest, body=install)))
    listed = {addon.name: addon for addon in client.list_cluster_addon_instances(cluster_id).body.addons}
    assert (listed[NAME].version, listed[NAME].state) == (before, 'active'), listed[NAME]
    assert {'coredns', 'flannel'} <= listed.keys(), listed.keys()
    addon = _read(service, cluster_id)
    assert json.loads(addon.config) == {'IngressSlbNetworkType': 'intranet'}, addon
    assert addon.logging.capable is True and addon.logging.enabled is False, addon

    upgrade = [dict(component_name=NAME, next_version=newest, policy='overwrite')]
    _succeed(service, cluster_id, client.upgrade_cluster_addons(
        cluster_id, build(models.UpgradeClusterAddonsRequest, body=upgrade)))
    assert _read(service, cluster_id).version == newest

    # The one change that names no task: it is seen in the object only.
    config = {'IngressSlbNetworkType': 'internet', 'Further': ['a', 1]}
    client.modify_cluster_addon(cluster_id, NAME, build(models.ModifyClusterAddonRequest, config=json.dumps(config)))
    assert _read(service, cluster_id).state == 'updating'
    service.wait('the new config', lambda: json.loads(_read(service, cluster_id).config) == config)
    running(service, cluster_id)
    newest_task = client.describe_cluster_tasks(cluster_id, models.DescribeClusterTasksRequest()).body.tasks[0]
    assert newest_task.task_type == 'cluster_addon_modify', newest_task

    uninstall = [dict(name=NAME, cleanup_cloud_resources=True)]
    _succeed(service, cluster_id, client.un_install_cluster_addons(
        cluster_id, build(models.UnInstallClusterAddonsRequest, addons=uninstall)))
    error = refused(404, 'AddonNotFound', lambda: _read(service, cluster_id))
    assert NAME in error.message, error.message


def _read(service, cluster_id):
    return service.client.get_cluster_addon_instance(cluster_id, NAME).body


def _succeed(service, cluster_id, response):
    service.succeed(response)
    running(service, cluster_id)
