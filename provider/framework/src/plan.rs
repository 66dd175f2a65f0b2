//! Making a plan: from configuration, prior state and Terraform's proposal to what the object will be.
//!
//! The rules are those of the schema: defaults, write-only values nulled, the stored spelling kept where it means the
//! same, computed values kept or unknown, and what forces a new object. The resource's own plan function sees the
//! result through [`Plan`] and may fill in and check more.

mod member;
mod prior_elements;
mod rules;

use std::collections::{BTreeMap, BTreeSet};
use std::marker::PhantomData;

use crate::diagnostic::Diagnostics;
use crate::lifecycle::drift;
use crate::model::{AttributeValue, Field, Maybe, Model, View};
use crate::path::Path;
use crate::private::Private;
use crate::schema::{Attribute, Keep, Presence};
use crate::value::{Refinement, Value};

use self::member::{NULL, member};
pub(crate) use self::rules::only_recorded;
use self::rules::{draft, forced, forget_inside};

/// A plan of create or update while it is made.
pub struct Plan<'a, M> {
    config: &'a Value,
    prior: &'a Value,
    planned: &'a mut BTreeMap<String, Value>,
    touched: &'a mut BTreeSet<&'static str>,
    replace: &'a mut Vec<Path>,
    notes: Option<&'a mut Private>,
    deferred: &'a mut bool,
    refinements: &'a mut BTreeMap<&'static str, Refinement>,
    /// What to tell the user.
    pub diagnostics: &'a mut Diagnostics,
    of: PhantomData<fn() -> M>,
}

impl<'a, M: Model> Plan<'a, M> {
    /// The same plan with the notes of the object.
    pub(crate) fn with_notes(mut self, notes: &'a mut Private) -> Self {
        self.notes = Some(notes);
        self
    }

    /// A note kept with the object; see [`Context::set_note`](crate::Context::set_note).
    pub fn note(&self, name: &str) -> Option<&serde_json::Value> {
        self.notes.as_ref()?.get(name)
    }

    /// Writes a note for the apply of this plan, or removes it with `Value::Null`.
    pub fn set_note(&mut self, name: &str, note: serde_json::Value) {
        if let Some(notes) = &mut self.notes {
            notes.set(name, note);
        }
    }

    /// Puts the object off to a later round, because something that it needs is not there yet. Only where Terraform
    /// allows that; elsewhere the plan goes on as it is.
    pub fn defer(&mut self) {
        *self.deferred = true;
    }

    /// The configuration.
    pub fn config(&self) -> View<'_, M> {
        View::new(self.config)
    }

    /// The stored object; null when one is created.
    pub fn prior(&self) -> View<'_, M> {
        View::new(self.prior)
    }

    /// Whether there is no object yet.
    pub fn is_create(&self) -> bool {
        self.prior.is_null()
    }

    /// The planned value of an attribute.
    pub fn get<T: AttributeValue>(&self, field: Field<M, T>) -> Maybe<T> {
        match self.planned.get(field.name()) {
            None | Some(Value::Null) => Maybe::Null,
            Some(value) if value.is_wholly_known() => {
                T::from_value(value.clone(), &field.path()).map_or(Maybe::Unknown, Maybe::Known)
            }
            Some(_) => Maybe::Unknown,
        }
    }

    /// Whether the planned value differs from the stored one.
    pub fn changes<T>(&self, field: Field<M, T>) -> bool {
        self.planned.get(field.name()) != self.prior.get(field.name())
    }

    /// Plans the value of a computed attribute that the user did not write.
    pub fn set<T: AttributeValue>(&mut self, field: Field<M, T>, value: Maybe<T>) {
        let value = match value {
            Maybe::Null => Value::Null,
            Maybe::Unknown => Value::Unknown,
            Maybe::Known(value) => value.to_value(),
        };
        self.planned.insert(field.name().to_owned(), value);
        self.touched.insert(field.name());
    }

    /// Whether only the world has moved: the planned value is that of the last apply, and others have changed the object
    /// since. The user has asked for nothing new then, so the plan must not fail for it; it can warn and
    /// [keep](Self::keep) what is there.
    pub fn has_drifted<T>(&self, field: Field<M, T>) -> bool {
        let (Some(notes), Some(planned)) = (&self.notes, self.planned.get(field.name())) else {
            return false;
        };
        let attribute = M::attributes().into_iter().find(|a| a.name == field.name());
        !self.is_create()
            && attribute
                .is_some_and(|a| !a.same(member(self.prior, a.name), planned) && drift::is_before(notes, &a, planned))
    }

    /// Leaves an attribute of an existing object as it is, whatever the configuration says: Terraform takes the stored
    /// value for another spelling of the configured one, and shows no change.
    pub fn keep<T>(&mut self, field: Field<M, T>) {
        if let Some(stored) = self.prior.get(field.name()).filter(|stored| !stored.is_null()) {
            self.planned.insert(field.name().to_owned(), stored.clone());
            self.touched.insert(field.name());
        }
    }

    /// Plans the value of a computed attribute of a nested object, or of each one of a list, where the user did not write
    /// it, it is not known yet, and the planned object is such a one.
    pub fn set_inside<N: Model, Outer, T: AttributeValue>(
        &mut self,
        outer: Field<M, Outer>,
        inner: Field<N, T>,
        value: &Maybe<T>,
        is_such: impl Fn(&View<'_, N>) -> bool,
    ) {
        let value = match value {
            Maybe::Null => Value::Null,
            Maybe::Unknown => Value::Unknown,
            Maybe::Known(value) => value.clone().to_value(),
        };
        let config = member(self.config, outer.name());
        let object = |config: &Value, planned: &mut Value| {
            if member(config, inner.name()).is_null()
                && is_such(&View::new(planned))
                && let Value::Object(members) = planned
                && members.get(inner.name()).is_some_and(Value::is_unknown)
            {
                members.insert(inner.name().to_owned(), value.clone());
            }
        };
        match (config, self.planned.get_mut(outer.name())) {
            (Value::Object(_), Some(planned)) => object(config, planned),
            (Value::List(configured), Some(Value::List(elements))) => {
                configured.iter().zip(elements).for_each(|(config, planned)| object(config, planned));
            }
            _ => {}
        }
    }

    /// Plans that the value of a computed attribute, which the user did not write, is not known before apply, but that it
    /// begins so.
    pub fn set_prefix(&mut self, field: Field<M, String>, prefix: impl Into<String>) {
        self.set(field, Maybe::Unknown);
        self.refinements.insert(field.name(), Refinement { prefix: Some(prefix.into()) });
    }

    /// Whether the object has to be made anew, by what is planned so far. Rules that hold for changes in place do not
    /// hold then.
    pub fn replaces(&self) -> bool {
        let mut paths = self.replace.clone();
        for a in M::attributes() {
            let (prior, planned) = (member(self.prior, a.name), self.planned.get(a.name).unwrap_or(&NULL));
            forced(&a, prior, planned, &Path::root().attribute(a.name), &mut paths);
        }
        !paths.is_empty()
    }

    /// Says that this change of the attribute needs a new object. The attribute says why, as `may_replace`.
    pub fn replace<T>(&mut self, field: Field<M, T>) {
        let path = field.path();
        if !self.replace.contains(&path) {
            self.replace.push(path);
        }
    }
}

