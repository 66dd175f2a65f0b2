"""The life of an auto repair policy, which is there and gone at once."""

from alibabacloud_cs20151215 import models

from service import build, refused


def life(service, cluster_id):
    client = service.client
    rules = [dict(
        incidents=[dict(name='Node.FaultNeedReboot.HOST', type='system')],
        repair_procedure=[dict(name='Drain', config={'timeout': 300}, intervention=dict(enable=True, type='label'))],
    )]
    policy_id = client.create_auto_repair_policy(cluster_id, build(
        models.CreateAutoRepairPolicyRequest,
        name='reboots', resource_type='nodepool', resource_sub_type='ess', rules=rules)).body.policy_id

    def read():
        return client.describe_auto_repair_policy(cluster_id, policy_id).body

    policy = read()
    assert (policy.id, policy.name, policy.resource_ids) == (policy_id, 'reboots', []), policy
    assert (policy.resource_type, policy.resource_sub_type) == ('nodepool', 'ess'), policy
    procedure = policy.rules[0].repair_procedure[0]
    assert procedure.config == {'timeout': 300} and procedure.intervention.enable is True, procedure

    client.modify_auto_repair_policy(cluster_id, policy_id, build(
        models.ModifyAutoRepairPolicyRequest, name='restarts'))
    policy = read()
    assert policy.name == 'restarts' and len(policy.rules) == 1, policy
    listed = client.list_auto_repair_policies(cluster_id).body.items
    assert [policy.id for policy in listed] == [policy_id], listed

    client.delete_auto_repair_policy(cluster_id, policy_id)
    error = refused(404, 'ErrorAutoRepairPolicyNotFound', read)
    assert policy_id in error.message, error.message
