//! The objects of the account: where each stands, what is kept of it, and what it shows. What is special about a kind of
//! object stands in its row, a [`Kind`], which belongs to the noun.

use std::hash::{Hash, Hasher};

use indexmap::IndexMap;
use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::assumptions::Assumptions;
use crate::error::ApiError;

/// The row of a noun: its names, the operations whose schemas shape it, and where things stand in what is kept of it.
#[derive(Debug)]
pub(crate) struct Kind {
    /// What tasks call it, and how other nouns find it.
    pub(crate) name: &'static str,
    /// The parameter of the path that has its id, and the field of a creation's answer.
    pub(crate) parameter: &'static str,
    /// How the admin API names one, and all of them in a snapshot.
    pub(crate) one: &'static str,
    pub(crate) all: &'static str,
    /// The operation that makes one: its schema has the documented defaults.
    pub(crate) create: &'static str,
    /// The operation that reads one: what it does not show is not kept in the record.
    pub(crate) read: &'static str,
    /// Fields that are read under another name than they are sent: sent, read.
    pub(crate) renames: &'static [(&'static str, &'static str)],
    /// Where the record has the id, the state and the moment of the last change; empty for what it does not show.
    pub(crate) id: &'static str,
    pub(crate) state: &'static str,
    pub(crate) updated: &'static str,
    /// Whether lists show it some seconds behind the truth.
    pub(crate) lagging: bool,
    /// The refusal of an id that there is not.
    pub(crate) not_found: fn(&str) -> ApiError,
    /// What a read shows, where that is not the record alone.
    pub(crate) answer: fn(&Objects, &Object) -> Value,
    /// Brings a record into the order in which the service shows it.
    pub(crate) arrange: fn(&Assumptions, &mut Value),
}

impl Kind {
    /// What most kinds are; the names are to be filled in.
    pub(crate) const PLAIN: Self = Self {
        name: "",
        parameter: "",
        one: "",
        all: "",
        create: "",
        read: "",
        renames: &[],
        id: "",
        state: "",
        updated: "",
        lagging: false,
        not_found: |id| ApiError::new(404, "ErrorNotFound", format!("({id}) not found in our records")),
        answer: |_, object| object.record.clone(),
        arrange: |_, _| {},
    };
}

/// Where an object stands.
#[derive(Debug, Clone)]
pub(crate) struct Key {
    pub(crate) kind: &'static Kind,
    /// The cluster that it belongs to; empty for what belongs to the account itself.
    pub(crate) parent: String,
    pub(crate) id: String,
}

impl Key {
    pub(crate) fn new(kind: &'static Kind, parent: &str, id: &str) -> Self {
        Self { kind, parent: parent.to_owned(), id: id.to_owned() }
    }

    /// The cluster that it belongs to, or is.
    pub(crate) fn cluster_id(&self) -> &str {
        if self.parent.is_empty() { &self.id } else { &self.parent }
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        (self.kind.name, &self.parent, &self.id) == (other.kind.name, &other.parent, &other.id)
    }
}

impl Eq for Key {}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.kind.name, &self.parent, &self.id).hash(state);
    }
}

/// One object.
#[derive(Debug, Clone)]
pub(crate) struct Object {
    pub(crate) key: Key,
    /// What reads show, but for what follows from other objects.
    pub(crate) record: Value,
    /// What can be written or counts, and no read shows.
    pub(crate) hidden: Value,
    /// Reads fail before that moment.
    pub(crate) readable_from: Timestamp,
}

impl Object {
    pub(crate) fn new(key: Key, record: Value) -> Self {
        Self { key, record, hidden: Value::Object(Map::new()), readable_from: Timestamp::MIN }
    }

    pub(crate) fn id(&self) -> &str {
        &self.key.id
    }

    pub(crate) fn state(&self) -> &str {
        self.text(self.key.kind.state)
    }

    /// A text of the record by its dotted path, empty when absent.
    pub(crate) fn text(&self, path: &str) -> &str {
        at(&self.record, path).as_str().unwrap_or_default()
    }

    /// What a read shows.
    pub(crate) fn answer(&self, all: &Objects) -> Value {
        (self.key.kind.answer)(all, self)
    }
}

/// All objects, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Objects(IndexMap<Key, Object>);

impl Objects {
    pub(crate) fn get(&self, key: &Key) -> Option<&Object> {
        self.0.get(key)
    }

    pub(crate) fn get_mut(&mut self, key: &Key) -> Option<&mut Object> {
        self.0.get_mut(key)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Object> {
        self.0.values()
    }

    /// Those of a kind that belong to a cluster, or to the account when `parent` is empty.
    pub(crate) fn within<'a>(&'a self, parent: &'a str, kind: &'a str) -> impl DoubleEndedIterator<Item = &'a Object> {
        self.0.values().filter(move |object| object.key.kind.name == kind && object.key.parent == parent)
    }

    pub(crate) fn put(&mut self, object: Object) {
        self.0.insert(object.key.clone(), object);
    }

    /// Takes an object away, and all that belongs to it.
    pub(crate) fn remove(&mut self, key: &Key) {
        self.0.retain(|other, _| other != key && (!key.parent.is_empty() || other.parent != key.id));
    }
}

/// What stands at a dotted path; `Null` for nothing, and for no path.
pub(crate) fn at<'a>(record: &'a Value, path: &str) -> &'a Value {
    const NOTHING: Value = Value::Null;
    if path.is_empty() {
        return &NOTHING;
    }
    path.split('.').try_fold(record, |block, name| block.get(name)).unwrap_or(&NOTHING)
}

/// Puts a value at a dotted path, unless there is no path. What is no block on the way becomes one.
pub(crate) fn put(record: &mut Value, path: &str, value: Value) {
    if path.is_empty() {
        return;
    }
    let place = path.split('.').fold(record, |block, name| {
        if !block.is_object() {
            *block = Value::Object(Map::new());
        }
        &mut block[name]
    });
    *place = value;
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    static PARENT: Kind = Kind { name: "parent", ..Kind::PLAIN };
    static CHILD: Kind = Kind { name: "child", ..Kind::PLAIN };

    #[test]
    fn what_belongs_to_an_object_goes_with_it() {
        let mut all = Objects::default();
        for key in [
            Key::new(&PARENT, "", "p1"),
            Key::new(&PARENT, "", "p2"),
            Key::new(&CHILD, "p1", "c"),
            Key::new(&CHILD, "p2", "c"),
        ] {
            all.put(Object::new(key, json!({})));
        }
        all.remove(&Key::new(&CHILD, "p1", "c"));
        assert_eq!((all.within("p1", "child").count(), all.within("p2", "child").count()), (0, 1));
        all.remove(&Key::new(&PARENT, "", "p2"));
        assert_eq!(all.iter().map(Object::id).collect::<Vec<_>>(), ["p1"]);
    }

    #[test]
    fn paths_lead_into_blocks() {
        let mut record = json!({"a": {"b": 1}, "c": "text"});
        assert_eq!((at(&record, "a.b"), at(&record, "a.x"), at(&record, "")), (&json!(1), &Value::Null, &Value::Null));
        put(&mut record, "c.d", json!(2));
        put(&mut record, "", json!(3));
        assert_eq!(record, json!({"a": {"b": 1}, "c": {"d": 2}}));
    }
}
