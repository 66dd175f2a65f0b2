//! Wrong configuration: each mistake is told at the earliest phase that can know, with the attribute that is wrong and
//! with what to do about it. What only the service knows is in the tests of each resource.

use std::collections::BTreeMap;

use acceptance::{Environment, Run, Simulator, Terraform, Workspace};
use anyhow::Context as _;
use serde_json::Value;

/// A wrong configuration, and what has to be said of it.
struct Mistake {
    /// Attributes over the least that the resource needs, as names and HCL expressions.
    attributes: &'static [(&'static str, &'static str)],
    /// The attribute whose line Terraform shows.
    at: &'static str,
    says: &'static str,
    remedy: &'static str,
}

const fn mistake(
    attributes: &'static [(&'static str, &'static str)],
    at: &'static str,
    says: &'static str,
    remedy: &'static str,
) -> Mistake {
    Mistake { attributes, at, says, remedy }
}

const CLUSTER: [(&str, &str); 5] = [
    ("name", r#""prod""#),
    ("vpc_id", r#""vpc-1""#),
    ("vswitch_ids", r#"["vsw-1"]"#),
    ("network_plugin", r#""flannel""#),
    ("pod_cidr", r#""10.64.0.0/16""#),
];

const CLUSTERS: &[Mistake] = &[
    mistake(
        &[("region", r#""Hangzhou""#)],
        "region",
        "Invalid value for `region`",
        "\"Hangzhou\" is not a region id; give one such as cn-hangzhou",
    ),
    mistake(
        &[("pod_cidr", r#""10.64.0.0""#)],
        "pod_cidr",
        "Invalid value for `pod_cidr`",
        "must be an IPv4 range in CIDR notation, such as \"172.20.0.0/16\"",
    ),
    mistake(
        &[("pod_cidr", r#""10.64.3.0/16""#)],
        "pod_cidr",
        "Invalid value for `pod_cidr`",
        "must begin at the start of its range: write \"10.64.0.0/16\"",
    ),
    mistake(
        &[("pod_cidr", r#""8.8.0.0/16""#)],
        "pod_cidr",
        "Invalid value for `pod_cidr`",
        "must lie within 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16",
    ),
    mistake(
        &[("service_cidr", r#""10.0.0.0/8""#)],
        "service_cidr",
        "Invalid value for `service_cidr`",
        "must have a prefix from /16 to /24, but has /8",
    ),
    mistake(&[("name", "null")], "name", "`name` must have a value", "It is required, but null"),
    mistake(
        &[("vswitch_ids", r#"["vsw-1", null]"#)],
        "vswitch_ids",
        "An element of `vswitch_ids` is null",
        "Each must have a value. Leave out those that have none",
    ),
    mistake(
        &[("pod_cidr", r#""172.16.0.0/12""#)],
        "pod_cidr",
        "`pod_cidr` 172.16.0.0/12 and `service_cidr` 172.19.0.0/20 overlap",
        "Choose ranges that share none, for example \"10.64.0.0/16\" for pods",
    ),
    mistake(
        &[("pod_cidr", r#""192.168.0.0/16""#), ("service_cidr", r#""192.168.16.0/20""#)],
        "pod_cidr",
        "`pod_cidr` 192.168.0.0/16 and `service_cidr` 192.168.16.0/20 overlap",
        "Choose ranges that share none",
    ),
    mistake(
        &[("pod_cidr", r#""10.64.0.0/24""#), ("node_cidr_mask", "23")],
        "node_cidr_mask",
        "A node's part with prefix /23 does not fit into `pod_cidr` 10.64.0.0/24",
        "choose a larger range for all pods, or a longer prefix for a node",
    ),
    mistake(
        &[("pod_cidr", "null")],
        "network_plugin",
        "`network_plugin = \"flannel\"` needs `pod_cidr`",
        "Set `pod_cidr`: it is where pods get their addresses from, such as \"10.64.0.0/16\"",
    ),
    mistake(
        &[("network_plugin", r#""terway-eniip""#), ("pod_vswitch_ids", r#"{ "cn-hangzhou-h" = ["vsw-p"] }"#)],
        "pod_cidr",
        "`pod_cidr` cannot be set together with `network_plugin = \"terway-eniip\"`",
        "Remove it: with this network plugin, pods get their addresses from `pod_vswitch_ids`",
    ),
    mistake(
        &[("auto_upgrade", r#"{ channel = "patch" }"#)],
        "auto_upgrade",
        "`auto_upgrade` needs a Pro cluster",
        "Set `spec` to one of the Pro ones, such as \"ack.pro.small\", or remove `auto_upgrade`",
    ),
    mistake(
        &[("spec", r#""ack.pro.small""#), ("maintenance_window", r#"{ maintenance_time = "03:00:00Z" }"#)],
        "maintenance_window",
        "`maintenance_window` does not say on which days",
        "Set `weekly_period`, such as [\"Saturday\", \"Sunday\"], or `recurrence`",
    ),
    mistake(
        &[("api_server_eip_id", r#""eip-1""#)],
        "api_server_eip_id",
        "`api_server_eip_id` needs `endpoint_public_access = true`",
        "Set `endpoint_public_access = true`, or remove `api_server_eip_id`",
    ),
    mistake(
        &[("security_group_id", r#""sg-1""#), ("is_enterprise_security_group", "true")],
        "security_group_id",
        "`security_group_id` cannot be set together with `is_enterprise_security_group`",
        "Remove one of them",
    ),
    mistake(
        &[("proxy_mode", r#""nftables""#), ("version", r#""1.34""#)],
        "proxy_mode",
        "Kubernetes 1.34 has no proxy mode `nftables`",
        "Choose `ipvs` or `iptables`, or a newer version",
    ),
    mistake(&[("name", r#""under_score""#)], "name", "Invalid value for `name`", "must consist of letters a to z"),
    mistake(
        &[("version", r#""v1.34""#)],
        "version",
        "Invalid value for `version`",
        "must be a Kubernetes version, such as \"1.34\" or \"1.34.1-aliyun.1\"",
    ),
    mistake(&[("spec", r#""ack.pro.huge""#)], "spec", "Invalid value for `spec`", "\"ack.pro.small\""),
    mistake(&[("vswitch_ids", "[]")], "vswitch_ids", "Invalid value for `vswitch_ids`", "must have"),
    mistake(&[("tags", r#"{ "acs:owner" = "me" }"#)], "tags", "Invalid value for `tags`", "acs:"),
    mistake(&[("timezone", r#""""#)], "timezone", "Invalid value for `timezone`", "must not be empty"),
];

const NODE_POOL: [(&str, &str); 4] = [
    ("cluster_id", r#""c1""#),
    ("name", r#""workers""#),
    ("instance_types", r#"["ecs.g7.xlarge"]"#),
    ("vswitch_ids", r#"["vsw-1"]"#),
];

const NODE_POOLS: &[Mistake] = &[
    mistake(
        &[("region", r#""Hangzhou""#)],
        "region",
        "Invalid value for `region`",
        "\"Hangzhou\" is not a region id; give one such as cn-hangzhou",
    ),
    mistake(
        &[("desired_size", "3"), ("scaling", "{ min = 1, max = 5 }")],
        "desired_size",
        "`desired_size` cannot be set together with `scaling`",
        "Remove `desired_size`; for a size to begin with use `initial_size`, for bounds `scaling.min` and `scaling.max`",
    ),
    mistake(
        &[("desired_size", "3"), ("initial_size", "3")],
        "initial_size",
        "`initial_size` cannot be set together with `desired_size`",
        "`desired_size` is the size from the beginning. Remove `initial_size`",
    ),
    mistake(
        &[("scaling", "{ min = 5, max = 1 }")],
        "scaling",
        "`scaling.min` is above `scaling.max`",
        "It is 5, and `scaling.max` is 1. Lower the one or raise the other",
    ),
    mistake(
        &[("scaling", "{ min = 1, max = 5 }"), ("initial_size", "6")],
        "initial_size",
        "`initial_size` is outside the limits of `scaling`",
        "It is 6, and the limits are 1 to 5",
    ),
    mistake(
        &[("password", r#""Secret-4711""#), ("password_version", "1"), ("key_pair", r#""operations""#)],
        "password",
        "`password` cannot be set together with `key_pair`",
        "Remove one of them",
    ),
    mistake(
        &[("password", r#""secret4711""#), ("password_version", "1")],
        "password",
        "Invalid value for `password`",
        "must have at least three of: upper case letters, lower case letters, digits, special characters",
    ),
    mistake(
        &[("password", r#""Secret-4711""#), ("password_version", "1"), ("management", "{}")],
        "password",
        "A managed node pool has no password login",
        "Use `key_pair`, or remove `management`",
    ),
    mistake(
        &[("password", r#""Secret-4711""#)],
        "password",
        "`password` needs `password_version`",
        "Set both, or none",
    ),
    mistake(
        &[("spot", r#"{ strategy = "SpotWithPriceLimit" }"#)],
        "spot",
        "`SpotWithPriceLimit` needs `price_limits`",
        "Set the highest price an hour for each instance type, or use `SpotAsPriceGo`",
    ),
    mistake(
        &[("spot", r#"{ strategy = "SpotAsPriceGo", compensate_with_on_demand = true }"#)],
        "spot",
        "`spot.compensate_with_on_demand` needs `multi_az_policy = \"COST_OPTIMIZED\"`",
        "Set that policy, or remove it",
    ),
    mistake(&[("name", r#""wörker""#)], "name", "Invalid value for `name`", "must consist of letters a to z"),
    mistake(
        &[("auto_renew", "true")],
        "auto_renew",
        "`auto_renew` needs a subscription",
        "It only counts with `instance_charge_type = \"PrePaid\"`. Set that, or remove it",
    ),
];

const ADDON: [(&str, &str); 2] = [("cluster_id", r#""c1""#), ("name", r#""loongcollector""#)];

const ADDONS: &[Mistake] = &[
    mistake(
        &[("region", r#""Hangzhou""#)],
        "region",
        "Invalid value for `region`",
        "\"Hangzhou\" is not a region id; give one such as cn-hangzhou",
    ),
    mistake(
        &[("config", r#""{ \"sls_project_name\": \"logs\"""#)],
        "config",
        "Invalid value for `config`",
        "must be JSON, but at line 1, column 28 it is not; use jsonencode()",
    ),
    mistake(
        &[("config", r#"jsonencode(["logs"])"#)],
        "config",
        "Invalid value for `config`",
        "must be a JSON object such as jsonencode({ key = \"value\" })",
    ),
    mistake(&[("name", r#""""#)], "name", "Invalid value for `name`", "must not be empty"),
    mistake(&[("version", r#""""#)], "version", "Invalid value for `version`", "must not be empty"),
];

/// A resource, the least that it needs, and what can be wrong with it.
type Noun = (&'static str, &'static [(&'static str, &'static str)], &'static [Mistake]);

const NOUNS: [Noun; 3] =
    [("ack_cluster", &CLUSTER, CLUSTERS), ("ack_node_pool", &NODE_POOL, NODE_POOLS), ("ack_addon", &ADDON, ADDONS)];

fn resource(noun: &str, label: &str, least: &[(&str, &str)], attributes: &[(&str, &str)]) -> String {
    let all: BTreeMap<_, _> = least.iter().chain(attributes).copied().collect();
    let lines: String = all.iter().map(|(name, value)| format!("  {name} = {value}\n")).collect();
    format!("resource \"{noun}\" \"{label}\" {{\n{lines}}}\n\n")
}

/// The diagnostics of `validate -json`, as they are shown: of which resource, at which line, what.
fn diagnostics(run: &Run) -> anyhow::Result<Vec<(String, String, String)>> {
    let mut answer: Value = serde_json::from_str(&run.stdout).with_context(|| format!("no JSON\n{run}"))?;
    let text = |value: &Value| value.as_str().unwrap_or_default().trim().to_owned();
    let all = answer["diagnostics"].as_array_mut().context("no diagnostics")?;
    let shown = all.iter().map(|told| {
        (
            text(&told["snippet"]["context"]),
            text(&told["snippet"]["code"]),
            format!("{}\n{}", text(&told["summary"]), text(&told["detail"])),
        )
    });
    Ok(shown.collect())
}

/// R31: schema and validation ask nothing of the service and need no credentials. What is wrong with the configuration
/// alone is told by `validate`, at the attribute and with the remedy.
#[test]
fn wrong_configuration_is_told_by_validate_without_credentials_or_network() -> anyhow::Result<()> {
    for terraform in Terraform::one_for_tests() {
        let simulator = Simulator::start()?;
        let mut workspace = Workspace::initialised(terraform, &simulator)?;
        for variable in ["ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET"] {
            workspace.environment_mut().unset(variable);
        }
        let schema = workspace.run(&["providers", "schema", "-json"]).assert_success();
        assert!(NOUNS.iter().all(|(noun, ..)| schema.stdout.contains(noun)), "{schema}");
        let right: String = NOUNS.iter().map(|(noun, least, _)| resource(noun, "right", least, &[])).collect();
        workspace.write("right.tf", &right);
        let _ = workspace.validate().assert_success();

        let cases = || {
            NOUNS.iter().flat_map(|(noun, least, mistakes)| {
                mistakes.iter().enumerate().map(move |(i, mistake)| (*noun, format!("wrong_{i}"), *least, mistake))
            })
        };
        let wrong: String =
            cases().map(|(noun, label, least, mistake)| resource(noun, &label, least, mistake.attributes)).collect();
        workspace.write("wrong.tf", &wrong);
        let run = workspace.run(&["validate", "-json", "-no-color"]).assert_failure();
        let told = diagnostics(&run)?;
        for (noun, label, _, mistake) in cases() {
            let context = format!("resource \"{noun}\" \"{label}\"");
            let of_it: Vec<_> = told.iter().filter(|(shown, ..)| *shown == context).collect();
            let is_told = of_it.iter().any(|(_, line, text)| {
                line.starts_with(&format!("{} =", mistake.at))
                    && text.contains(mistake.says)
                    && text.contains(mistake.remedy)
            });
            assert!(is_told, "{context} {:?}: {of_it:#?}", mistake.attributes);
        }
        assert!(told.iter().all(|(context, ..)| !context.contains("\"right\"")), "{told:#?}");
        assert_eq!(simulator.requests()?.len(), 0, "something was asked of the service");
    }
    Ok(())
}

/// Credentials that are missing or wrong, and an endpoint that is not there, are told by the plan that needs an answer.
#[test]
fn a_service_that_cannot_be_asked_is_told_by_the_plan() -> anyhow::Result<()> {
    for terraform in Terraform::one_for_tests() {
        let simulator = Simulator::start()?;
        let mut workspace = Workspace::initialised(terraform, &simulator)?;
        workspace.write("main.tf", &resource("ack_cluster", "main", &CLUSTER, &[("version", r#""1.35""#)]));
        let whole: Environment = workspace.environment().clone();
        let cases: [(&str, Option<&str>, &[&str]); 5] = [
            (
                "ALIBABA_CLOUD_ACCESS_KEY_ID",
                None,
                &["The provider has no `access_key_id`", "or set ALIBABA_CLOUD_ACCESS_KEY_ID"],
            ),
            (
                "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
                None,
                &["The provider has no `access_key_secret`", "or set ALIBABA_CLOUD_ACCESS_KEY_SECRET"],
            ),
            (
                "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
                Some("a-wrong-secret"),
                &["SignatureDoesNotMatch", "check ALIBABA_CLOUD_ACCESS_KEY_SECRET", "Request id: "],
            ),
            ("ALIBABA_CLOUD_REGION", None, &["The provider has no `region`", "or set ALIBABA_CLOUD_REGION"]),
            // A port that nothing can listen on.
            (
                "ACK_ENDPOINT",
                Some("http://127.0.0.1:1"),
                &["annot connect to http://127.0.0.1:1", "check that the endpoint and the region are right"],
            ),
        ];
        for (variable, value, phrases) in cases {
            let environment = workspace.environment_mut();
            environment.extend(&whole);
            match value {
                Some(value) => environment.set(variable, value),
                None => environment.unset(variable),
            }
            let mut run = workspace.plan().assert_failure().assert_silent_about("a-wrong-secret");
            for phrase in phrases {
                run = run.assert_says(phrase);
            }
        }
        let operations: Vec<_> = simulator.requests()?.into_iter().map(|request| request.operation).collect();
        assert_eq!(operations, ["DescribeKubernetesVersionMetadata"], "only the wrong secret got as far as that");

        // A node pool and an add-on of a cluster that is there already.
        for (noun, least) in [("ack_node_pool", &NODE_POOL[..]), ("ack_addon", &ADDON)] {
            workspace.write("main.tf", &resource(noun, "main", least, &[]));
            workspace.environment_mut().extend(&whole);
            let _ = workspace.plan().assert_says("Warning: There is no cluster c1");
            workspace.environment_mut().set("ACK_ENDPOINT", "http://127.0.0.1:1");
            let _ = workspace.plan().assert_failure().assert_says("annot connect to http://127.0.0.1:1");
        }
    }
    Ok(())
}
