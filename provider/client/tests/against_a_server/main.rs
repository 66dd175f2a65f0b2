//! The client against a small HTTP server that plays the service: what is on the wire, and what the client makes of it.

#![allow(clippy::unwrap_used, reason = "all of this crate is tests")]

mod calls;
mod connections;
mod exchange;
mod hostile;
mod log;
mod requests;
mod server;
mod shared;
