//! Making a plan: from configuration, prior state and Terraform's proposal to what the object will be.
//!
//! The rules are those of the schema: defaults, write-only values nulled, the stored spelling kept where it means the
//! same, computed values kept or unknown, and what forces a new object. The resource's own plan function sees the
//! result through [`Plan`] and may fill in and check more.

mod prior_elements;

use std::collections::{BTreeMap, BTreeSet};
use std::marker::PhantomData;

use crate::diagnostic::Diagnostics;
use crate::lifecycle::drift;
use crate::model::{AttributeValue, Field, Maybe, Model, View};
use crate::path::Path;
use crate::private::Private;
use crate::schema::{Attribute, Keep, Kind, Nesting, Presence, Shown};
use crate::value::{Refinement, Value};

use self::prior_elements::PriorElements;

static NULL: Value = Value::Null;

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

fn member<'v>(object: &'v Value, name: &str) -> &'v Value {
    if object.is_unknown() { object } else { object.get(name).unwrap_or(&NULL) }
}

fn draft(a: &Attribute, config: &Value, prior: &Value, proposed: &Value, creating: bool) -> Value {
    if a.write_only {
        return Value::Null;
    }
    if config.is_null() {
        return match &a.default {
            Some(default) => default.clone(),
            None if !a.presence.is_computed() => Value::Null,
            // No read would fill it in.
            None if creating && a.shown != Shown::Always => Value::Null,
            None if creating => Value::Unknown,
            None => prior.clone(),
        };
    }
    if !prior.is_null() && a.same(prior, config) {
        return prior.clone();
    }
    match &a.kind {
        Kind::Value(_) => config.clone(),
        Kind::Nested(nesting, attributes) => draft_nested(*nesting, attributes, config, prior, proposed),
    }
}

fn draft_nested(nesting: Nesting, attributes: &[Attribute], config: &Value, prior: &Value, proposed: &Value) -> Value {
    let object = |config: &Value, prior: &Value, proposed: &Value| match config {
        Value::Object(_) => {
            let mut planned: BTreeMap<String, Value> = attributes
                .iter()
                .map(|a| {
                    let value = draft(
                        a,
                        member(config, a.name),
                        member(prior, a.name),
                        member(proposed, a.name),
                        prior.is_null(),
                    );
                    (a.name.to_owned(), value)
                })
                .collect();
            forget_dependents(attributes, config, prior, &mut planned);
            Value::Object(planned)
        }
        other => other.clone(),
    };
    let at = |value: &Value, i: usize| value.elements().unwrap_or_default().get(i).cloned().unwrap_or(Value::Null);
    match (nesting, config) {
        (Nesting::Single, _) => object(config, prior, proposed),
        (Nesting::List, Value::List(elements)) => {
            Value::List(elements.iter().enumerate().map(|(i, c)| object(c, &at(prior, i), &at(proposed, i))).collect())
        }
        (Nesting::Map, Value::Map(members)) => Value::Map(
            members.iter().map(|(k, c)| (k.clone(), object(c, member(prior, k), member(proposed, k)))).collect(),
        ),
        (Nesting::Set, Value::Set(elements)) => {
            let mut before = PriorElements::new(attributes, prior);
            Value::Set(elements.iter().map(|c| object(c, before.find(c).unwrap_or(&NULL), &NULL)).collect())
        }
        (_, other) => other.clone(),
    }
}

/// The attributes at the top that a configuration sets too late: they count when an object is created, and this one has
/// no value of them yet. Such a value is recorded, and nothing else happens.
pub(crate) fn only_recorded<'a>(
    attributes: &'a [Attribute],
    config: &'a Value,
    prior: &'a Value,
) -> impl Iterator<Item = &'a Attribute> {
    let is_set = |value: &Value| !value.is_null() && !value.is_unknown();
    let is_new = move |a: &&Attribute| member(prior, a.name).is_null() && is_set(member(config, a.name));
    attributes.iter().filter(|a| !prior.is_null() && a.replace.is_some()).filter(is_new)
}

/// Makes the computed values inside of an attribute unknown that do not survive any change of the resource.
fn forget_inside(a: &Attribute, config: &Value, planned: &mut Value) {
    let Kind::Nested(_, attributes) = &a.kind else { return };
    let object = |config: &Value, planned: &mut Value| {
        let Value::Object(members) = planned else { return };
        for a in attributes {
            let (config, Some(planned)) = (member(config, a.name), members.get_mut(a.name)) else { continue };
            if a.presence == Presence::Computed && matches!(a.keep, Keep::Never) {
                *planned = Value::Unknown;
            } else {
                forget_inside(a, config, planned);
            }
        }
    };
    match (config, planned) {
        (Value::List(configured), Value::List(elements)) | (Value::Set(configured), Value::Set(elements)) => {
            configured.iter().zip(elements).for_each(|(config, planned)| object(config, planned));
        }
        (Value::Map(configured), Value::Map(members)) => {
            configured.iter().zip(members.values_mut()).for_each(|((_, config), planned)| object(config, planned));
        }
        (config @ Value::Object(_), planned) => object(config, planned),
        _ => {}
    }
}

/// Makes the computed values of a nested object unknown that do not survive the change of a sibling.
fn forget_dependents(attributes: &[Attribute], config: &Value, prior: &Value, planned: &mut BTreeMap<String, Value>) {
    if prior.is_null() {
        return;
    }
    let changed: Vec<&str> =
        attributes.iter().filter(|a| !a.same(member(prior, a.name), &planned[a.name])).map(|a| a.name).collect();
    for a in attributes {
        if let Keep::Unless(others) = a.keep
            && a.default.is_none()
            && member(config, a.name).is_null()
            && others.iter().any(|other| changed.contains(other))
        {
            planned.insert(a.name.to_owned(), Value::Unknown);
        }
    }
}

fn configured_parts_equal(attributes: &[Attribute], config: &Value, prior: &Value) -> bool {
    let mut compared = attributes.iter().filter(|a| is_compared(a, config));
    compared.all(|a| a.same(member(config, a.name), member(prior, a.name)))
}

/// Whether the attribute counts for what element of a set this is: what the service may fill in does not.
fn is_compared(a: &Attribute, config: &Value) -> bool {
    !(member(config, a.name).is_null() && a.presence.is_computed())
}

/// Notes the paths whose change forces a new object. A value that is new where there was none never does: it was not
/// recorded before (by an import, or by an older version of the provider), which says nothing about the object.
fn forced(a: &Attribute, prior: &Value, planned: &Value, path: &Path, replace: &mut Vec<Path>) {
    if prior.is_null() || a.same(prior, planned) {
        return;
    }
    if a.replace.is_some() {
        if !replace.contains(path) {
            replace.push(path.clone());
        }
        return;
    }
    if let Kind::Nested(nesting, attributes) = &a.kind {
        let mut inside = |prior: &Value, planned: &Value, path: &Path| {
            for a in attributes {
                forced(a, member(prior, a.name), member(planned, a.name), &path.attribute(a.name), replace);
            }
        };
        match (nesting, prior, planned) {
            (Nesting::Single, Value::Object(_), Value::Object(_)) => inside(prior, planned, path),
            (Nesting::List, Value::List(before), Value::List(after)) => {
                for (i, (before, after)) in before.iter().zip(after).enumerate() {
                    inside(before, after, &path.index(i as i64));
                }
            }
            (Nesting::Map, Value::Map(before), Value::Map(after)) => {
                for (key, before) in before {
                    if let Some(after) = after.get(key) {
                        inside(before, after, &path.key(key));
                    }
                }
            }
            _ => {}
        }
    }
}
