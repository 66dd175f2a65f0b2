"""What the service refuses, and how the SDK tells it."""

from alibabacloud_cs20151215 import models
from alibabacloud_tea_openapi.exceptions import ServerException, ThrottlingException

from service import build, refused


def credentials(service):
    """A signature counts with the right secret only, and a temporary key with its token only."""
    keys = service.keys()

    def ask(**changed):
        given = keys | changed
        return service.client_with(**given).describe_user_quota()
    assert ask().status_code == 200
    refused(400, 'SignatureDoesNotMatch', lambda: ask(access_key_secret='wrong'))
    refused(404, 'InvalidAccessKeyId.NotFound', lambda: ask(access_key_id='unknown'))
    refused(400, 'InvalidSecurityToken.MismatchWithAccessKey', lambda: ask(security_token='wrong'))
    if keys['security_token']:
        refused(400, 'MissingSecurityToken', lambda: ask(security_token=None))


def requests(service):
    """Every refusal names what is wrong."""
    def create(**changed):
        given = dict(name='refused', region_id=service.region, cluster_type='ManagedKubernetes') | changed
        return service.client.create_cluster(build(models.CreateClusterRequest, **given))
    error = refused(400, 'InvalidParameter.ClusterType', lambda: create(cluster_type='Managed'))
    assert 'cluster_type' in error.message and 'ManagedKubernetes' in error.message, error.message
    error = refused(400, 'InvalidParameter.Name', lambda: create(name=None))
    assert 'name: the field is required' in error.message, error.message
    # The SDK's constructors do not look at types.
    error = refused(400, 'InvalidParameter.Format', lambda: create(deletion_protection='no'))
    assert 'deletion_protection' in error.message, error.message


def odd_characters(service):
    """Encoded by the SDK as paths and queries are, and signed so: nothing of it disturbs the signature."""
    odd = 'a b/ü?&=+%~*'
    error = refused(404, 'ErrorClusterNotFound', lambda: service.client.describe_cluster_detail(odd))
    assert odd in error.message, error.message
    request = build(models.DescribeClustersV1Request, name=odd)
    assert service.client.describe_clusters_v1(request).body.clusters == []


def trouble(service):
    """What is no mistake of the caller."""
    def fault(**what):
        service.admin('POST', 'faults', operation='DescribeUserQuota', kind='error', times=1, **what)
    fault(status=429, code='Throttling', retry_after_ms=1500)
    error = refused(429, 'Throttling', service.client.describe_user_quota)
    assert isinstance(error, ThrottlingException) and error.retry_after == 1500, error
    fault(status=503, code='ServiceUnavailable')
    assert isinstance(refused(503, 'ServiceUnavailable', service.client.describe_user_quota), ServerException)
    error = refused(400, 'NotSimulated', lambda: service.client.describe_templates(models.DescribeTemplatesRequest()))
    assert 'DescribeTemplates' in error.message, error.message
