//! A kit that plays Terraform's core against a provider, inside a test: it makes the calls that core makes, in core's
//! order, with the values that core would send, and holds every answer to the rules that core enforces.
//!
//! It works on the wire: calls go through the generated client and server of the protocol, schemas are those that the
//! provider answers. So it judges a provider whatever that is written with, in this process ([`Core::start`]) or in one of
//! its own ([`Core::attach`]).
//!
//! ```no_run
//! # async fn test(provider: impl tfplugin::v6::provider_server::Provider) -> Result<(), Box<dyn std::error::Error>> {
//! use serde_json::json;
//! use tf_provider::kit::Core;
//!
//! let core = Core::start(provider, json!({"region": "somewhere"})).await?;
//! let mut shelf = core.resource("books_shelf")?;
//! // Validate, plan, apply, plan again (which must be empty), read.
//! shelf.converge(&json!({"name": "poetry"})).await?;
//! shelf.converge(&json!({"name": "prose"})).await?;
//! shelf.check_import(&[]).await?;
//! shelf.check_remade(&[]).await?;
//! shelf.destroy().await?;
//! # Ok(())
//! # }
//! ```
//!
//! Data sources, ephemeral resources, lists, actions, functions and moves have a method of [`Core`] each.
//!
//! A rule that is broken, an error of the provider and a plan that is not empty where it must be are a [`Failure`], which
//! says at which step, and what.

mod choices;
mod core;
mod ephemeral;
mod failure;
mod import;
mod object;
mod others;
mod plan;
mod planned;
mod process;
mod proposed;
mod rule;
mod rules;
mod schema;
mod transport;
mod unknowns;
mod wire;

pub use self::choices::Choices;
pub use self::core::Core;
pub use self::ephemeral::Opened;
pub use self::failure::{Failure, Violation};
pub use self::import::Source;
pub use self::object::Object;
pub use self::others::Found;
pub use self::planned::Planned;
pub use self::process::{Caller, Certificate, Handshake, Process};
pub use self::rule::Rule;
pub use self::schema::Schemas;
