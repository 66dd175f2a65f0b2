//! The simulator over its own port, with raw signed requests: nothing here shares a type with it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod addons;
mod auto_repair_policies;
mod client;
mod cluster_changes;
mod clusters;
mod faults;
mod node_pools;
mod old_calls;
mod old_requests;
mod requests;
