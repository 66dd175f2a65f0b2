//! Auto repair policies: what is done about the nodes of a pool that have an incident. None of the calls starts a task.

use serde_json::Value;

use crate::call::{Answer, Call, Noun};
use crate::error::ApiError;
use crate::objects::{Kind, Object, Objects};
use crate::record;
use crate::store::World;

pub(super) static NOUN: Noun = Noun {
    calls: &[
        ("CreateAutoRepairPolicy", create),
        ("DescribeAutoRepairPolicy", |world, call| record::read(&KIND, world, call)),
        ("ListAutoRepairPolicies", |world, call| record::list(&KIND, world, call, |_| true)),
        ("ModifyAutoRepairPolicy", |world, call| record::modify(&KIND, world, call)),
        ("DeleteAutoRepairPolicy", |world, call| record::delete(&KIND, world, call)),
    ],
    kind: Some(&KIND),
    ..Noun::PLAIN
};

static KIND: Kind = Kind {
    name: "auto_repair_policy",
    parameter: "policy_id",
    one: "auto_repair_policy_id",
    all: "auto_repair_policies",
    create: "CreateAutoRepairPolicy",
    read: "DescribeAutoRepairPolicy",
    id: "id",
    not_found: |id| {
        ApiError::new(
            404,
            "ErrorAutoRepairPolicyNotFound",
            format!("auto repair policy ({id}) not found in our records"),
        )
    },
    answer,
    ..Kind::PLAIN
};

fn create(world: &mut World, call: &Call) -> Answer {
    let id = world.ids.resource("r");
    record::create(&KIND, world, call, &id)
}

/// A policy shows the pools that have it.
fn answer(all: &Objects, policy: &Object) -> Value {
    let pools = all.within(policy.key.cluster_id(), "nodepool");
    let pools = pools.filter(|pool| pool.text("management.auto_repair_policy.auto_repair_policy_id") == policy.id());
    let mut answer = policy.record.clone();
    answer["resource_ids"] = pools.map(Object::id).collect::<Vec<_>>().into();
    answer
}
