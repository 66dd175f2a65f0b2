//! From answers to attributes.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::places::{at, join};
use super::write::{defaults, means_defaults, plain};
use super::{Binding, Document};
use crate::model::Model;
use crate::path::Path;
use crate::schema::{Attribute, Check, Keep, Kind, Nesting, Presence};
use crate::value::{Number, Type, Value};

/// Writes an answer into an object. What means the same keeps the spelling that it has. What a `complete` answer does not
/// hold is not there; one of an object that is still being made, or that failed, may lack what comes later.
///
/// A value of an unexpected form, and a word that the attribute does not know, cost that attribute and no more: it keeps
/// what it had, and the log says so.
pub fn absorb<M: Model>(model: &mut M, answer: &Json, complete: bool) {
    let mut members = model.to_members();
    let reading = Reading { answer, complete };
    let attributes = M::attributes();
    reading.object(&attributes, &mut members, "");
    match M::from_members(members, &Path::root()) {
        Ok(read) => *model = read,
        // The form of an attribute gave what is not of its type, which the law of the forms forbids.
        Err(error) => tracing::error!(%error, "an answer could not be taken over"),
    }
}

#[derive(Clone, Copy)]
struct Reading<'a> {
    answer: &'a Json,
    complete: bool,
}

impl Reading<'_> {
    /// Reads the members of an object. Returns whether the answer has any of them.
    fn object(self, attributes: &[Attribute], members: &mut BTreeMap<String, Value>, base: &str) -> bool {
        let mut any = false;
        for a in attributes {
            let current = members.remove(a.name).unwrap_or(Value::Null);
            let value = match a.place(Document::Read).filter(|_| a.is_bound()) {
                Some(place) => {
                    let found = self.find(a, &current, &join(base, place));
                    any |= found.is_some();
                    self.judge(a, current, found)
                }
                // No answer has it: what is stored is all there is to know.
                None if current.is_null() && !a.write_only => a.default.clone().unwrap_or(Value::Null),
                None => current,
            };
            members.insert(a.name.to_owned(), value);
        }
        any
    }

    /// What the answer says of an attribute.
    fn find(self, a: &Attribute, current: &Value, place: &str) -> Option<Value> {
        let binding = a.binding.unwrap_or(&Binding::PLAIN);
        let found = match (&a.kind, binding.form) {
            (Kind::Nested(Nesting::Single, inner), None) => return self.find_object(a, inner, current, place),
            (_, form) => {
                let answer = at(self.answer, place)?;
                let value = match form {
                    Some(form) => (form.read)(answer),
                    None => value(&a.kind, answer, current).or_else(|| empty_text(a, answer)),
                };
                if value.is_none() && !says_nothing(answer) {
                    tracing::warn!(
                        attribute = a.name,
                        place,
                        "an answer has an unexpected form here, which is ignored"
                    );
                    return Some(current.clone()).filter(|current| !current.is_null());
                }
                value?
            }
        };
        if !knows(a, &found) {
            tracing::warn!(attribute = a.name, place, "an answer has a word here that is not known, which is ignored");
            return Some(current.clone()).filter(|current| !current.is_null());
        }
        Some(found)
    }

    fn find_object(self, a: &Attribute, inner: &[Attribute], current: &Value, place: &str) -> Option<Value> {
        let switch = a.binding.unwrap_or(&Binding::PLAIN).switch;
        if let Some(switch) = switch {
            let on = at(self.answer, &join(place, switch)).and_then(truth);
            if on != Some(true) {
                return None;
            }
        }
        let mut members = current.members().cloned().unwrap_or_default();
        let any = self.object(inner, &mut members, place);
        let is_there = any || switch.is_some() || (!current.is_null() && at(self.answer, place).is_some());
        // Nobody has written it, and it says no more than that there is none.
        let is_default = current.is_null() && means_defaults(a, inner) && members == defaults(inner);
        (is_there && !is_default).then_some(Value::Object(members))
    }

    /// The value to keep, of the one that is stored and the one that was found.
    fn judge(self, a: &Attribute, current: Value, found: Option<Value>) -> Value {
        match found {
            // What clears a value that only the user writes is what services write where there is none.
            Some(found) if current.is_null() && a.presence == Presence::Optional && is_empty(a, &found) => Value::Null,
            Some(found) if a.same(&current, &found) || is_reordered(&a.kind, &current, &found) => current,
            Some(found) => found,
            None if current.is_null() => a.default.clone().unwrap_or(Value::Null),
            None if !self.complete || a.presence == Presence::Required => current,
            // What no change in place can alter is not gone because an answer lacks it.
            None if a.keep == Keep::Always || a.replace.is_some() => current,
            None => match (&a.default, &a.kind) {
                // A flag that is not mentioned is off; a value that is always there stays.
                (Some(off @ Value::Bool(false)), _) => off.clone(),
                (Some(_), _) => current,
                // The service leaves out what is empty.
                (None, _) if is_empty(a, &current) => current,
                (None, _) => Value::Null,
            },
        }
    }
}

