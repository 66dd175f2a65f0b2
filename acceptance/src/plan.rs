//! What a plan intends, read from `terraform show -json`.

use serde_json::Value;

/// What a plan does to one resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// It comes into being.
    Create,
    /// A data source that can be read only during apply.
    Read,
    /// It is changed in place.
    Update,
    /// It is destroyed and made again, in either order.
    Replace,
    /// It is destroyed.
    Delete,
    /// It leaves the state and goes on to exist.
    Forget,
}

impl Action {
    /// Reads the `actions` list of one resource change; none for one that stays as it is.
    fn of(change: &Value) -> Option<Self> {
        let actions: Vec<&str> = change["change"]["actions"].as_array()?.iter().filter_map(Value::as_str).collect();
        match actions[..] {
            ["create"] => Some(Self::Create),
            ["read"] => Some(Self::Read),
            ["update"] => Some(Self::Update),
            ["delete", "create"] | ["create", "delete"] => Some(Self::Replace),
            ["delete"] => Some(Self::Delete),
            ["forget"] => Some(Self::Forget),
            _ => None,
        }
    }
}

/// Every resource that the plan does something to, with its address, in the order of the plan.
pub(crate) fn planned_actions(plan: &Value) -> Vec<(String, Action)> {
    let changes = plan["resource_changes"].as_array();
    changes
        .into_iter()
        .flatten()
        .filter_map(|change| {
            let address = change["address"].as_str()?;
            Some((address.to_owned(), Action::of(change)?))
        })
        .collect()
}

/// One resource in the answer to `terraform show -json` of a state, wherever the modules have it: its
/// attributes are its `values`.
pub(crate) fn resource_in_state(state: &Value, address: &str) -> Option<Value> {
    resource_in_module(&state["values"]["root_module"], address)
}

fn resource_in_module(module: &Value, address: &str) -> Option<Value> {
    let here =
        module["resources"].as_array().into_iter().flatten().find(|resource| resource["address"] == address).cloned();
    here.or_else(|| module["child_modules"].as_array()?.iter().find_map(|child| resource_in_module(child, address)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn changes_are_listed_and_unchanged_resources_are_not() {
        let change = |address: &str, actions: &[&str]| json!({"address": address, "change": {"actions": actions}});
        let plan = json!({"resource_changes": [
            change("ack_cluster.main", &["no-op"]),
            change("ack_node_pool.workers", &["update"]),
            change("ack_node_pool.spot", &["delete", "create"]),
            change("ack_addon.logs", &["create"]),
        ]});
        assert_eq!(
            planned_actions(&plan),
            [
                ("ack_node_pool.workers".to_owned(), Action::Update),
                ("ack_node_pool.spot".to_owned(), Action::Replace),
                ("ack_addon.logs".to_owned(), Action::Create),
            ]
        );
        assert_eq!(planned_actions(&json!({})), []);
    }

    #[test]
    fn resources_are_found_in_modules() {
        let state = json!({"values": {"root_module": {
            "resources": [{"address": "ack_cluster.main", "values": {"id": "c1"}}],
            "child_modules": [{"resources": [
                {"address": "module.pool.ack_node_pool.this", "values": {"id": "np1"}}
            ]}],
        }}});
        let id = |address| resource_in_state(&state, address).map(|resource| resource["values"]["id"].clone());
        assert_eq!(id("ack_cluster.main"), Some(json!("c1")));
        assert_eq!(id("module.pool.ack_node_pool.this"), Some(json!("np1")));
        assert_eq!(id("ack_cluster.other"), None);
    }
}
