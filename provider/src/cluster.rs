//! `ack_cluster`: a Kubernetes cluster.

mod absorb;
mod create;
mod delete;
mod fields;
mod import;
mod maintenance;
mod network;
mod plan;
mod read;
mod resource;
mod tags;
mod taken;
mod twin;
mod update;
mod upgrade;
mod validate;
pub(crate) mod version;

pub(crate) use resource::{Cluster, Spec};

#[cfg(test)]
mod tests;
