//! ImportResourceState: makes the first state of an object that exists already.

use super::Server;
use crate::diagnostic::Diagnostics;
use crate::lifecycle::{ImportBy, Stored};
use crate::provider::Provider;

impl<P: Provider> Server<P> {
    /// Reads the id or the identity; the object itself is read by the ReadResource that follows.
    ///
    /// # Errors
    /// The id has another form, or the identity is incomplete.
    pub(crate) fn import(&self, type_name: &str, by: ImportBy) -> Result<Stored, Diagnostics> {
        self.resource(type_name)?.import(by)
    }
}
