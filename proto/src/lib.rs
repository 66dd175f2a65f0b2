//! The wire between Terraform and a provider, and nothing else: the messages and services of the Terraform plugin
//! protocol 6.11, of go-plugin (the process layer under it) and of gRPC's health check.
//!
//! The code is generated from the `.proto` files of this crate and committed, so that building needs no protobuf
//! compiler. After a change to one of them, write it anew with `UPDATE=1 cargo test -p tfplugin --test regenerate`.
//!
//! - Bytes are [`bytes::Bytes`]: what a message carries is not copied out of the buffer it was read from.
//! - Maps are ordered, so the same schema is always the same bytes.
//! - The streams of [`v6::provider_server::Provider`] are boxed and every call has a default answer: `Unimplemented`.
//! - Messages that carry configuration, state or private data may hold secrets, so their `Debug` shows sizes only.
//! - The feature `client` adds the calling side of every service, for tests that play Terraform.

mod redacted;

/// Generated code speaks for itself where the `.proto` file has no comment.
macro_rules! generated {
    ($(#[$doc:meta])* $name:ident, $file:literal) => {
        $(#[$doc])*
        #[allow(missing_docs, unreachable_pub, clippy::all, clippy::semicolon_if_nothing_returned)]
        pub mod $name {
            include!(concat!("generated/", $file));
        }
    };
}

generated!(
    /// Terraform plugin protocol 6.11, package `tfplugin6`.
    v6,
    "tfplugin6.rs"
);
generated!(
    /// What go-plugin runs beside the provider, package `plugin`.
    go_plugin,
    "plugin.rs"
);
generated!(
    /// gRPC's health check, package `grpc.health.v1`.
    health,
    "grpc.health.v1.rs"
);
