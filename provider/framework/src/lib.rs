//! A framework for Terraform and OpenTofu providers in Rust.
//!
//! One documented struct is an object's schema, its state, its documentation and its validation; the framework makes
//! plans of it, drives its life, and speaks Terraform's plugin protocol 6.
//!
//! | you write | the framework does |
//! |---|---|
//! | a struct with `#[derive(Resource)]` | schema, documentation, validation, decoding and encoding of state |
//! | [`Lifecycle`] for it: the calls that are its own | the order of things: ids saved first, tasks awaited, reads verified, busy retried, time limits, interrupts |
//! | [`Provider`]: its block and the list of resources | every call of the protocol |
//! | `main`: [`serve::run`] with [`Server`] | the process: handshake, mutual TLS, logs, signals, shutdown |
//!
//! `examples/notes` is a provider that uses every feature; `acceptance/tests/framework/README.md` says which of them is
//! tested on which version of Terraform and OpenTofu.

extern crate self as tf_provider;

pub mod action;
pub mod bound;
pub mod conformance;
pub mod data_source;
mod declaration;
pub mod diagnostic;
pub mod docs;
pub mod document;
pub mod ephemeral;
pub mod fault;
pub mod function;
mod kind;
#[cfg(feature = "kit")]
pub mod kit;
pub mod lifecycle;
pub mod list;
pub mod model;
mod moved;
pub mod name_prefix;
mod named;
mod operation;
pub mod path;
pub mod plan;
pub mod private;
mod progress;
pub mod provider;
pub mod resource;
pub mod schema;
pub mod serve;
pub mod server;
mod service;
pub mod value;
mod wire;

pub use tf_provider_derive::{
    Action, DataSource, EphemeralResource, Function, ListResource, Model, Resource, StringEnum,
};

pub use crate::action::{Action, Invoke, Reporter};
pub use crate::bound::Bound;
pub use crate::data_source::{DataSource, Read};
pub use crate::declaration::Resource;
pub use crate::diagnostic::{Diagnostic, Diagnostics, Severity};
pub use crate::document::Document;
pub use crate::ephemeral::{EphemeralResource, Open};
pub use crate::fault::{Fault, FaultKind};
pub use crate::function::{Call, Function, WrongArgument};
pub use crate::list::{Found, List, ListResource};
pub use crate::model::{AttributeValue, Computed, Field, Json, Maybe, Model, OptionalComputed, Set, View};
pub use crate::moved::Moved;
pub use crate::operation::Context;
pub use crate::path::Path;
pub use crate::plan::Plan;
pub use crate::progress::Progress;
pub use crate::provider::{Actions, DataSources, EphemeralResources, Functions, ListResources, Provider, Resources};
pub use crate::resource::Lifecycle;
pub use crate::server::Server;
pub use crate::service::Service;
