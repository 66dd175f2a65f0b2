//! The driver: the order of things in the life of every resource, once for all of them.

mod apply;
mod contract;
mod create;
mod delete;
pub(crate) mod drift;
mod driver;
mod existing;
mod generate;
mod identity;
mod import;
mod notes;
mod plan;
mod read;
mod timeouts;
mod update;

pub use self::contract::{ApplyRequest, Deferral, DynResource, ImportBy, Outcome, PlanRequest, PlanResponse, Stored};
pub use self::driver::Driver;
pub(crate) use self::existing::Existing;
#[cfg(feature = "kit")]
pub(crate) use self::existing::restricted;
pub(crate) use self::timeouts::default_text as default_timeout;
pub use crate::operation::{Context, validate_object};
