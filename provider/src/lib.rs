//! Terraform and OpenTofu provider for Alibaba Cloud Container Service for Kubernetes (ACK).
//!
//! One folder a noun; [`Ack::resources`] is the one list of them. `bridge` is where the client's errors and tasks
//! become Terraform's; `config` is the provider block; `run` is what one run of Terraform has seen so far. `region`,
//! `parent`, `tags`, `checks`, `ids` and `steps` are what more than one noun has.

mod addon;
mod auto_repair_policy;
mod bridge;
mod checks;
mod cluster;
mod config;
mod forms;
mod ids;
mod node_pool;
mod parent;
mod region;
mod run;
mod steps;
mod tags;

use tf_provider::{DataSources, Diagnostics, Provider, Resources, View};

pub use crate::bridge::Connection;
pub use crate::config::Config;

/// The provider.
#[derive(Clone, Copy, Debug)]
pub struct Ack;

impl Provider for Ack {
    type Config = Config;
    type Service = Connection;

    const NAME: &'static str = "ack";
    const ADDRESS: &'static str = "registry.terraform.io/terraform-provider-ack/ack";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");

    fn resources() -> Resources<Connection> {
        Resources::new()
            .with::<cluster::Cluster>()
            .with::<node_pool::NodePool>()
            .with::<addon::Addon>()
            .with::<auto_repair_policy::AutoRepairPolicy>()
    }

    fn data_sources() -> DataSources<Connection> {
        DataSources::new()
            .of::<cluster::Cluster>()
            .of::<node_pool::NodePool>()
            .of::<addon::Addon>()
            .of::<auto_repair_policy::AutoRepairPolicy>()
    }

    fn configure(config: &View<'_, Config>, terraform_version: &str) -> Result<Connection, Diagnostics> {
        config::connect(config, terraform_version, &|name| std::env::var(name).ok())
    }
}
