//! As long as nothing goes wrong: create, import, change, upgrade, replace, destroy.

use std::collections::BTreeMap;

use acceptance::{Action, Target, Terraform};
use anyhow::Context as _;
use serde_json::{Value, json};

use crate::scene::{MAIN, Scene, UNPROTECTED};

/// The planned change of the cluster, as `terraform show -json` has it.
fn planned_change(plan: &Value) -> Value {
    let changes = plan["resource_changes"].as_array().map(Vec::as_slice).unwrap_or_default();
    changes.iter().find(|change| change["address"] == MAIN).map(|change| change["change"].clone()).unwrap_or_default()
}

/// The attributes whose planned values are not known, or not wholly.
fn unknown_attributes(change: &Value) -> Vec<String> {
    fn has_unknown(value: &Value) -> bool {
        match value {
            Value::Bool(unknown) => *unknown,
            Value::Array(items) => items.iter().any(has_unknown),
            Value::Object(fields) => fields.values().any(has_unknown),
            _ => false,
        }
    }
    let after = change["after_unknown"].as_object();
    after.into_iter().flatten().filter(|(_, value)| has_unknown(value)).map(|(name, _)| name.clone()).collect()
}

/// What a data source reads of the cluster of the scene is what the resource has in the state, and one of another id is
/// looked for in vain.
fn the_data_source_tells_the_same(scene: &Scene) -> anyhow::Result<()> {
    let read =
        |id: &str| scene.workspace.write("data.tf", &format!("data \"ack_cluster\" \"same\" {{\n  id = {id}\n}}\n"));
    read("ack_cluster.main.id");
    scene.workspace.converge();
    let own = scene.workspace.resource(MAIN).context("the resource")?;
    let seen = scene.workspace.resource("data.ack_cluster.same").context("the data source")?;
    let seen = seen.as_object().context("an object")?;
    assert!(seen.contains_key("current_version") && !seen.contains_key("timeouts"), "{seen:?}");
    for (name, value) in seen.iter().filter(|(name, _)| !own[*name].is_null()) {
        assert_eq!(*value, own[name], "{name}");
    }
    read("\"c0\"");
    let run = scene.workspace.plan().assert_failure().assert_says("There is no such cluster");
    let _ = run.assert_says("looked for by `region` as the provider has it, `id = \"c0\"`");
    scene.workspace.write("data.tf", "");
    Ok(())
}

/// R01, R02: what is created with the least of a configuration leaves nothing to do, and neither does importing it.
#[test]
fn a_minimal_cluster_leaves_nothing_to_do_and_is_imported_in_every_form() -> anyhow::Result<()> {
    for terraform in Terraform::all_for_tests() {
        let scene = Scene::open(terraform, &[("network_plugin", "null")])?;
        scene.workspace.assert_planned(&[(MAIN, Action::Create)]);
        let asked: Vec<_> = scene.simulator.requests()?.into_iter().map(|request| request.operation).collect();
        let expected = ["DescribeKubernetesVersionMetadata", "DescribeClustersForRegion"];
        assert_eq!(asked, expected, "the plan of a creation asks what can be created, and which names are taken");
        scene.workspace.converge();

        let writes = scene.simulator.take_writes()?;
        let [(create, body), protect] = writes.as_slice() else { panic!("{writes:?}") };
        let mut body = body.clone();
        let token = body.as_object_mut().and_then(|fields| fields.remove("client_token"));
        assert!(token.is_some_and(|token| token.is_string()), "a creation without a client token");
        assert_eq!(create, "CreateCluster");
        assert_eq!(
            body,
            json!({
                "name": "prod", "region_id": "cn-hangzhou", "cluster_type": "ManagedKubernetes", "profile": "Default",
                "cluster_spec": "ack.standard", "vpcid": "vpc-1", "vswitch_ids": ["vsw-1", "vsw-2"],
                "container_cidr": "10.64.0.0/16", "service_cidr": "172.19.0.0/20", "endpoint_public_access": false,
                "addons": [{"name": "flannel"}],
            })
        );
        assert_eq!(*protect, ("ModifyCluster".to_owned(), json!({"deletion_protection": true})));

        let id = scene.id();
        assert_eq!(scene.simulator.cluster()?["id"], json!(id));
        the_data_source_tells_the_same(&scene)?;
        scene.simulator.clear_requests()?;
        for form in [id.clone(), format!("cn-hangzhou:{id}")] {
            scene.workspace.reimport(MAIN, &form);
            scene.workspace.assert_plan_empty();
            assert_eq!(scene.id(), id);
        }
        for region in ["", "region = \"cn-hangzhou\"\n"] {
            let identity = scene.workspace.reimport_by_identity(MAIN, &format!("{region}id = \"{id}\""));
            assert!(identity.is_none_or(|identity| identity == json!({"region": "cn-hangzhou", "id": id})));
        }

        let _ = scene.workspace.forget(MAIN).assert_success();
        let run = scene.workspace.import(MAIN, &format!("prod:cn-hangzhou:{id}")).assert_failure();
        let _ = run.assert_says("The ID must have the form `[<region>:]<id>`");
        let run = scene.workspace.import(MAIN, "c0").assert_failure();
        let _ = run.assert_says("Cannot import non-existent remote object");
        assert_eq!(scene.simulator.take_writes()?, [], "an import changes nothing");
    }
    Ok(())
}

