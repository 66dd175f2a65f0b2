//! MoveResourceState: takes over the object of another resource type.

use super::Server;
use crate::diagnostic::Diagnostics;
use crate::lifecycle::Stored;
use crate::provider::Provider;
use crate::resource::Moved;

impl<P: Provider> Server<P> {
    /// Takes over an object; one of the same type, under another address of this provider, is brought up to date.
    ///
    /// # Errors
    /// The target type is unknown, or takes over no such object.
    pub(crate) fn take_over(&self, target: &str, source: &Moved) -> Result<Stored, Diagnostics> {
        let resource = self.resource(target)?;
        let own = P::ADDRESS.split_once('/').map_or(P::ADDRESS, |(_, rest)| rest);
        if !source.is(own, target) {
            return resource.take_over(source);
        }
        let state = resource.upgrade(source.version, source.state.to_string().as_bytes())?;
        Ok(Stored { state, identity: crate::value::Value::Null, private: source.private.clone() })
    }
}
