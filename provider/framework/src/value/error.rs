//! What is wrong with a value, and where.

use super::{MAX_DEPTH, Type};
use crate::path::{Path, Step};

/// A value that is not what its type says, or bytes that are no value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}{reason}", prefix(path))]
pub struct ValueError {
    /// Where in the value the mistake is.
    pub path: Path,
    /// What is wrong there, and what was expected. Never contains the value.
    pub reason: String,
}

fn prefix(path: &Path) -> String {
    if path.is_root() { String::new() } else { format!("{path}: ") }
}

impl ValueError {
    pub(crate) fn new(reason: impl Into<String>) -> Self {
        Self { path: Path::root(), reason: reason.into() }
    }

    pub(super) fn expected(ty: &Type, found: &str) -> Self {
        Self::new(format!("expected {ty}, found {found}"))
    }

    pub(super) fn missing() -> Self {
        Self::new("is missing; every attribute must be present, as null when it is not set")
    }

    pub(super) fn unsupported() -> Self {
        Self::new("is not an attribute of this object; remove it or check its spelling")
    }

    pub(super) fn twice() -> Self {
        Self::new("is given twice; remove one of them")
    }

    pub(super) fn too_deep() -> Self {
        Self::new(format!("values are nested more than {MAX_DEPTH} levels deep"))
    }

    pub(super) fn tuple_length(expected: usize, found: usize) -> Self {
        Self::new(format!("expected a tuple of {expected} elements, found {found}"))
    }

    pub(super) fn dynamic_of_dynamic() -> Self {
        Self::new("a dynamic value must carry a type other than dynamic")
    }

    /// The same mistake, seen from the value around it.
    pub(super) fn inside(self, step: Step) -> Self {
        Self { path: self.path.inside(step), reason: self.reason }
    }
}
