//! A plan that was asked for.

use std::collections::BTreeMap;

use bytes::Bytes;

use crate::path::Path;
use crate::value::{Refinement, Value};

/// A plan that keeps to the rules.
#[derive(Clone, Debug)]
pub struct Planned {
    /// The object as it will be.
    pub state: Value,
    /// The paths that force a new object.
    pub replace: Vec<Path>,
    /// Warnings of the provider.
    pub warnings: Vec<String>,
    pub(super) config: Value,
    pub(super) identity: Value,
    pub(super) private: Bytes,
    pub(super) prior: Value,
    /// What the provider promised of attributes that are not known yet.
    pub(super) promises: BTreeMap<String, Refinement>,
    /// The plan of the new object, if there has to be one.
    pub(super) create: Option<Box<Planned>>,
}

/// What a plan does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    Nothing,
    Create,
    Update,
    Replace,
    Destroy,
}

impl Planned {
    /// The destroy, as core plans it for providers that do not.
    pub(super) fn destroy(before: &Before) -> Self {
        let (identity, private) = (before.identity.clone(), before.private.clone());
        let (state, config, prior) = (Value::Null, Value::Null, before.state.clone());
        let promises = BTreeMap::new();
        Self {
            state,
            replace: Vec::new(),
            warnings: Vec::new(),
            config,
            identity,
            private,
            prior,
            promises,
            create: None,
        }
    }

    pub(super) fn action(&self) -> Action {
        match () {
            () if self.create.is_some() => Action::Replace,
            () if self.prior == self.state => Action::Nothing,
            () if self.prior.is_null() => Action::Create,
            () if self.state.is_null() => Action::Destroy,
            () => Action::Update,
        }
    }

    /// A path forces a new object only if its value changes; core cannot see that of a write-only one.
    pub(super) fn is_changed(&self, path: &Path) -> bool {
        let known = |value: &Value| value.at(path).is_some_and(|value| !value.is_null());
        let write_only = !known(&self.prior) && !known(&self.state) && known(&self.config);
        write_only || self.prior.at(path) != self.state.at(path)
    }
}

/// What a plan begins with.
pub(super) struct Before {
    pub(super) state: Value,
    pub(super) identity: Value,
    pub(super) private: Bytes,
    /// What the first plan of the same change noted.
    pub(super) planned_private: Bytes,
}

impl Before {
    pub(super) fn nothing() -> Self {
        Self { state: Value::Null, identity: Value::Null, private: Bytes::new(), planned_private: Bytes::new() }
    }
}
