//! The declaration of a resource: all that its derive writes, and nothing of its life.

use std::time::Duration;

use crate::model::Model;

/// One attribute of a resource's identity. It is an attribute of the resource with the same name and type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IdentityAttribute {
    /// The attribute's name.
    pub name: &'static str,
    /// Whether an import must give it. Otherwise the provider fills it in.
    pub required: bool,
}

/// How long each operation may take when the user sets no `timeouts`. `None`: the user cannot set one either.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Timeouts {
    /// For create.
    pub create: Option<Duration>,
    /// For read.
    pub read: Option<Duration>,
    /// For update.
    pub update: Option<Duration>,
    /// For delete.
    pub delete: Option<Duration>,
}

/// The declaration of a resource; derived from a struct with `#[derive(Resource)]`.
pub trait Resource: Model {
    /// The name without the provider's prefix.
    const NAME: &'static str;
    /// What people call one object, for messages: "api key".
    const SPOKEN: &'static str;
    /// The version of the stored state.
    const VERSION: i64 = 0;
    /// The version of the stored identity.
    const IDENTITY_VERSION: i64 = 0;
    /// What identifies an object for good, in the order of the import id.
    const IDENTITY: &'static [IdentityAttribute];
    /// Default time limits.
    const TIMEOUTS: Timeouts;
    /// The boolean attribute that, while true, stops destroy and replace at plan time.
    const PROTECTED_BY: Option<&'static str> = None;
}
