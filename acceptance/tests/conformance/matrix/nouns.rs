//! The resources, and what of them is not as their schemas say.

use serde_json::json;
use terraform_provider_ack::Ack;
use tf_provider::Provider as _;
use tf_provider::provider::Named;
use tf_provider::value::Value;

use super::Outcome::{Kept, Refused, Replaced, Updated};
use super::Step::{Changed, Emptied, Set, Unset};
use super::{Noun, Unseen, wrong};
use crate::samples;

const SIMULATOR: &str = "one simulator is one region";
const ANY_TEXT: &str = "the service says nothing of what it may be";

static CLUSTER: Noun = Noun {
    name: "cluster",
    samples: samples::cluster,
    record: |cluster, _| json!({"detail": cluster["detail"], "settings": cluster["settings"]}),
    left_out: &[
        ("region", SIMULATOR),
        ("type", "there is only one so far"),
        ("version", "versions only go up; `cluster/life.rs` raises it"),
    ],
    otherwise: &[
        ("name", Unset, Refused, "this or `name_prefix` is required"),
        ("spec", Unset, Replaced, "a Pro cluster cannot become a Basic one"),
        ("pod_cidr", Unset, Refused, "Flannel needs it"),
        ("pod_vswitch_ids", Emptied, Refused, "Terway needs it"),
        ("pod_vswitch_ids", Unset, Refused, "Terway needs it"),
        ("api_server_eip_id", Unset, Refused, "the service makes no EIP for an existing cluster"),
    ],
    companions: &[
        ("name_prefix", &["cluster_name", "detail.name"], "the name is made of it"),
        ("tags", &["region_id", "resource_ids", "resource_type"], "TagResources takes them for any resource"),
        ("vswitch_ids", &["detail.vswitch_id"], "the same, as it was told once"),
        ("extra_sans", &["api_server_custom_cert_sans.action"], "they replace those that are there"),
        (
            "endpoint_public_access",
            &["api_server_eip_id", "settings"],
            "the service makes no EIP for an existing cluster, so there has to be one of the user's",
        ),
        (
            "api_server_eip_id",
            &["api_server_eip", "detail.master_url", "settings"],
            "an address goes before another one comes",
        ),
        ("auto_upgrade", &["operation_policy.cluster_auto_upgrade"], "it is sent as a whole"),
        (
            "maintenance_window.weekly_period",
            &["detail.maintenance_window.recurrence"],
            "a window goes by one or the other",
        ),
    ],
    aside: &["detail.updated"],
    recorded_as: &[("endpoint_public_access", "detail.master_url")],
    unseen: &[
        ("name_prefix", Unseen::Both, "the name is sent"),
        ("timeouts", Unseen::Both, "they are Terraform's own"),
        ("tags", Unseen::Sent, "those that go are in the query of UntagResources"),
        ("maintenance_window.weekly_period", Unseen::Recorded, "beside a rule, the days that there were stay"),
    ],
};

