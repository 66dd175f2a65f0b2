//! Kubernetes versions that the service offers.

use serde::Deserialize;

use crate::request::Request;
use crate::{Client, Error, JsonObject, operations, wire};

/// What to list (DescribeKubernetesVersionMetadata), in the client's region.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KubernetesVersionQuery {
    /// `ManagedKubernetes` or `Kubernetes`. Required by the service.
    pub cluster_type: String,
    /// `Default` (default), `Edge`, `Serverless`, ...
    pub profile: Option<String>,
    /// One version only; then `mode` counts for nothing.
    pub kubernetes_version: Option<String>,
    /// `creatable` (default) or `supported`.
    pub mode: Option<String>,
    /// Also say what the version can be upgraded to; only together with a version.
    pub query_upgradable_version: Option<bool>,
    /// Only images for this container runtime.
    pub runtime: Option<String>,
}

/// A Kubernetes version.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct KubernetesVersion {
    /// Full version, such as `1.34.1-aliyun.1`.
    #[serde(deserialize_with = "wire::or_default")]
    pub version: String,
    /// Clusters can be created with it.
    pub creatable: Option<bool>,
    /// Day of its release.
    pub release_date: Option<String>,
    /// Day on which its support ends.
    pub expiration_date: Option<String>,
    /// Versions it can be upgraded to; filled only if asked for.
    #[serde(deserialize_with = "wire::or_default")]
    pub upgradable_versions: Vec<String>,
    /// Container runtimes.
    #[serde(deserialize_with = "wire::or_default")]
    pub runtimes: Vec<Runtime>,
    /// Images of nodes.
    #[serde(deserialize_with = "wire::or_default")]
    pub images: Vec<NodeImage>,
    /// What it can do; free form.
    pub capabilities: Option<JsonObject>,
}

/// A container runtime.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Runtime {
    /// `containerd`, `Sandboxed-Container.runv` or `docker`.
    pub name: Option<String>,
    /// Version.
    pub version: Option<String>,
}

/// An image of nodes.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct NodeImage {
    /// Id.
    pub image_id: Option<String>,
    /// Name.
    pub image_name: Option<String>,
    /// `AliyunLinux3`, `ContainerOS`, ...
    pub image_type: Option<String>,
    /// `system`, `self`, `others` or `marketplace`.
    pub image_category: Option<String>,
    /// `Linux` or `Windows`.
    pub os_type: Option<String>,
    /// Version of the operating system.
    pub os_version: Option<String>,
    /// `AliyunLinux`, `CentOS`, ...
    pub platform: Option<String>,
    /// `x86_64` or `arm64`.
    pub architecture: Option<String>,
}

impl Client {
    /// Lists Kubernetes versions with images, runtimes, dates and upgrade targets (DescribeKubernetesVersionMetadata).
    pub async fn describe_kubernetes_version_metadata(
        &self,
        query: &KubernetesVersionQuery,
    ) -> Result<Vec<KubernetesVersion>, Error> {
        let what = [("Region", self.region()), ("ClusterType", query.cluster_type.as_str())];
        let request = Request::of(&operations::DESCRIBE_KUBERNETES_VERSION_METADATA, &what)
            .query("Profile", query.profile.as_deref())
            .query("KubernetesVersion", query.kubernetes_version.as_deref())
            .query("Mode", query.mode.as_deref())
            .query("QueryUpgradableVersion", query.query_upgradable_version)
            .query("runtime", query.runtime.as_deref());
        self.send(&request).await
    }
}
