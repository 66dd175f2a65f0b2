//! One feature after the other, as a user of the example provider would use it.

pub(crate) mod actions;
pub(crate) mod data;
pub(crate) mod deprecation;
pub(crate) mod ephemeral;
pub(crate) mod functions;
pub(crate) mod generate;
pub(crate) mod identity;
pub(crate) mod list;
pub(crate) mod moved;
pub(crate) mod resources;
pub(crate) mod unknown;
pub(crate) mod upgrade;
