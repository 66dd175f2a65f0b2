//! What can be installed. Names are the service's; version numbers are samples, see the assumptions.

use serde_json::{Value, json};

/// An add-on that is on offer.
#[derive(Debug)]
pub(super) struct Addon {
    pub(super) name: &'static str,
    /// `core`, `network`, `security`, `storage`, `monitor` or `application`.
    pub(super) category: &'static str,
    /// Newest first.
    pub(super) versions: &'static [&'static str],
    /// Required by the cluster: it cannot be uninstalled.
    pub(super) system: bool,
    /// Every new managed cluster gets it.
    pub(super) by_default: bool,
    /// The keys that the service adds to a config, with their defaults, as JSON.
    defaults: &'static str,
}

const fn addon(
    name: &'static str,
    category: &'static str,
    versions: &'static [&'static str],
    defaults: &'static str,
) -> Addon {
    Addon { name, category, versions, system: false, by_default: false, defaults }
}

/// One that is required, and comes by itself unless it depends on the chosen network.
const fn system(
    name: &'static str,
    category: &'static str,
    versions: &'static [&'static str],
    by_default: bool,
    defaults: &'static str,
) -> Addon {
    Addon { name, category, versions, system: true, by_default, defaults }
}

/// One that comes by itself and may be removed.
const fn preinstalled(
    name: &'static str,
    category: &'static str,
    versions: &'static [&'static str],
    defaults: &'static str,
) -> Addon {
    Addon { name, category, versions, system: false, by_default: true, defaults }
}

const CATALOGUE: [Addon; 48] = [
    system("kube-apiserver", "core", &["v1.36.2-aliyun.1"], true, "{}"),
    system("kube-controller-manager", "core", &["v1.36.2-aliyun.1"], true, "{}"),
    system("kube-scheduler", "core", &["v1.36.2-aliyun.1"], true, "{}"),
    system("cloud-controller-manager", "core", &["v2.12.1", "v2.11.2"], true, "{}"),
    system("managed-kube-proxy", "core", &["v1.36.2-aliyun.1"], true, "{}"),
    system(
        "coredns",
        "network",
        &["v1.12.1.3-a5bd1a3-aliyun", "v1.11.3.5-5321daf49-aliyun"],
        true,
        r#"{"ComputeResource":"","ReplicaCount":"2"}"#,
    ),
    system(
        "flannel",
        "network",
        &["v0.15.1.24-b4d1b2c-aliyun", "v0.15.1.23-9ab2c1d-aliyun"],
        false,
        r#"{"Backend":"VPC"}"#,
    ),
    system(
        "terway-eniip",
        "network",
        &["v1.15.2", "v1.14.4"],
        false,
        r#"{"ENITrunking":"true","IPVlan":"false","NetworkPolicy":"false"}"#,
    ),
    system("terway-controlplane", "network", &["v1.15.2", "v1.14.4"], false, r#"{"ENITrunking":"true"}"#),
    system("terway", "network", &["v1.5.6", "v1.4.8"], false, "{}"),
    system("terway-eni", "network", &["v1.5.6", "v1.4.8"], false, "{}"),
    addon("ack-node-local-dns", "network", &["1.6.1", "1.5.15"], "{}"),
    addon(
        "nginx-ingress-controller",
        "network",
        &["v1.12.6-aliyun.1", "v1.11.5-aliyun.1", "v1.9.3-aliyun.1"],
        r#"{"IngressSlbNetworkType":"internet"}"#,
    ),
    addon(
        "alb-ingress-controller",
        "network",
        &["v2.18.2", "v2.17.0"],
        r#"{"albIngress":{"CreateDefaultALBConfig":false}}"#,
    ),
    addon("mse-ingress-controller", "network", &["1.1.17", "1.1.5"], "{}"),
    addon("gateway-api", "network", &["v1.3.0", "v1.2.0"], "{}"),
    preinstalled("csi-plugin", "storage", &["v1.34.1", "v1.33.2"], "{}"),
    preinstalled("csi-provisioner", "storage", &["v1.34.1", "v1.33.2"], "{}"),
    addon("managed-csiprovisioner", "storage", &["v1.34.1", "v1.33.2"], "{}"),
    preinstalled(
        "storage-operator",
        "storage",
        &["v1.33.1", "v1.32.2"],
        r#"{"CnfsNasEnable":"false","CnfsOssEnable":"false"}"#,
    ),
    preinstalled("metrics-server", "monitor", &["v0.3.9.7-d6ce9e3-aliyun", "v0.3.9.4-ff225cd-aliyun"], "{}"),
    addon("alicloud-monitor-controller", "monitor", &["v1.9.3", "v1.8.8"], "{}"),
    addon("ack-node-problem-detector", "monitor", &["1.2.24", "1.2.16"], r#"{"sls_project_name":""}"#),
    addon("arms-prometheus", "monitor", &["1.1.31", "1.1.11"], "{}"),
    addon("ack-onepilot", "monitor", &["5.1.1", "5.0.1"], "{}"),
    addon("ack-cost-exporter", "monitor", &["1.0.20", "1.0.15"], "{}"),
    addon("ack-alibaba-cloud-metrics-adapter", "monitor", &["1.3.7", "1.3.5"], "{}"),
    addon(
        "loongcollector",
        "monitor",
        &["v3.1.6-aliyun.1", "v3.0.12-aliyun.1"],
        r#"{"IngressDashboardEnabled":"false","sls_project_name":""}"#,
    ),
    addon(
        "logtail-ds",
        "monitor",
        &["v1.8.9.0-aliyun", "v1.0.29.1-0550501-aliyun"],
        r#"{"IngressDashboardEnabled":"false","sls_project_name":""}"#,
    ),
    addon("cluster-autoscaler", "application", &["v1.9.1-2d3a1b5-aliyun", "v1.3.1-bcf13de9-aliyun"], "{}"),
    addon("ack-goatscaler", "application", &["v0.5.2-6b12a10-aliyun", "v0.4.8-1f29d2c-aliyun"], "{}"),
    addon("ack-kubernetes-cronhpa-controller", "application", &["v1.4.2", "v1.4.1"], "{}"),
    addon("gatekeeper", "security", &["v3.18.2.85-g0b5b6d9-aliyun", "v3.17.1.80-gd2e5a1b-aliyun"], "{}"),
    addon("security-inspector", "security", &["v0.16.0.3-gb0aeb5a-aliyun", "v0.13.0.2-g5f8c2a1-aliyun"], "{}"),
    addon("ack-pod-identity-webhook", "security", &["0.1.3", "0.1.1"], "{}"),
    addon(
        "managed-aliyun-acr-credential-helper",
        "security",
        &["v25.05.23.1-7a5c1d2-aliyun", "v23.02.06.2-74e2172-aliyun"],
        r#"{"AcrInstanceInfo":[]}"#,
    ),
    addon("ack-nvidia-device-plugin", "application", &["0.4.1", "0.3.3"], "{}"),
    addon("ack-erdma-controller", "network", &["v0.3.1", "v0.2.2"], "{}"),
    addon("managed-coredns", "network", &["v1.12.1.3-a5bd1a3-aliyun"], "{}"),
    addon("ack-helm-manager", "application", &["v1.2.1", "v1.1.9"], "{}"),
    addon("ack-keda", "application", &["v2.17.0", "v2.16.1"], "{}"),
    addon("ack-koordinator", "application", &["v1.6.0-ack1.2", "v1.5.0-ack1.14"], "{}"),
    addon("ack-kruise", "application", &["1.8.0", "1.7.3"], "{}"),
    addon("ack-virtual-node", "application", &["v2.15.0", "v2.13.0"], "{}"),
    addon(
        "aliyun-acr-credential-helper",
        "security",
        &["v25.05.23.1-7a5c1d2-aliyun", "v23.02.06.2-74e2172-aliyun"],
        "{}",
    ),
    addon("logtail-ds-docker", "monitor", &["v1.8.9.0-aliyun", "v1.0.29.1-0550501-aliyun"], "{}"),
    addon("alibaba-log-controller", "monitor", &["v0.7.1", "v0.6.9"], "{}"),
    addon("migrate-controller", "application", &["v1.9.0-3a1c2b4-aliyun", "v1.8.1-187f707-aliyun"], "{}"),
];

pub(super) fn all() -> &'static [Addon] {
    &CATALOGUE
}

pub(super) fn find(name: &str) -> Option<&'static Addon> {
    all().iter().find(|addon| addon.name == name)
}