/// What generic planning works out before and after the resource's own plan function.
#[derive(Debug)]
pub struct Draft {
    planned: BTreeMap<String, Value>,
    touched: BTreeSet<&'static str>,
    replace: Vec<Path>,
    deferred: bool,
    refinements: BTreeMap<&'static str, Refinement>,
}

impl Draft {
    /// The first pass: defaults, kept spellings, write-only values nulled, computed values that are new unknown.
    pub fn new(attributes: &[Attribute], config: &Value, prior: &Value, proposed: &Value) -> Self {
        let planned = attributes
            .iter()
            .map(|a| {
                (
                    a.name.to_owned(),
                    draft(a, member(config, a.name), member(prior, a.name), member(proposed, a.name), prior.is_null()),
                )
            })
            .collect();
        Self { planned, touched: BTreeSet::new(), replace: Vec::new(), deferred: false, refinements: BTreeMap::new() }
    }

    /// The view of it that the resource's plan function gets.
    pub fn open<'a, M>(
        &'a mut self,
        config: &'a Value,
        prior: &'a Value,
        diagnostics: &'a mut Diagnostics,
    ) -> Plan<'a, M> {
        Plan {
            config,
            prior,
            planned: &mut self.planned,
            touched: &mut self.touched,
            replace: &mut self.replace,
            notes: None,
            deferred: &mut self.deferred,
            refinements: &mut self.refinements,
            diagnostics,
            of: PhantomData,
        }
    }

    /// Whether the resource's plan function put the object off.
    pub(crate) fn is_deferred(&self) -> bool {
        self.deferred
    }

    /// What is certain of what the resource's plan function left unknown.
    pub(crate) fn refinements(&self) -> BTreeMap<&'static str, Refinement> {
        self.refinements.clone()
    }

    /// The second pass: computed values that an update may change become unknown, and what differs in a
    /// replace-forcing attribute is noted. Answers the planned object and the paths that force a new one.
    pub fn finish(mut self, attributes: &[Attribute], config: &Value, prior: &Value) -> (Value, Vec<Path>) {
        if prior.is_null() {
            return (Value::Object(self.planned), Vec::new());
        }
        let changed: BTreeSet<&str> = attributes
            .iter()
            .filter(|a| !a.write_only && !a.same(member(prior, a.name), &self.planned[a.name]))
            .map(|a| a.name)
            .collect();
        if !changed.is_empty() {
            for a in attributes {
                if a.presence.is_computed()
                    && member(config, a.name).is_null()
                    && a.default.is_none()
                    && !self.touched.contains(a.name)
                {
                    let keeps = match a.keep {
                        Keep::Always => true,
                        Keep::Never => a.presence == Presence::OptionalComputed,
                        Keep::Unless(others) => !others.iter().any(|other| changed.contains(other)),
                    };
                    if !keeps {
                        self.planned.insert(a.name.to_owned(), Value::Unknown);
                    }
                } else if !self.touched.contains(a.name)
                    && let Some(planned) = self.planned.get_mut(a.name)
                {
                    forget_inside(a, member(config, a.name), planned);
                }
            }
        }
        for a in attributes {
            forced(a, member(prior, a.name), &self.planned[a.name], &Path::root().attribute(a.name), &mut self.replace);
        }
        (Value::Object(self.planned), self.replace)
    }
}

/// What is known of a new object before anything was asked: its configuration, defaults, and computed values that are not
/// known yet.
pub(crate) fn of_new(attributes: &[Attribute], config: &Value) -> Value {
    Draft::new(attributes, config, &NULL, config).finish(attributes, config, &NULL).0
}
