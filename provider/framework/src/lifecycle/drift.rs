//! What others changed since the last apply, noted beside the object.
//!
//! A plan compares the configuration with the object, and cannot tell who moved: the user, who wrote something else, or
//! the world. What the user wrote may be refused; what the world did never is. So a read notes the value that each
//! attribute had before somebody else changed it: a configuration that still asks for that value has not moved.

use serde_json::{Map, Value as Json};

use crate::private::Private;
use crate::schema::{Attribute, Schema};
use crate::value::{Value, json};

/// The note: attribute names and the values of the last apply, as JSON.
const NOTE: &str = ".drift";

/// Notes what differs between the stored object and the one that was just read.
pub(super) fn note(private: &mut Private, schema: &Schema, stored: &Value, read: &Value) {
    let mut noted = taken(private);
    for a in schema.attributes.iter().filter(|a| a.presence.is_configurable() && !a.write_only) {
        let (Some(stored), Some(read)) = (stored.get(a.name), read.get(a.name)) else { continue };
        let before = match noted.remove(a.name) {
            Some(before) => before,
            // Nothing was known before an import.
            None if stored.is_null() => continue,
            None => match as_json(a, stored) {
                Some(before) => before,
                None => continue,
            },
        };
        if as_json(a, read).as_ref() != Some(&before) {
            noted.insert(a.name.to_owned(), before);
        }
    }
    write(private, noted);
}

/// Forgets what is no drift any more once this plan is applied. What the plan leaves as it is stays noted.
pub(super) fn forget(private: &mut Private, prior: &Value, planned: &Value) {
    let mut noted = taken(private);
    noted.retain(|name, _| planned.get(name) == prior.get(name));
    write(private, noted);
}

/// Whether a value is the one that an attribute had before others changed it.
pub(crate) fn is_before(private: &Private, a: &Attribute, value: &Value) -> bool {
    let before = private.get(NOTE).and_then(|noted| noted.get(a.name));
    before.is_some() && before == as_json(a, value).as_ref()
}

fn taken(private: &mut Private) -> Map<String, Json> {
    let noted = private.get(NOTE).and_then(Json::as_object).cloned();
    private.set(NOTE, Json::Null);
    noted.unwrap_or_default()
}

fn write(private: &mut Private, noted: Map<String, Json>) {
    if !noted.is_empty() {
        private.set(NOTE, Json::Object(noted));
    }
}

fn as_json(a: &Attribute, value: &Value) -> Option<Json> {
    serde_json::from_slice(&json::encode(value, &a.kind.ty()).ok()?).ok()
}
