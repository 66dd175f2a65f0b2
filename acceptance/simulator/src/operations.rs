//! The operations of the product, and the facts that requests are held to: the file `proto/cs/operations.json`, as it is.
//! One more, ModifyClusterName, is none of the product any more, but of clients that are still in use.

use std::sync::LazyLock;

use indexmap::IndexMap;
use percent_encoding::percent_decode_str;
use serde::Deserialize;
use serde_json::Value;

/// A JSON type of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    String,
    Integer,
    Number,
    Boolean,
    Object,
    Array,
    Any,
}

/// What is known of one field.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Schema {
    #[serde(rename = "type")]
    pub(crate) kind: Kind,
    #[serde(default)]
    pub(crate) required: bool,
    #[serde(default)]
    pub(crate) deprecated: bool,
    /// Fields that take over from a deprecated one.
    #[serde(default, rename = "use")]
    pub(crate) successors: Vec<String>,
    /// The day from which the vendor says the field is ignored.
    pub(crate) sunset: Option<String>,
    /// The vendor says that the field does nothing.
    #[serde(default, rename = "no_effect")]
    _no_effect: bool,
    #[serde(default)]
    pub(crate) values: Vec<Value>,
    /// One string that joins several of `values` with commas.
    #[serde(default)]
    pub(crate) comma_list: bool,
    pub(crate) default: Option<Value>,
    pub(crate) range: Option<[f64; 2]>,
    #[serde(default)]
    pub(crate) free_form: bool,
    #[serde(default)]
    pub(crate) properties: IndexMap<String, Schema>,
    pub(crate) items: Option<Box<Schema>>,
    #[serde(rename = "additionalProperties")]
    pub(crate) additional_properties: Option<Box<Schema>>,
}

/// A query parameter.
#[derive(Debug, Deserialize)]
pub(crate) struct Parameter {
    pub(crate) name: String,
    /// `json-text` or `comma-joined` for lists and objects.
    pub(crate) encoding: Option<String>,
    #[serde(flatten)]
    pub(crate) schema: Schema,
}

/// One operation.
#[derive(Debug, Deserialize)]
pub(crate) struct Operation {
    pub(crate) action: String,
    pub(crate) method: String,
    pub(crate) path: String,
    #[serde(default)]
    pub(crate) deprecated: bool,
    #[serde(default)]
    pub(crate) query: Vec<Parameter>,
    pub(crate) body: Option<Schema>,
    /// Absent when the answer has no body.
    #[serde(rename = "answer")]
    pub(crate) answer_schema: Option<Schema>,
}

/// The file.
#[derive(Deserialize)]
struct Description {
    operations: Vec<Operation>,
}

/// Other routes of old clients to operations that the product still has: method, path, operation.
const OLD_ROUTES: [(&str, &str, &str); 1] =
    [("POST", "/resource_groups/{resource_group_id}/clusters", "CreateCluster")];

static OPERATIONS: LazyLock<Vec<Operation>> = LazyLock::new(|| {
    let description: Description = serde_json::from_str(include_str!("../../../proto/cs/operations.json"))
        .expect("operations.json is committed and tested to parse");
    let mut operations = description.operations;
    operations.push(Operation {
        action: "ModifyClusterName".to_owned(),
        method: "POST".to_owned(),
        path: "/clusters/{cluster_id}/name/{name}".to_owned(),
        deprecated: true,
        query: Vec::new(),
        body: None,
        answer_schema: None,
    });
    operations
});

/// All operations.
pub(crate) fn all() -> &'static [Operation] {
    &OPERATIONS
}

/// The operation of that name.
pub(crate) fn find(action: &str) -> Option<&'static Operation> {
    all().iter().find(|operation| operation.action == action)
}

/// What a request line leads to.
#[derive(Debug)]
pub(crate) enum Route {
    /// An operation and its path parameters, decoded.
    Operation(&'static Operation, IndexMap<String, String>),
    /// No operation; the methods under which this path is one.
    Unknown(Vec<&'static str>),
}

/// Finds the operation for a method and a path as sent, still percent-encoded.
pub(crate) fn route(method: &str, path: &str) -> Route {
    let mut methods = Vec::new();
    for operation in all() {
        let Some(parameters) = match_path(&operation.path, path) else { continue };
        if operation.method == method {
            return Route::Operation(operation, parameters);
        }
        methods.push(operation.method.as_str());
    }
    for (old_method, old_path, action) in OLD_ROUTES {
        if old_method == method
            && let Some(parameters) = match_path(old_path, path)
            && let Some(operation) = find(action)
        {
            return Route::Operation(operation, parameters);
        }
    }
    Route::Unknown(methods)
}

fn match_path(template: &str, path: &str) -> Option<IndexMap<String, String>> {
    let mut parameters = IndexMap::new();
    let mut segments = path.split('/');
    for expected in template.split('/') {
        let segment = segments.next()?;
        match expected.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
            Some(_) if segment.is_empty() => return None,
            Some(name) => {
                parameters.insert(name.to_owned(), percent_decode_str(segment).decode_utf8().ok()?.into_owned());
            }
            None if expected == segment => {}
            None => return None,
        }
    }
    segments.next().is_none().then_some(parameters)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_is_routed_to_itself() {
        assert_eq!(all().len(), 148 + 1);
        for operation in all() {
            let path: Vec<_> =
                operation.path.split('/').map(|part| if part.starts_with('{') { "value%2F1" } else { part }).collect();
            match route(&operation.method, &path.join("/")) {
                Route::Operation(found, parameters) => {
                    assert_eq!(found.action, operation.action);
                    assert!(parameters.values().all(|value| value == "value/1"));
                }
                Route::Unknown(_) => panic!("{} {} is not routed", operation.method, operation.path),
            }
        }
    }

    #[test]
    fn slashes_count() {
        assert!(matches!(route("POST", "/cluster/c1/autoscale/config/"), Route::Operation(..)));
        assert!(matches!(route("POST", "/cluster/c1/autoscale/config"), Route::Unknown(_)));
        assert!(matches!(route("GET", "/clusters//nodes"), Route::Unknown(_)));
    }

    #[test]
    fn a_wrong_method_is_told_the_right_ones() {
        let Route::Unknown(methods) = route("PATCH", "/clusters/c1") else { panic!("PATCH is no method of the API") };
        assert_eq!(methods, ["DELETE", "GET"]);
    }
}
