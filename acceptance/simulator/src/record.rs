//! The half of a noun that is the same for all: what is kept of a request, what is shown of it, and the calls that need
//! nothing more. It goes by the noun's row and by the schemas of the API.

use serde_json::{Map, Value, json};

use crate::call::{Answer, Call};
use crate::error::ApiError;
use crate::objects::{Key, Kind, Object, put};
use crate::operations::{self, Schema};
use crate::schema::{cut, fill_defaults, fill_unset};
use crate::store::{Change, World};

fn answer_schema(action: &str) -> Option<&'static Schema> {
    operations::find(action).and_then(|operation| operation.answer_schema.as_ref())
}

/// What is kept of a request, to create or to change: the fields under the names that a read has for them, without what no
/// read shows.
pub(crate) fn kept(kind: &Kind, body: &Value) -> Value {
    let mut record = body.clone();
    if let Some(fields) = record.as_object_mut() {
        for (sent, read) in kind.renames {
            if let Some(value) = fields.remove(*sent) {
                fields.insert((*read).to_owned(), value);
            }
        }
    }
    shown(kind, &mut record);
    record
}

/// Takes out what a read does not show.
pub(crate) fn shown(kind: &Kind, record: &mut Value) {
    if let Some(schema) = answer_schema(kind.read) {
        cut(schema, record);
    }
}

/// Fills in the documented defaults that count.
pub(crate) fn with_defaults(kind: &Kind, record: &mut Value, counts: fn(&str, &Map<String, Value>) -> bool) {
    if let Some(schema) = operations::find(kind.create).and_then(|operation| operation.body.as_ref()) {
        fill_defaults(schema, record, counts);
    }
}

/// The cluster in the path; empty for what belongs to the account itself.
fn parent(call: &Call) -> &str {
    call.path("cluster_id")
}

/// The object that a call names in its path.
pub(crate) fn named<'a>(kind: &'static Kind, world: &'a World, call: &Call) -> Result<&'a Object, ApiError> {
    world.find(kind, parent(call), call.path(kind.parameter))
}

/// Refuses what would stand in a cluster that there is not.
fn check_parent(world: &World, call: &Call) -> Result<(), ApiError> {
    if parent(call).is_empty() { Ok(()) } else { world.cluster(parent(call)).map(|_| ()) }
}

/// Creates an object at once.
pub(crate) fn create(kind: &'static Kind, world: &mut World, call: &Call, id: &str) -> Answer {
    check_parent(world, call)?;
    let mut record = kept(kind, &call.body);
    with_defaults(kind, &mut record, |_, _| true);
    put(&mut record, kind.id, json!(id));
    world.apply(Change::Put(Object::new(Key::new(kind, parent(call), id), record)));
    Ok(json!({kind.parameter: id}))
}

/// Reads one.
pub(crate) fn read(kind: &'static Kind, world: &World, call: &Call) -> Answer {
    let parent = if kind.parameter == "cluster_id" { "" } else { parent(call) };
    let object = world.readable(kind, parent, call.path(kind.parameter))?;
    let mut answer = object.answer(&world.objects);
    if let Some(schema) = answer_schema(kind.read) {
        fill_unset(schema, &mut answer, world.assumptions.unset_fields);
    }
    Ok(answer)
}

/// Lists those of a cluster that are wanted, under the one list that the answer has.
pub(crate) fn list(kind: &'static Kind, world: &World, call: &Call, wanted: impl Fn(&Object) -> bool) -> Answer {
    check_parent(world, call)?;
    let Some(schema) = &call.operation.answer_schema else { return Ok(Value::Null) };
    let all = world.objects.within(parent(call), kind.name);
    let rows = all.filter(|object| object.readable_from <= world.now() && wanted(object));
    let rows: Vec<_> = rows.map(|object| object.answer(&world.objects)).collect();
    let member = schema.properties.iter().find(|(_, field)| field.items.is_some()).map_or("", |(name, _)| name);
    let mut answer = json!({member: rows});
    cut(schema, &mut answer);
    fill_unset(schema, &mut answer, world.assumptions.unset_fields);
    Ok(answer)
}

/// Changes one at once: only what is sent changes.
pub(crate) fn modify(kind: &'static Kind, world: &mut World, call: &Call) -> Answer {
    let key = named(kind, world, call)?.key.clone();
    world.apply(Change::Merge(key, kept(kind, &call.body)));
    Ok(json!({}))
}

/// Deletes one at once.
pub(crate) fn delete(kind: &'static Kind, world: &mut World, call: &Call) -> Answer {
    let key = named(kind, world, call)?.key.clone();
    world.apply(Change::Remove(key));
    Ok(json!({}))
}

#[cfg(test)]
mod tests {
    use super::*;

    static KIND: Kind =
        Kind { create: "CreateCluster", read: "DescribeClusterDetail", renames: &[("vpcid", "vpc_id")], ..Kind::PLAIN };

    #[test]
    fn what_no_read_shows_is_not_kept_and_the_rest_has_the_names_of_the_read() {
        let sent =
            json!({"name": "a", "vpcid": "vpc-1", "snat_entry": true, "maintenance_window": {"enable": true, "x": 1}});
        let expected = json!({"name": "a", "vpc_id": "vpc-1", "maintenance_window": {"enable": true}});
        assert_eq!(kept(&KIND, &sent), expected);
    }
}
