//! What the driver notes beside a state: what a creation left undone, and what a read or a first plan found out for the
//! plan that follows. Terraform stores the notes with the object and hands them back.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::path::{Path, Step};
use crate::private::Private;
use crate::schema::{Attribute, Kind, Presence};
use crate::value::{Value, json};

const UNFINISHED: &str = ".unfinished";
const MAKE_ANEW: &str = ".make_anew";
const PROTECTED: &str = ".protected";

/// Forgets what was noted about an earlier object, or for an earlier plan.
pub(super) fn forget(private: &mut Private) {
    for note in [UNFINISHED, MAKE_ANEW, PROTECTED] {
        private.set(note, serde_json::Value::Null);
    }
}

/// An object whose create call succeeded, but not all that belongs to its creation.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Unfinished {
    /// What the plan of the creation did not know: it is not known for certain before the creation is finished.
    unknown: Vec<String>,
    /// What the creation was asked for, where another value means a new object.
    asked: BTreeMap<String, serde_json::Value>,
}

impl Unfinished {
    pub(super) fn of_creation(attributes: &[Attribute], planned: &Value) -> Self {
        let mut noted = Self::default();
        for a in attributes {
            let value = planned.get(a.name).unwrap_or(&Value::Null);
            if value.is_unknown() {
                noted.unknown.push(a.name.to_owned());
            } else if may_force(a)
                && !a.sensitive
                && let Some(value) = as_json(a, value)
            {
                noted.asked.insert(a.name.to_owned(), value);
            }
        }
        noted
    }

    pub(super) fn read(private: &Private) -> Option<Self> {
        serde_json::from_value(private.get(UNFINISHED)?.clone()).ok()
    }

    pub(super) fn write(this: Option<&Self>, private: &mut Private) {
        let note = this.and_then(|this| serde_json::to_value(this).ok());
        private.set(UNFINISHED, note.unwrap_or(serde_json::Value::Null));
    }

    /// Makes unknown again what the creation has yet to bring.
    pub(super) fn forget_computed(
        &self,
        attributes: &[Attribute],
        is_identity: impl Fn(&str) -> bool,
        config: &Value,
        prior: &Value,
        planned: &mut Value,
    ) {
        let Value::Object(planned) = planned else { return };
        for a in attributes.iter().filter(|a| self.unknown.iter().any(|name| name == a.name)) {
            let is_null = |object: &Value| object.get(a.name).is_none_or(Value::is_null);
            // What names the object, or cannot change without a new one, is certain once it is known.
            let certain = !is_null(prior) && (is_identity(a.name) || may_force(a));
            if is_null(config) && a.presence.is_computed() && !certain {
                planned.insert(a.name.to_owned(), Value::Unknown);
            }
        }
    }

    /// The attributes that the service has otherwise than the creation asked for, and for which a new object would be
    /// asked for the same again: the service would most likely ignore it again. What the user has changed since then is
    /// not among them.
    pub(super) fn ignored<'a>(
        &self,
        attributes: &'a [Attribute],
        wanted: impl Fn(&Attribute) -> Option<Value>,
        present: &Value,
    ) -> Vec<&'a Attribute> {
        let ignored = |a: &&Attribute| {
            let (Some(asked), Some(wanted)) = (self.asked.get(a.name), wanted(a)) else { return false };
            let present = present.get(a.name).unwrap_or(&Value::Null);
            !present.is_null() && !a.same(present, &wanted) && as_json(a, &wanted).as_ref() == Some(asked)
        };
        attributes.iter().filter(ignored).collect()
    }
}

fn as_json(a: &Attribute, value: &Value) -> Option<serde_json::Value> {
    let bytes = json::encode(value, &a.kind.ty()).ok()?;
    serde_json::from_slice(&bytes).ok()
}

/// Whether a change of the attribute, or of a part of it, may mean a new object.
fn may_force(a: &Attribute) -> bool {
    let inside = match &a.kind {
        Kind::Nested(_, attributes) => attributes.iter().any(may_force),
        Kind::Value(_) => false,
    };
    a.replace.is_some() || a.may_replace.is_some() || inside
}

/// The attribute of the resource that a path begins with.
pub(super) fn top(path: &Path) -> Option<&str> {
    match path.steps().first() {
        Some(Step::Attribute(name)) => Some(name),
        _ => None,
    }
}

/// Why the next plan is to put a new object in the place of this one, although no attribute asks for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MakeAnew {
    /// It is being deleted. The destroy waits for that.
    Deleting,
    /// Its creation, which an earlier apply did not wait for, has failed.
    CreationFailed,
}

impl MakeAnew {
    const NAMES: [(Self, &'static str); 2] = [(Self::Deleting, "deleting"), (Self::CreationFailed, "creation failed")];

    pub(super) fn read(private: &Private) -> Option<Self> {
        let note = private.get(MAKE_ANEW)?.as_str()?;
        Self::NAMES.iter().find(|(_, name)| *name == note).map(|(this, _)| *this)
    }

    pub(super) fn write(this: Option<Self>, private: &mut Private) {
        let name = this.and_then(|this| Self::NAMES.iter().find(|(one, _)| *one == this));
        private.set(MAKE_ANEW, name.map_or(serde_json::Value::Null, |(_, name)| (*name).into()));
    }

    /// The attribute that a plan names as the cause: one that only the service writes, best a part of the identity.
    pub(super) fn cause(attributes: &[Attribute], is_identity: impl Fn(&str) -> bool) -> Option<&Attribute> {
        let mut computed = attributes.iter().filter(|a| a.presence == Presence::Computed);
        let first = computed.clone().next();
        computed.find(|a| is_identity(a.name)).or(first)
    }
}

/// The note that the first of two plans leaves to the second, which sees nothing else of the old object.
pub(super) fn note_protected(private: &mut Private, protected: bool) {
    private.set(PROTECTED, if protected { true.into() } else { serde_json::Value::Null });
}

pub(super) fn was_protected(private: &Private) -> bool {
    private.get(PROTECTED).is_some()
}