/// An empty text is a value where there would be another one without it, unless the attribute cannot be empty.
fn empty_text(a: &Attribute, answer: &Json) -> Option<Value> {
    let empty = Value::from("");
    let counts = a.default.is_some() && answer == "" && a.checks.iter().all(|check| check.apply(&empty).is_ok());
    counts.then_some(empty)
}

/// Whether a piece of an answer is what services write where there is nothing.
fn says_nothing(answer: &Json) -> bool {
    match answer {
        Json::Null => true,
        Json::String(text) => text.is_empty(),
        Json::Array(elements) => elements.is_empty(),
        Json::Object(members) => members.is_empty(),
        Json::Number(number) => number.as_i64() == Some(0),
        Json::Bool(yes) => !yes,
    }
}

/// Whether a list of plain values is the same but for its order: answers have an order of their own.
fn is_reordered(kind: &Kind, current: &Value, found: &Value) -> bool {
    let (Kind::Value(Type::List(_)), Some(current), Some(found)) = (kind, current.elements(), found.elements()) else {
        return false;
    };
    let sorted = |elements: &[Value]| {
        let mut elements = elements.to_vec();
        elements.sort();
        elements
    };
    current.len() == found.len() && sorted(current) == sorted(found)
}

/// Whether the words of a value are among those of a closed list.
fn knows(a: &Attribute, found: &Value) -> bool {
    let is_word = |check: &&Check| match check {
        Check::Each(inner) => matches!(**inner, Check::OneOf(_)),
        check => matches!(check, Check::OneOf(_)),
    };
    a.checks.iter().filter(is_word).all(|check| check.apply(found).is_ok())
}

fn is_empty(a: &Attribute, value: &Value) -> bool {
    let is_object = matches!(a.kind, Kind::Nested(Nesting::Single, _));
    !is_object && plain(a, value, Document::Create) == plain(a, &Value::Null, Document::Create)
}

/// The value of an answer: numbers and flags that travel as text are taken in either form, an empty text is none.
fn value(kind: &Kind, found: &Json, current: &Value) -> Option<Value> {
    let (nesting, attributes) = match kind {
        Kind::Nested(nesting, attributes) => (nesting, attributes),
        Kind::Value(ty) => return typed(ty, found),
    };
    let object = |element: &Json, before: Option<&Value>| {
        let mut members = before.and_then(Value::members).cloned().unwrap_or_default();
        Reading { answer: element, complete: true }.object(attributes, &mut members, "");
        Value::Object(members)
    };
    if *nesting == Nesting::Map {
        let members = found.as_object().filter(|members| !members.is_empty())?.iter();
        return Some(Value::Map(
            members.map(|(key, member)| (key.clone(), object(member, current.get(key)))).collect(),
        ));
    }
    // Nothing tells which element of a set was which.
    let before = current.elements().filter(|_| *nesting == Nesting::List).unwrap_or_default();
    let elements = found.as_array().filter(|list| !list.is_empty())?.iter().enumerate();
    let elements: Vec<Value> = elements.map(|(i, element)| object(element, before.get(i))).collect();
    Some(if *nesting == Nesting::Set { Value::Set(elements) } else { Value::List(elements) })
}

fn typed(ty: &Type, found: &Json) -> Option<Value> {
    let list = |inner: &Type| -> Option<Vec<Value>> {
        found.as_array().filter(|list| !list.is_empty())?.iter().map(|element| typed(inner, element)).collect()
    };
    match ty {
        Type::Bool => truth(found).map(Value::Bool),
        Type::Number => match found {
            Json::String(text) => text.parse::<i64>().ok().map(Value::from),
            found => {
                found.as_i64().map(Value::from).or_else(|| Number::try_from(found.as_f64()?).ok().map(Value::Number))
            }
        },
        Type::List(inner) => list(inner).map(Value::List),
        Type::Set(inner) => list(inner).map(Value::Set),
        Type::Map(inner) => {
            let members = found.as_object().filter(|members| !members.is_empty())?.iter();
            members
                .map(|(key, member)| Some((key.clone(), typed(inner, member)?)))
                .collect::<Option<_>>()
                .map(Value::Map)
        }
        _ => match found {
            Json::String(text) if !text.is_empty() => Some(Value::from(text.as_str())),
            Json::Number(_) | Json::Bool(_) => Some(Value::from(found.to_string().as_str())),
            _ => None,
        },
    }
}

pub(super) fn truth(found: &Json) -> Option<bool> {
    match found {
        Json::String(text) => text.to_ascii_lowercase().parse().ok(),
        Json::Number(number) => Some(number.as_i64() == Some(1)),
        found => found.as_bool(),
    }
}
