//! The client against a small HTTP server that plays the service: what is on the wire, and what the client makes of it.

#![allow(clippy::unwrap_used, reason = "all of this crate is tests")]

mod addons;
mod calls;
mod connections;
mod exchange;
mod fields;
mod hostile;
mod log;
mod node_pools;
mod requests;
mod server;
