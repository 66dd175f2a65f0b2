//! A typed look at an object that may still hold unknown values.

use std::fmt;
use std::marker::PhantomData;

use super::{AttributeValue, Model};
use crate::path::Path;
use crate::value::Value;

/// A value as it stands while a plan is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Maybe<T> {
    /// Not set.
    Null,
    /// Set, but not known before apply.
    Unknown,
    /// Known.
    Known(T),
}

impl<T> Maybe<T> {
    /// The value if it is known.
    pub fn known(self) -> Option<T> {
        match self {
            Self::Known(value) => Some(value),
            _ => None,
        }
    }

    /// Whether it is not set.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Whether it is not known before apply.
    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown)
    }

    /// Whether it is known to be set. What is unknown may come to be null.
    pub fn is_set(&self) -> bool {
        matches!(self, Self::Known(_))
    }

    /// The same state with another value.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Maybe<U> {
        match self {
            Self::Null => Maybe::Null,
            Self::Unknown => Maybe::Unknown,
            Self::Known(value) => Maybe::Known(f(value)),
        }
    }
}

impl<T> From<Option<T>> for Maybe<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Self::Known)
    }
}

/// The name of an attribute together with its type: what the derives make of each field, as `Model::FIELD`.
pub struct Field<M, T> {
    name: &'static str,
    of: PhantomData<fn(M) -> T>,
}

impl<M, T> Field<M, T> {
    /// The attribute `name` of the model `M`, of type `T`.
    pub const fn new(name: &'static str) -> Self {
        Self { name, of: PhantomData }
    }

    /// The attribute's name.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The path of the attribute, if its model is the top.
    pub fn path(&self) -> Path {
        Path::root().attribute(self.name)
    }
}

impl<M, T> Clone for Field<M, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M, T> Copy for Field<M, T> {}

impl<M, T> From<Field<M, T>> for Path {
    fn from(field: Field<M, T>) -> Self {
        field.path()
    }
}

impl<M, T> fmt::Debug for Field<M, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

static NULL: Value = Value::Null;

/// A typed look at an object of model `M`: configuration, prior state or plan.
pub struct View<'a, M> {
    value: &'a Value,
    path: Path,
    of: PhantomData<fn() -> M>,
}

impl<'a, M: Model> View<'a, M> {
    /// Looks at a whole object.
    pub fn new(value: &'a Value) -> Self {
        Self { value, path: Path::root(), of: PhantomData }
    }

    /// The raw value of an attribute.
    pub fn raw<T>(&self, field: Field<M, T>) -> &'a Value {
        self.value.get(field.name).unwrap_or(if self.value.is_unknown() { self.value } else { &NULL })
    }

    /// An attribute's value. A nested object or a collection counts as unknown while any part of it is.
    pub fn get<T: AttributeValue>(&self, field: Field<M, T>) -> Maybe<T> {
        let value = self.raw(field);
        if value.is_null() {
            return Maybe::Null;
        }
        if T::PRESENCE.is_computed() || value.is_wholly_known() {
            // A value of another type was already reported against the schema: nothing more can be said of it here.
            return T::from_value(value.clone(), &self.path(field)).map_or(Maybe::Unknown, Maybe::Known);
        }
        Maybe::Unknown
    }

    /// Whether the attribute is known to be set; parts of it may be unknown. What is unknown may come to be null.
    pub fn is_set<T>(&self, field: Field<M, T>) -> bool {
        !self.is_unset(field) && !self.raw(field).is_unknown()
    }

    /// Whether the attribute is known to be null.
    pub fn is_unset<T>(&self, field: Field<M, T>) -> bool {
        self.raw(field).is_null()
    }

    /// A look into a nested object. Null if that is null, unknown everywhere if that is unknown.
    pub fn nested<N: Model>(&self, field: Field<M, N>) -> View<'a, N> {
        View { value: self.raw(field), path: self.path(field), of: PhantomData }
    }

    /// Whether the object itself is null.
    pub fn is_null(&self) -> bool {
        self.value.is_null()
    }

    /// The path of an attribute, from the top of the configuration.
    pub fn path<T>(&self, field: Field<M, T>) -> Path {
        self.path.attribute(field.name)
    }
}
