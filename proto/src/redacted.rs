//! `Debug` for the messages that may hold secrets: a configuration, a state or a provider's private data.
//!
//! The generator leaves `Debug` out for them (the list is in `tests/regenerate.rs`, where a test keeps it complete),
//! and so a stray `{:?}` in a log line cannot give a password away.

use std::fmt;

use crate::{go_plugin, v6};

impl fmt::Debug for v6::DynamicValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DynamicValue({} bytes)", self.msgpack.len() + self.json.len())
    }
}

impl fmt::Debug for v6::RawState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RawState({} bytes)", self.json.len())
    }
}

macro_rules! name_only {
    ($($message:ty => $name:literal,)*) => {
        $(impl fmt::Debug for $message {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct($name).finish_non_exhaustive()
            }
        })*
    };
}

name_only! {
    v6::read_resource::Request => "ReadResource.Request",
    v6::read_resource::Response => "ReadResource.Response",
    v6::plan_resource_change::Request => "PlanResourceChange.Request",
    v6::plan_resource_change::Response => "PlanResourceChange.Response",
    v6::apply_resource_change::Request => "ApplyResourceChange.Request",
    v6::apply_resource_change::Response => "ApplyResourceChange.Response",
    v6::import_resource_state::ImportedResource => "ImportResourceState.ImportedResource",
    v6::move_resource_state::Request => "MoveResourceState.Request",
    v6::move_resource_state::Response => "MoveResourceState.Response",
    v6::open_ephemeral_resource::Response => "OpenEphemeralResource.Response",
    v6::renew_ephemeral_resource::Request => "RenewEphemeralResource.Request",
    v6::renew_ephemeral_resource::Response => "RenewEphemeralResource.Response",
    v6::close_ephemeral_resource::Request => "CloseEphemeralResource.Request",
    v6::read_state_bytes::Response => "ReadStateBytes.Response",
    v6::write_state_bytes::RequestChunk => "WriteStateBytes.RequestChunk",
    go_plugin::StdioData => "StdioData",
}