/// R13: protection is on by default and stops destroy and replacement before anything is sent; without it, a setting
/// that is fixed replaces the cluster, says so, and the old one is gone.
#[test]
fn deletion_protection_stops_destroy_and_replacement_when_they_are_planned() -> anyhow::Result<()> {
    for terraform in Terraform::all_for_tests() {
        let scene = Scene::applied(terraform, &[])?;
        let old = scene.id();
        assert_eq!(scene.simulator.cluster()?["detail"]["deletion_protection"], json!(true));
        scene.simulator.clear_requests()?;

        let other_services = ("service_cidr", r#""172.20.0.0/20""#);
        let unlock = "set `deletion_protection = false`, apply that first";
        let run = scene.workspace.plan_with(&["-destroy"]).assert_failure();
        let _ = run.assert_says("`deletion_protection` stops the destroy of this cluster").assert_says(unlock);
        // To switch it off in the same run is too late: what counts is what is.
        for attributes in [&[other_services][..], &[other_services, UNPROTECTED]] {
            scene.configure(attributes);
            let run = scene.workspace.plan().assert_failure();
            let _ = run
                .assert_says("`deletion_protection` stops the replacement of this cluster")
                .assert_says("`service_cidr` (the addresses of services are fixed when the cluster is created)")
                .assert_says(unlock);
        }
        assert_eq!(scene.simulator.take_writes()?, []);

        scene.configure(&[UNPROTECTED]);
        scene.workspace.assert_planned(&[(MAIN, Action::Update)]);
        let _ = scene.workspace.apply().assert_success();
        assert_eq!(
            scene.simulator.take_writes()?,
            [("ModifyCluster".to_owned(), json!({"deletion_protection": false}))]
        );
        assert_eq!(scene.id(), old);

        scene.configure(&[other_services, UNPROTECTED]);
        let change = planned_change(&scene.workspace.plan_json());
        assert_eq!(change["actions"], json!(["delete", "create"]));
        assert_eq!(change["replace_paths"], json!([["service_cidr"]]));
        scene.workspace.converge();
        let new = scene.simulator.cluster()?;
        assert_ne!(new["id"], json!(old), "it was not replaced");
        assert_eq!(new["detail"]["service_cidr"], json!("172.20.0.0/20"));
        scene.destroy()?;
    }
    Ok(())
}

/// From Pro there is no way back to Basic but a new cluster, which the plan says.
#[test]
fn from_pro_to_basic_replaces_and_from_basic_to_pro_does_not() -> anyhow::Result<()> {
    for terraform in Terraform::all_for_tests() {
        let scene = Scene::applied(terraform, &[UNPROTECTED])?;
        let id = scene.id();
        scene.simulator.clear_requests()?;
        scene.configure(&[("spec", r#""ack.pro.xlarge""#), UNPROTECTED]);
        scene.workspace.assert_planned(&[(MAIN, Action::Update)]);
        scene.workspace.converge();
        let writes = scene.simulator.take_writes()?;
        let [(migrate, _), resize] = writes.as_slice() else { panic!("{writes:?}") };
        assert_eq!(migrate, "MigrateCluster");
        assert_eq!(*resize, ("ModifyCluster".to_owned(), json!({"cluster_spec": "ack.pro.xlarge"})));
        assert_eq!(scene.id(), id);

        scene.configure(&[UNPROTECTED]);
        scene.workspace.assert_planned(&[(MAIN, Action::Replace)]);
        let run = scene.workspace.plan();
        assert_eq!(run.exit_code, Some(2), "{run}");
        let _ = run
            .assert_says("A Pro cluster cannot become a Basic one")
            .assert_says("leave `spec` at \"ack.pro.xlarge\"");
        scene.destroy()?;
    }
    Ok(())
}

/// R03, R16: a change in place sends its own keys and no other, leaves the rest of the cluster as it was, and keeps
/// everything known that does not change.
#[test]
fn a_change_in_place_sends_only_its_own_keys() -> anyhow::Result<()> {
    for terraform in Terraform::all_for_tests() {
        let tags = ("tags", r#"{ team = "a", cost = "1" }"#);
        let scene = Scene::applied(terraform, &[tags, UNPROTECTED])?;
        let id = scene.id();
        let endpoint = scene.state("api_server_intranet_endpoint");
        assert!(endpoint.as_str().is_some_and(|url| url.starts_with("https://")), "{endpoint}");
        let before = scene.simulator.cluster()?;
        scene.simulator.clear_requests()?;

        scene.configure(&[("name", r#""prod-2""#), tags, UNPROTECTED]);
        let change = planned_change(&scene.workspace.plan_json());
        assert_eq!(change["actions"], json!(["update"]));
        assert_eq!(unknown_attributes(&change), [""; 0], "all of it is known");
        assert_eq!(change["after"]["id"], json!(id));
        assert_eq!(change["after"]["api_server_intranet_endpoint"], endpoint);
        let _ = scene.workspace.apply().assert_success();
        assert_eq!(scene.simulator.take_writes()?, [("ModifyCluster".to_owned(), json!({"cluster_name": "prod-2"}))]);
        let mut after = scene.simulator.cluster()?;
        assert_eq!(after["detail"]["name"], "prod-2");
        for field in ["name", "updated"] {
            after["detail"][field] = before["detail"][field].clone();
        }
        assert_eq!(after, before, "something else has changed");

        scene.simulator.clear_requests()?;
        let tags = ("tags", r#"{ team = "b", cost = "1" }"#);
        let timezone = ("timezone", r#""Asia/Tokyo""#);
        scene.configure(&[("name", r#""prod-2""#), timezone, tags, UNPROTECTED]);
        scene.workspace.assert_planned(&[(MAIN, Action::Update)]);
        scene.workspace.converge();
        let writes = scene.simulator.take_writes()?;
        let [modify, (tag, body)] = writes.as_slice() else { panic!("{writes:?}") };
        assert_eq!(*modify, ("ModifyCluster".to_owned(), json!({"timezone": "Asia/Tokyo"})));
        assert_eq!((tag.as_str(), &body["tags"]), ("TagResources", &json!([{"key": "team", "value": "b"}])));
        assert_eq!(scene.id(), id);
        scene.destroy()?;
    }
    Ok(())
}

/// Attributes that only a creation takes.
const CREATE_ONLY: [(&str, &str); 10] = [
    ("pod_cidr", "null"),
    ("network_plugin", r#""terway-eniip""#),
    ("pod_vswitch_ids", r#"{ "cn-hangzhou-h" = ["vsw-p2", "vsw-p1"] }"#),
    ("service_cidr", r#""192.168.0.0/20""#),
    ("proxy_mode", r#""iptables""#),
    ("cluster_domain", r#""prod.local""#),
    ("load_balancer_id", r#""lb-1""#),
    ("snat_entry", "true"),
    ("encryption_provider_key", r#""key-1""#),
    ("type", r#""managed""#),
];

/// Attributes that have a value also when nobody writes one.
const CHOSEN: [(&str, &str); 6] = [
    ("spec", r#""ack.pro.2xlarge""#),
    ("version", r#""1.35""#),
    ("security_group_id", r#""sg-1""#),
    ("timezone", r#""Asia/Tokyo""#),
    ("resource_group_id", r#""rg-1""#),
    ("region", r#""cn-hangzhou""#),
];

/// Attributes that can be taken away again.
const REMOVABLE: [(&str, &str); 7] = [
    ("endpoint_public_access", "true"),
    ("api_server_eip_id", r#""eip-1""#),
    ("extra_sans", r#"["b.example.com", "a.example.com"]"#),
    ("tags", r#"{ team = "a", empty = "" }"#),
    (
        "maintenance_window",
        r#"{ maintenance_time = "03:00:00Z", duration = "2h", weekly_period = ["Sunday", "Monday"] }"#,
    ),
    ("auto_upgrade", r#"{ channel = "stable" }"#),
    ("timeouts", r#"{ create = "30m" }"#),
];

/// R01, R05, R10: everything that a Pro cluster with Terway can have reaches the service; whatever can be taken away is
/// taken away there; and what only a creation takes, and no answer shows, is no reason to replace an imported cluster.
#[test]
fn everything_is_set_and_what_is_optional_is_unset() -> anyhow::Result<()> {
    for terraform in Terraform::all_for_tests() {
        let everything = [&[UNPROTECTED][..], &CREATE_ONLY, &CHOSEN, &REMOVABLE].concat();
        let scene = Scene::applied(terraform, &everything)?;
        let cluster = scene.simulator.cluster()?;
        let (detail, settings) = (&cluster["detail"], &cluster["settings"]);
        for (field, expected) in [
            ("cluster_spec", json!("ack.pro.2xlarge")),
            ("current_version", json!("1.35.7-aliyun.1")),
            ("security_group_id", json!("sg-1")),
            ("timezone", json!("Asia/Tokyo")),
            ("resource_group_id", json!("rg-1")),
            ("service_cidr", json!("192.168.0.0/20")),
            ("proxy_mode", json!("iptables")),
            ("cluster_domain", json!("prod.local")),
            ("extra_sans", json!(["a.example.com", "b.example.com"])),
            ("operation_policy", json!({"cluster_auto_upgrade": {"enabled": true, "channel": "stable"}})),
        ] {
            assert_eq!(detail[field], expected, "{field}");
        }
        let window = &detail["maintenance_window"];
        assert_eq!(window["weekly_period"], "Monday,Sunday");
        assert_eq!((&window["enable"], &window["duration"]), (&json!(true), &json!("2h")));
        let users: Vec<_> = tags_of(detail).into_iter().filter(|(key, _)| key != "ack.aliyun.com").collect();
        assert_eq!(users, [("empty".to_owned(), String::new()), ("team".to_owned(), "a".to_owned())]);
        assert_eq!(settings["load_balancer_id"], "lb-1");
        assert_eq!(settings["api_server_eip_id"], "eip-1");
        assert_eq!(settings["kms_key_id"], "key-1");
        assert!(settings["nat_gateway_id"].is_string(), "{settings}");
        let terway = cluster["addons"]["terway-eniip"].to_string();
        assert!(terway.contains("vsw-p1") && terway.contains("vsw-p2"), "{terway}");
        assert!(scene.state("api_server_endpoint").is_string());
        assert_eq!(scene.state("current_version"), "1.35.7-aliyun.1");

        // An import finds what can be found; the rest is written down without any effect on the cluster.
        let id = scene.id();
        scene.workspace.reimport(MAIN, &id);
        for (attribute, expected) in [
            ("network_plugin", json!("terway-eniip")),
            ("pod_vswitch_ids", json!({"cn-hangzhou-h": ["vsw-p2", "vsw-p1"]})),
            ("load_balancer_id", json!("lb-1")),
            ("snat_entry", json!(true)),
            ("api_server_eip_id", json!("eip-1")),
            ("encryption_provider_key", json!("key-1")),
        ] {
            assert_eq!(scene.state(attribute), expected, "{attribute} after the import");
        }
        scene.simulator.clear_requests()?;
        scene.workspace.assert_planned(&[(MAIN, Action::Update)]);
        let _ = scene.workspace.apply().assert_success();
        assert_eq!(scene.simulator.take_writes()?, [], "there was nothing to change");
        scene.workspace.assert_plan_empty();

        scene.configure(&[&[UNPROTECTED][..], &CREATE_ONLY, &CHOSEN].concat());
        scene.workspace.assert_planned(&[(MAIN, Action::Update)]);
        scene.workspace.converge();
        let cluster = scene.simulator.cluster()?;
        let (detail, settings) = (&cluster["detail"], &cluster["settings"]);
        assert_eq!(cluster["id"], json!(id));
        assert_eq!(detail["maintenance_window"]["enable"], false);
        assert_eq!(detail["operation_policy"]["cluster_auto_upgrade"]["enabled"], false);
        assert_eq!(detail["extra_sans"], json!([]));
        assert_eq!(tags_of(detail).into_keys().collect::<Vec<_>>(), ["ack.aliyun.com"]);
        assert_eq!((&settings["api_server_eip_id"], &settings["public_address"]), (&Value::Null, &Value::Null));
        assert_eq!(scene.state("api_server_endpoint"), Value::Null);

        // Attributes with a value of their own keep the one they have.
        scene.configure(&[&[UNPROTECTED, CHOSEN[0]][..], &CREATE_ONLY[..4]].concat());
        scene.workspace.assert_plan_empty();
        scene.destroy()?;
    }
    Ok(())
}

/// The tags of a cluster as the service has them.
fn tags_of(detail: &Value) -> BTreeMap<String, String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let tags = detail["tags"].as_array();
    tags.into_iter().flatten().map(|tag| (text(&tag["key"]), text(&tag["value"]))).collect()
}

/// R12: what the service adds or reorders is no difference; what somebody changed is one, and only that is sent back.
#[test]
fn additions_and_order_of_the_service_are_no_difference_and_drift_is() -> anyhow::Result<()> {
    for terraform in Terraform::all_for_tests() {
        let attributes = [
            ("tags", r#"{ team = "a", cost = "1" }"#),
            ("extra_sans", r#"["b.example.com", "a.example.com"]"#),
            ("timezone", r#""Asia/Shanghai""#),
            UNPROTECTED,
        ];
        let scene = Scene::applied(terraform, &attributes)?;
        let target = Target::cluster(&scene.id());
        let tag = |key: &str, value: &str| json!({"key": key, "value": value});
        scene.simulator.mutate(
            &target,
            &json!({
                "vswitch_ids": ["vsw-2", "vsw-1"], "extra_sans": ["b.example.com", "a.example.com"],
                "tags": [tag("team", "a"), tag("acs:added", "1"), tag("sae.do.not.delete.1", "1"), tag("cost", "1"), tag("ack.aliyun.com", "c1")],
                "parameters": {"added": "1"}, "a_field_of_tomorrow": true,
            }),
        )?;
        scene.workspace.assert_plan_empty();

        scene.simulator.clear_requests()?;
        scene.simulator.mutate(
            &target,
            &json!({
                "timezone": "Asia/Tokyo",
                "tags": [tag("team", "b"), tag("stranger", "x"), tag("ack.aliyun.com", "c1")],
            }),
        )?;
        let change = planned_change(&scene.workspace.plan_json());
        assert_eq!(change["actions"], json!(["update"]));
        assert_eq!(change["before"]["timezone"], "Asia/Tokyo");
        assert_eq!(change["before"]["tags"], json!({"team": "b", "stranger": "x"}));
        scene.workspace.converge();
        let writes = scene.simulator.take_writes()?;
        let operations: Vec<_> = writes.iter().map(|(operation, _)| operation.as_str()).collect();
        assert_eq!(operations, ["ModifyCluster", "UntagResources", "TagResources"]);
        assert_eq!(writes[0].1, json!({"timezone": "Asia/Shanghai"}));
        let tags = tags_of(&scene.simulator.cluster()?["detail"]);
        let expected = [("cost", "1"), ("team", "a")].map(|(key, value)| (key.to_owned(), value.to_owned()));
        let users: Vec<_> = tags.into_iter().filter(|(key, _)| key != "ack.aliyun.com").collect();
        assert_eq!(users, expected);
        scene.destroy()?;
    }
    Ok(())
}

/// R18: an upgrade goes through every minor version; what no upgrade reaches is told by the plan. R44: a version that the
/// service moved beyond, or that is lowered, is no difference. What is refused can be destroyed as the error says.
#[test]
fn versions_go_up_minor_by_minor_and_never_back() -> anyhow::Result<()> {
    for terraform in Terraform::all_for_tests() {
        let version = |text| [("version", text), UNPROTECTED];
        let scene = Scene::open(terraform, &version(r#""1.20""#))?;
        let run = scene.workspace.plan().assert_failure();
        let _ = run
            .assert_says("No cluster can be created with Kubernetes 1.20")
            .assert_says("newest first: 1.36.2-aliyun.1, 1.36.1-aliyun.1, 1.35.7-aliyun.1")
            .assert_says("version = \"1.20\"");

        scene.configure(&version(r#""1.34.1-aliyun.1""#));
        let _ = scene.workspace.apply().assert_success();
        let id = scene.id();
        scene.simulator.mutate(&Target::cluster(&id), &json!({"current_version": "1.34.6-aliyun.1"}))?;
        let newer = "The cluster has Kubernetes 1.34.6-aliyun.1, which is newer than";
        for (text, warned) in [(r#""1.34.1-aliyun.1""#, true), (r#""1.33""#, true), (r#""1.34""#, false)] {
            scene.configure(&version(text));
            let run = scene.workspace.plan();
            assert_eq!((run.exit_code, run.words().contains(newer)), (Some(0), warned), "{run}");
        }

        scene.simulator.clear_requests()?;
        for (text, says) in [
            (r#""1.40""#, "The cluster cannot be upgraded to Kubernetes 1.40"),
            (r#""1.35.9-aliyun.1""#, "The cluster cannot be upgraded to Kubernetes 1.35.9-aliyun.1"),
        ] {
            scene.configure(&version(text));
            let run = scene.workspace.plan().assert_failure();
            let _ = run.assert_says(says).assert_says(&format!("version = {text}"));
        }
        assert_eq!(scene.simulator.take_writes()?, []);

        scene.configure(&version(r#""1.36""#));
        let change = planned_change(&scene.workspace.plan_json());
        assert_eq!(change["actions"], json!(["update"]));
        assert_eq!(unknown_attributes(&change), ["current_version"]);
        assert_eq!(change["after"]["id"], json!(id));
        scene.workspace.converge();
        let step = |to: &str| ("UpgradeCluster".to_owned(), json!({"next_version": to, "master_only": true}));
        assert_eq!(scene.simulator.take_writes()?, [step("1.35.7-aliyun.1"), step("1.36.2-aliyun.1")]);
        assert_eq!((scene.state("version"), scene.state("current_version")), (json!("1.36"), json!("1.36.2-aliyun.1")));

        // An import has the version as it was written; and without one, nothing differs either.
        scene.workspace.reimport(MAIN, &id);
        assert_eq!(scene.state("version"), "1.36");
        for text in [r#""1.36""#, r#""1.36.2-aliyun.1""#, r#""1.35""#, "null"] {
            scene.configure(&version(text));
            scene.workspace.assert_plan_empty();
        }

        scene.configure(&version(r#""1.40""#));
        let run = scene.workspace.destroy().assert_failure().assert_says("cannot be upgraded to Kubernetes 1.40");
        let _ = run.assert_says("To destroy the cluster as it is, run `terraform destroy -refresh=false`.");
        let destroy = ["destroy", "-auto-approve", "-no-color", "-refresh=false"];
        let _ = scene.workspace.run(&destroy).assert_success().assert_says("1 destroyed");
        assert_eq!(scene.simulator.clusters()?, [Value::Null; 0]);
    }
    Ok(())
}