static NODE_POOL: Noun = Noun {
    name: "node_pool",
    samples: samples::node_pool,
    record: |cluster, object| {
        let id = object.state().get("id").and_then(Value::as_str).unwrap_or_default();
        cluster["node_pools"][id]["record"].clone()
    },
    left_out: &[("region", SIMULATOR), ("cluster_id", "a simulator has one cluster")],
    otherwise: &[
        ("name", Unset, Refused, "this or `name_prefix` is required"),
        ("initial_size", Set, Kept, "it counts only when the pool is created"),
        ("initial_size", Changed, Kept, "it counts only when the pool is created"),
        ("period", Unset, Refused, "a subscription has a length"),
        ("system_disk.encrypt_algorithm", Changed, Kept, "there is one so far"),
        ("management.auto_upgrade_policy", Emptied, Kept, "its second sample is what it is by default"),
        ("image_id", Unset, Refused, "the service would go on using it"),
        ("data_disks.disk_name", Emptied, Updated, "a disk need not have a name"),
        ("management.auto_vul_fix_policy.exclude_packages", Emptied, Updated, "it excludes none"),
        ("node_name_mode", Emptied, Updated, "it is cleared by an empty text"),
        ("pre_user_data", Emptied, Updated, "a script may be empty"),
        ("user_data", Emptied, Updated, "a script may be empty"),
        ("taints.value", Emptied, Updated, "a taint need not have a value"),
    ],
    companions: &[
        ("name_prefix", &["nodepool_info.name"], "the name is made of it"),
        ("labels", &["update_nodes"], "it concerns the nodes that are there"),
        ("taints", &["update_nodes"], "it concerns the nodes that are there"),
        ("password_version", &["scaling_group.login_password"], "it has the password sent"),
        ("scaling", &["scaling_group.desired_size"], "either the service has the size, or the user"),
        (
            "instance_charge_type",
            &["scaling_group.period", "scaling_group.auto_renew"],
            "a subscription has a length; a renewal that the service remembers is not what is configured",
        ),
        ("spot.price_limits", &["scaling_group.spot_strategy"], "the service checks the two against each other"),
    ],
    aside: &["nodepool_info.updated", "status"],
    recorded_as: &[],
    unseen: &[
        ("name_prefix", Unseen::Both, "the name is sent"),
        ("password", Unseen::Recorded, "it is masked"),
        ("password_version", Unseen::Both, "the password is sent"),
        ("skip_destroy", Unseen::Both, "it is Terraform's own"),
        ("timeouts", Unseen::Both, "they are Terraform's own"),
        ("management.auto_upgrade_policy.auto_upgrade_runtime", Unseen::Recorded, "no read shows it"),
        ("management.auto_upgrade_policy.auto_upgrade_os", Unseen::Recorded, "no read shows it"),
    ],
};

static ADDON: Noun = Noun {
    name: "addon",
    samples: samples::addon,
    record: |cluster, _| cluster["addons"]["loongcollector"].clone(),
    left_out: &[
        ("region", SIMULATOR),
        ("cluster_id", "a simulator has one cluster"),
        ("version", "versions only go up; `addon/life.rs` raises it"),
    ],
    otherwise: &[("config", Unset, Updated, "what was set goes back to its default")],
    companions: &[],
    aside: &[],
    recorded_as: &[],
    unseen: &[
        ("skip_destroy", Unseen::Both, "it counts when the add-on is destroyed"),
        ("cleanup_cloud_resources", Unseen::Both, "it counts when the add-on is destroyed"),
        ("resolve_conflicts_on_create", Unseen::Both, "it is the provider's own"),
        ("resolve_conflicts_on_update", Unseen::Both, "it is the provider's own"),
        ("timeouts", Unseen::Both, "they are Terraform's own"),
    ],
};

static AUTO_REPAIR_POLICY: Noun = Noun {
    name: "auto_repair_policy",
    samples: samples::auto_repair_policy,
    record: |cluster, object| {
        let id = object.state().get("id").and_then(Value::as_str).unwrap_or_default();
        cluster["auto_repair_policies"][id].clone()
    },
    left_out: &[("region", SIMULATOR), ("cluster_id", "a simulator has one cluster")],
    otherwise: &[
        ("rules.incidents.name", Emptied, Updated, ANY_TEXT),
        ("rules.incidents.type", Emptied, Updated, ANY_TEXT),
        ("rules.repair_procedure.name", Emptied, Updated, ANY_TEXT),
        ("rules.repair_procedure.intervention.inquiring_label.key", Emptied, Updated, ANY_TEXT),
        ("rules.repair_procedure.intervention.inquiring_label.value", Emptied, Updated, ANY_TEXT),
        ("rules.repair_procedure.intervention.approved_label.key", Emptied, Updated, ANY_TEXT),
        ("rules.repair_procedure.intervention.approved_label.value", Emptied, Updated, ANY_TEXT),
    ],
    companions: &[],
    aside: &[],
    recorded_as: &[],
    unseen: &[("timeouts", Unseen::Both, "they are Terraform's own")],
};

/// All at once, because most of them wait.
#[tokio::test(flavor = "multi_thread")]
async fn each_attribute_is_changed_alone() -> anyhow::Result<()> {
    let nouns = [&CLUSTER, &NODE_POOL, &ADDON, &AUTO_REPAIR_POLICY];
    assert_eq!(Ack::resources().iter().map(Named::name).collect::<Vec<_>>(), nouns.map(|noun| noun.name));
    let found = futures_util::future::try_join_all(nouns.map(wrong)).await?;
    let mut found = found.concat();
    found.sort();
    assert!(found.is_empty(), "{}", found.join("\n"));
    Ok(())
}
