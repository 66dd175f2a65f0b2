//! What has a name.

/// Something that a provider offers under a name.
pub trait Named {
    /// The name without the provider's prefix.
    fn name(&self) -> &'static str;
}
