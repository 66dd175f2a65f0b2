//! `ack_auto_repair_policy` on real Terraform: made, imported, changed in place, replaced and destroyed.

use acceptance::{Simulator, Target, Terraform, Workspace};
use anyhow::Context as _;
use serde_json::{Value, json};

const ADDRESS: &str = "ack_auto_repair_policy.hosts";

fn configuration(cluster_id: &str, more: &str, rules: &str) -> String {
    format!(
        "resource \"ack_auto_repair_policy\" \"hosts\" {{\n  cluster_id = \"{cluster_id}\"\n{more}\n  rules = {rules}\n}}\n"
    )
}

/// R02, R03, R10: the life of a policy; each write is what the change is about, and no plan has anything left to do.
#[test]
fn a_policy_lives_as_it_is_configured() -> anyhow::Result<()> {
    let plain = "[{ incidents = [{ name = \"Node.FaultNeedReboot.HOST\" }] }]";
    let rich = r#"[{
      incidents        = [{ name = "Node.FaultNeedReboot.HOST", type = "system" }]
      repair_procedure = [{
        name         = "Drain"
        config       = jsonencode({ timeout = 30 })
        intervention = { approved_label = { key = "incident", value = "approved" } }
      }]
    }]"#;
    for terraform in Terraform::all_for_tests() {
        let simulator = Simulator::start()?;
        let cluster_id = simulator.seed_cluster(&[])?;
        let workspace = Workspace::initialised(terraform, &simulator)?;
        let configure = |more: &str, rules: &str| workspace.write("main.tf", &configuration(&cluster_id, more, rules));
        let apply = || -> anyhow::Result<Vec<(String, Value)>> {
            let _ = workspace.apply().assert_success();
            workspace.assert_plan_empty();
            simulator.take_writes()
        };

        configure("name = \"hosts\"", plain);
        let made = json!({
            "name": "hosts", "resource_type": "nodepool", "resource_sub_type": "ess",
            "rules": [{"incidents": [{"name": "Node.FaultNeedReboot.HOST"}]}],
        });
        assert_eq!(apply()?, [("CreateAutoRepairPolicy".to_owned(), made)]);
        let id = workspace.resource(ADDRESS).context("it is not in the state")?["id"].clone();
        let id = id.as_str().context("it has no id")?;

        for import_id in [format!("{cluster_id}:{id}"), format!("cn-hangzhou:{cluster_id}:{id}")] {
            workspace.reimport(ADDRESS, &import_id);
            workspace.assert_plan_empty();
        }
        workspace.reimport_by_identity(ADDRESS, &format!("cluster_id = \"{cluster_id}\"\nid = \"{id}\""));
        workspace.assert_plan_empty();

        configure("name = \"others\"", plain);
        assert_eq!(apply()?, [("ModifyAutoRepairPolicy".to_owned(), json!({"name": "others"}))]);
        configure("name = \"others\"", rich);
        let step = json!({
            "name": "Drain", "config": {"timeout": 30},
            "intervention": {
                "enable": true, "type": "label", "approved_label": {"key": "incident", "value": "approved"},
            },
        });
        let incident = json!({"name": "Node.FaultNeedReboot.HOST", "type": "system"});
        let rules = json!({"rules": [{"incidents": [incident], "repair_procedure": [step]}]});
        assert_eq!(apply()?, [("ModifyAutoRepairPolicy".to_owned(), rules)]);

        configure("name = \"others\"\n  resource_sub_type = \"lingjun\"", rich);
        let _ = workspace.plan().assert_says("must be replaced");
        let writes: Vec<String> = apply()?.into_iter().map(|(operation, _)| operation).collect();
        assert_eq!(writes, ["DeleteAutoRepairPolicy", "CreateAutoRepairPolicy"]);

        let _ = workspace.destroy().assert_success();
        assert_eq!(simulator.take_writes()?.len(), 1);
    }
    Ok(())
}

/// A policy that somebody has deleted is made anew, and a cluster that is not there is told by the plan.
#[test]
fn what_is_gone_is_made_anew_and_a_wrong_cluster_is_told() -> anyhow::Result<()> {
    let terraform = &Terraform::all_for_tests()[0];
    let simulator = Simulator::start()?;
    let cluster_id = simulator.seed_cluster(&[])?;
    let workspace = Workspace::initialised(terraform, &simulator)?;
    let rules = "[{ incidents = [{ name = \"Node.FaultNeedReboot.HOST\" }] }]";
    workspace.write("main.tf", &configuration(&cluster_id, "name = \"hosts\"", rules));
    let _ = workspace.apply().assert_success();
    let id = workspace.resource(ADDRESS).context("it is not in the state")?["id"].clone();
    let id = id.as_str().context("it has no id")?;
    simulator.delete(&Target::of(&cluster_id, "auto_repair_policy_id", id))?;
    let _ = workspace.plan().assert_says("will be created");
    let _ = workspace.apply().assert_success();

    let _ = workspace.destroy().assert_success();
    let nowhere = "cffffffffffffffffffffffffffffffff";
    workspace.write("main.tf", &configuration(nowhere, "name = \"hosts\"", rules));
    let _ = workspace.plan().assert_says(&format!("There is no cluster {nowhere}"));
    Ok(())
}
