//! Samples of policies of repair.

use serde_json::{Value, json};

use super::{Sample, Samples, alone, beside};

pub(crate) fn auto_repair_policy(cluster_id: &str) -> Samples {
    let incident = |name: &str| json!({"name": name, "type": "system"});
    let label = |value: &str| json!({"key": "incident", "value": value});
    let step = json!({
        "name": "Reboot", "config": "{\"timeout\":30}",
        "intervention": {"inquiring_label": label("inquiring"), "approved_label": label("approved")},
    });
    let mut rows = vec![
        alone("name", json!("others"), json!("more")),
        alone("resource_type", json!("node"), json!("nodepool")),
        alone("resource_sub_type", json!("lingjun"), json!("ess")),
        alone(
            "rules",
            json!([{"incidents": [incident("a"), {"name": "b"}], "repair_procedure": [{"name": "Drain"}, step]}]),
            json!([{"incidents": [incident("b")], "repair_procedure": [{"name": "Drain", "intervention": {}}]}]),
        ),
        alone("timeouts", json!({"create": "1m"}), json!({"create": "2m"})),
    ];
    rows.extend(rules());
    Samples {
        base: json!({"cluster_id": cluster_id, "name": "hosts", "rules": [{"incidents": [incident("a")]}]}),
        from_the_start: json!({}),
        not_on_the_way: &[],
        rows,
    }
}

fn rules() -> Vec<Sample> {
    let rule = |incident: Value, more: Value| {
        let mut rule = json!({"incidents": [incident]});
        rule.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        json!({"rules": [rule]})
    };
    let usual = || rule(json!({"name": "a"}), json!({}));
    let repair = |step: Value| rule(json!({"name": "a"}), json!({"repair_procedure": [step]}));
    let asking = |intervention: Value| repair(json!({"name": "Reboot", "intervention": intervention}));
    let inquiring = |label: Value| asking(json!({"inquiring_label": label}));
    let approved = |label: Value| asking(json!({"approved_label": label}));
    vec![
        beside(
            "rules.incidents",
            json!({"rules": [{}]}),
            json!([{"name": "a"}]),
            json!([{"name": "a"}, {"name": "b"}]),
        ),
        beside("rules.incidents.name", rule(json!({}), json!({})), json!("a"), json!("b")),
        beside("rules.incidents.type", usual(), json!("system"), json!("node")),
        beside(
            "rules.repair_procedure",
            usual(),
            json!([{"name": "Drain"}]),
            json!([{"name": "Drain"}, {"name": "Reboot"}]),
        ),
        beside("rules.repair_procedure.name", repair(json!({})), json!("Drain"), json!("Reboot")),
        beside(
            "rules.repair_procedure.config",
            repair(json!({"name": "Reboot"})),
            json!("{\"timeout\":30}"),
            json!("{\"timeout\":60}"),
        ),
        beside(
            "rules.repair_procedure.intervention",
            repair(json!({"name": "Reboot"})),
            json!({}),
            json!({"type": "mail"}),
        ),
        beside("rules.repair_procedure.intervention.type", asking(json!({})), json!("mail"), json!("telephone")),
        beside(
            "rules.repair_procedure.intervention.inquiring_label",
            asking(json!({})),
            json!({"key": "a"}),
            json!({"key": "b"}),
        ),
        beside("rules.repair_procedure.intervention.inquiring_label.key", inquiring(json!({})), json!("a"), json!("b")),
        beside(
            "rules.repair_procedure.intervention.inquiring_label.value",
            inquiring(json!({"key": "a"})),
            json!("x"),
            json!("y"),
        ),
        beside(
            "rules.repair_procedure.intervention.approved_label",
            asking(json!({})),
            json!({"key": "a"}),
            json!({"key": "b"}),
        ),
        beside("rules.repair_procedure.intervention.approved_label.key", approved(json!({})), json!("a"), json!("b")),
        beside(
            "rules.repair_procedure.intervention.approved_label.value",
            approved(json!({"key": "a"})),
            json!("x"),
            json!("y"),
        ),
    ]
}
