//! Rust types as attribute values: what a documented struct means to Terraform, and back.
//!
//! The type of a field says who writes it: `T` the user must, `Option<T>` the user may, [`Computed<T>`] the service
//! does, [`OptionalComputed<T>`] either.

mod any;
mod json;
mod presence;
mod scalar;
mod view;

use std::collections::BTreeMap;

pub use self::json::Json;
pub use self::presence::{Computed, OptionalComputed, Set};
pub use self::view::{Field, Maybe, View};

use crate::path::Path;
use crate::schema::binding::Document;
use crate::schema::{Attribute, Check, Kind, Presence};
use crate::value::{Value, ValueError};

/// Which words stand in an object, or in what it holds, that mean something only in some places. The derives refuse the
/// others with it, where the tokens of a type do not tell what is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Words {
    /// `write_only`.
    pub write_only: bool,
    /// `replace` or `may_replace`.
    pub replace: bool,
    /// `keep`, `keep_unless`, `unread` or `read_once`.
    pub keep: bool,
    /// `default`.
    pub default: bool,
    /// Values that the service may write.
    pub computed: bool,
    /// `write_only`, `replace` or `may_replace` in the elements of a set.
    pub lost_in_set: bool,
}

impl Words {
    /// None of them.
    pub const NONE: Self =
        Self { write_only: false, replace: false, keep: false, default: false, computed: false, lost_in_set: false };

    /// Those of two members of an object. What is lost in a set is told at the set, not once more around it.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self {
            write_only: self.write_only || other.write_only,
            replace: self.replace || other.replace,
            keep: self.keep || other.keep,
            default: self.default || other.default,
            computed: self.computed || other.computed,
            lost_in_set: false,
        }
    }

    /// Those of a set with elements of these.
    #[must_use]
    pub const fn in_set(self) -> Self {
        Self { lost_in_set: self.lost_in_set || self.write_only || self.replace, ..self }
    }

    /// Whether one is only for an object with a life of its own.
    pub const fn has_life(self) -> bool {
        self.write_only || self.replace || self.keep
    }
}

/// A type that can stand as the value of an attribute.
pub trait AttributeValue: Sized + Clone + Send + Sync + 'static {
    /// Who writes a field of this type.
    const PRESENCE: Presence = Presence::Required;
    /// Whether a value of this type must never be shown.
    const SENSITIVE: bool = false;
    /// Whether it has a place for a value that is not known yet.
    const TAKES_UNKNOWN: bool = false;
    /// The words in the objects that it holds.
    const WORDS: Words = Words::NONE;

    /// The type without the wrapper that says who writes it.
    type Inner: AttributeValue;

    /// What the schema says of it.
    fn kind() -> Kind;

    /// Rules that follow from the type alone.
    fn checks() -> Vec<Check> {
        Vec::new()
    }

    /// Rules that follow from the type alone, and whose breach is only warned of; see [`Attribute::doubts`].
    fn doubts() -> Vec<Check> {
        Vec::new()
    }

    /// Whether two different values mean the same; see [`Attribute::same`].
    fn same() -> Option<fn(&Value, &Value) -> bool> {
        None
    }

    /// Reads a value that is known. Null and unknown are legal only where the type has a place for them.
    ///
    /// # Errors
    /// The value is of another type, null or unknown.
    fn from_value(value: Value, path: &Path) -> Result<Self, ValueError>;

    /// The value as Terraform sees it.
    fn to_value(&self) -> Value;

    /// A stand-in for a value that is not there yet, in the state of an object that was just imported.
    fn blank() -> Self;
}

/// A type that can stand in an identity: text, a whole number, a bool, or a list of those.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be part of an identity",
    label = "not text, a whole number, a bool, or a list of those",
    note = "identify the object by attributes of type `String`, `i64` or `bool`"
)]
pub trait Identifying {}

impl Identifying for String {}
impl Identifying for i64 {}
impl Identifying for bool {}
impl<T: Identifying> Identifying for Option<T> {}
impl<T: Identifying> Identifying for Computed<T> {}
impl<T: Identifying> Identifying for OptionalComputed<T> {}
impl<T: Identifying> Identifying for Vec<T> {}

/// A documented struct: the attributes of a resource, of the provider block, or of a nested object.
///
/// Derived, never written by hand: `#[derive(Model)]` for nested objects, `#[derive(Resource)]` for resources.
pub trait Model: Sized + Clone + Send + Sync + 'static {
    /// The struct's documentation.
    const DESCRIPTION: &'static str;
    /// Why the user should stop using the kind that this declares, and what to use instead.
    const DEPRECATED: Option<&'static str> = None;

    /// The calls of the service whose documents the attributes stand in, from `#[api(...)]` on the struct.
    const OPERATIONS: &'static [(Document, &'static str)] = &[];

    /// The attributes in the order of the fields.
    fn attributes() -> Vec<Attribute>;

    /// Reads an object. A member that is null where the type wants a value becomes the type's blank: a configuration
    /// like that is refused before, but an import knows no more than the identity, and the state of an older version
    /// does not know what came since.
    ///
    /// # Errors
    /// A member is of another type, or unknown.
    fn from_members(members: BTreeMap<String, Value>, path: &Path) -> Result<Self, ValueError>;

    /// All members, as Terraform sees them.
    fn to_members(&self) -> BTreeMap<String, Value>;
}

/// Reads the member `name` of an object; used by the derives.
///
/// # Errors
/// The member is of another type, or unknown.
pub fn take_member<T: AttributeValue>(
    members: &mut BTreeMap<String, Value>,
    name: &str,
    path: &Path,
) -> Result<T, ValueError> {
    let value = members.remove(name).unwrap_or(Value::Null);
    if value.is_null() && T::PRESENCE == Presence::Required {
        return Ok(T::blank());
    }
    T::from_value(value, &path.attribute(name))
}

fn mismatch(value: &Value, expected: &str, path: &Path) -> ValueError {
    ValueError { path: path.clone(), reason: format!("must be {expected}, but is {}", value.kind_name()) }
}