impl Addon {
    /// One of which nothing is known.
    pub(super) const fn stranger() -> Self {
        addon("", "application", &[], "{}")
    }

    pub(super) fn newest(&self) -> &'static str {
        self.versions.first().copied().unwrap_or_default()
    }

    pub(super) fn default_config(&self) -> Value {
        serde_json::from_str(self.defaults).expect("the catalogue's JSON is tested")
    }

    /// The versions newer than `version`, newest first; all when it is not among them.
    pub(super) fn newer_than(&self, version: &str) -> &'static [&'static str] {
        let position = self.versions.iter().position(|known| *known == version);
        &self.versions[..position.unwrap_or(self.versions.len())]
    }

    /// The catalogue's answer, without the versions.
    pub(super) fn answer(&self) -> Value {
        let actions = if self.system {
            json!(["upgrade", "modify"])
        } else {
            json!(["install", "upgrade", "modify", "uninstall"])
        };
        json!({
            "name": self.name,
            "version": self.newest(),
            "category": self.category,
            "architecture": ["amd64", "arm64"],
            "install_by_default": self.by_default,
            "managed": self.category == "core",
            "supported_actions": actions,
            "config_schema": self.config_schema(),
        })
    }

    /// A JSON schema, as text, with the keys that have defaults.
    fn config_schema(&self) -> String {
        let defaults = self.default_config();
        let properties: serde_json::Map<_, _> = defaults
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, default)| {
                let kind = match default {
                    Value::Bool(_) => "boolean",
                    Value::Number(_) => "number",
                    Value::Array(_) => "array",
                    Value::Object(_) => "object",
                    _ => "string",
                };
                (name.clone(), json!({"type": kind, "default": default}))
            })
            .collect();
        json!({"type": "object", "properties": properties}).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_is_complete() {
        for addon in all() {
            assert!(addon.default_config().is_object(), "{}", addon.name);
            assert!(!addon.newest().is_empty());
            assert_eq!(find(addon.name).unwrap().category, addon.category, "{} is there twice", addon.name);
        }
    }
}
