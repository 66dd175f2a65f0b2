//! The documented defaults of a node pool's fields, which reads show although nobody set them.

use serde_json::{Map, Value};

use super::kind::KIND;
use crate::record::with_defaults;

/// Fills the documented defaults into the blocks of a pool.
pub(super) fn fill(record: &mut Value) {
    with_defaults(&KIND, record, is_in_effect);
    // The service takes the first of the list when only the list is given.
    let first = record["scaling_group"]["system_disk_categories"][0].clone();
    if first.is_string() {
        record["scaling_group"]["system_disk_category"] = first;
    }
}

/// Whether a default counts, given its neighbours: blocks that are switched off stay as they are.
fn is_in_effect(path: &str, neighbours: &Map<String, Value>) -> bool {
    let on = |field: &str| neighbours.get(field).is_some_and(|value| *value == true);
    match path {
        "auto_scaling.enable" | "management.enable" => true,
        // Clients that leave it out read nothing.
        "management.upgrade_config.max_unavailable" => false,
        "scaling_group.auto_renew" | "scaling_group.auto_renew_period" | "scaling_group.period_unit" => {
            neighbours.get("instance_charge_type").is_some_and(|kind| *kind == "PrePaid")
        }
        _ if path.matches('.').count() == 1
            && (path.starts_with("auto_scaling.") || path.starts_with("management.")) =>
        {
            on("enable")
        }
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn defaults_are_filled_where_they_count() {
        let mut record = json!({"auto_scaling": {}, "management": {"enable": true, "upgrade_config": {"surge": 1}}, "scaling_group": {"data_disks": [{"size": 200}]}, "kubernetes_config": {"taints": [{"key": "a"}]}});
        fill(&mut record);
        assert_eq!(record["auto_scaling"], json!({"enable": false}));
        assert_eq!(record["management"]["auto_repair"], true);
        assert_eq!(record["management"]["upgrade_config"], json!({"surge": 1}));
        assert_eq!(
            record["scaling_group"]["data_disks"],
            json!([{"size": 200, "category": "cloud_efficiency", "encrypted": "false"}])
        );
        assert_eq!(record["scaling_group"]["instance_charge_type"], "PostPaid");
        assert_eq!(record["scaling_group"].get("period_unit"), None);
        assert_eq!(record["kubernetes_config"]["taints"], json!([{"key": "a", "effect": "NoSchedule"}]));
    }
}
