"""What the account and the region offer."""

from alibabacloud_cs20151215 import models

from service import build

KIND = dict(cluster_type='ManagedKubernetes', profile='Default')


def regions_and_quotas(service):
    regions = service.client.describe_regions(models.DescribeRegionsRequest()).body.regions
    assert service.region in [region.region_id for region in regions], regions

    quota = service.client.describe_user_quota().body
    assert quota.cluster_quota > 0 and quota.node_quota > 0, quota
    assert int(quota.quotas['cluster'].quota) > 0, quota


def open_service(service):
    assert service.client.open_ack_service(build(models.OpenAckServiceRequest, type='propayasgo')).body.order_id


def versions(service):
    def ask(**query):
        request = build(models.DescribeKubernetesVersionMetadataRequest,
                        region=service.region, cluster_type=KIND['cluster_type'], **query)
        return service.client.describe_kubernetes_version_metadata(request).body

    creatable, supported = ask(), ask(mode='supported')
    assert creatable and all(version.creatable for version in creatable), creatable
    assert len(supported) > len(creatable), 'nothing is supported but no longer created'
    for version in supported:
        assert version.runtimes[0].name == 'containerd' and version.runtimes[0].version, version
        assert version.images[0].image_id and version.release_date < version.expiration_date, version

    oldest = creatable[-1].version
    detail, = ask(kubernetes_version=oldest, query_upgradable_version=True)
    assert detail.version == oldest and detail.upgradable_versions, detail


def catalogue(service):
    kind = dict(region_id=service.region, cluster_spec='ack.pro.small', cluster_version='1.34.1-aliyun.1', **KIND)
    addons = service.client.list_addons(build(models.ListAddonsRequest, **kind)).body.addons
    names = [addon.name for addon in addons]
    assert {'coredns', 'flannel', 'metrics-server'} <= set(names) and len(names) == len(set(names)), names

    addon = service.client.describe_addon('coredns', build(models.DescribeAddonRequest, **kind)).body
    assert (addon.name, addon.category) == ('coredns', 'network') and addon.config_schema, addon
    assert addon.version in [offered.version for offered in addon.newer_versions], addon
