//! The routes of the client are what `proto/cs/operations.json` says: `UPDATE=1` writes them anew.

#![allow(clippy::unwrap_used, reason = "all of this crate is tests")]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use ack_client::operations::{ALL, by_action};
use serde_json::Value;

/// What the description does not say: these POSTs set a state and add nothing, so that twice is the same as once.
const SET_A_STATE: [&str; 2] = ["ModifyClusterAddon", "ModifyClusterTags"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn description() -> Value {
    serde_json::from_str(&std::fs::read_to_string(root().join("proto/cs/operations.json")).unwrap()).unwrap()
}

/// `UPDATE_KMS_ENCRYPTION` for `UpdateKMSEncryption`.
fn constant(action: &str) -> String {
    let letters: Vec<char> = action.chars().collect();
    let mut name = String::new();
    for (place, letter) in letters.iter().enumerate() {
        let begins = letter.is_uppercase()
            && place > 0
            && (!letters[place - 1].is_uppercase() || letters.get(place + 1).is_some_and(|next| next.is_lowercase()));
        if begins {
            name.push('_');
        }
        name.extend(letter.to_uppercase());
    }
    name
}

fn shape(schema: &Value) -> &'static str {
    match schema["type"].as_str() {
        None => "Nothing",
        Some("object") => "Object",
        Some("array") => "List",
        Some("string") => "Text",
        Some(other) => panic!("no body is {other}"),
    }
}

fn encoding(parameter: &Value) -> &'static str {
    match (parameter["type"].as_str().unwrap(), parameter["encoding"].as_str()) {
        ("string", None) => "Text",
        ("integer", None) => "Integer",
        ("boolean", None) => "Boolean",
        ("array", Some("json-text")) => "Json",
        ("array", Some("comma-joined")) => "Commas",
        _ => panic!("no parameter is written like {parameter}"),
    }
}

fn sentence(operation: &Value) -> String {
    let purpose = operation["purpose"].as_str().unwrap();
    let (first, rest) = purpose.split_at(1);
    let mut sentence = format!("{}{rest}.", first.to_uppercase());
    if let Some(successor) = operation["successor"].as_str() {
        write!(sentence, " [`{successor}`]({}) takes over.", constant(successor)).unwrap();
    }
    sentence
}

fn written(description: &Value) -> String {
    let operations = description["operations"].as_array().unwrap();
    let mut text = format!(
        "//! Generated from proto/cs/operations.json.\n\nuse http::Method;\n\nuse super::Encoding::{{Boolean, Commas, Integer, \
         Json, Text}};\nuse super::{{Operation, Shape}};\n\n/// The version of the API.\npub const VERSION: &str = {};\n",
        description["version"]
    );
    for operation in operations {
        let action = operation["action"].as_str().unwrap();
        let empty = Vec::new();
        let query: Vec<String> = operation["query"]
            .as_array()
            .unwrap_or(&empty)
            .iter()
            .map(|parameter| format!("({}, {})", parameter["name"], encoding(parameter)))
            .collect();
        let repeatable = operation["method"] != "POST" || SET_A_STATE.contains(&action);
        writeln!(
            text,
            "\n/// {}\npub static {}: Operation = Operation {{ action: {}, method: Method::{}, path: {}, query: &[{}], body: \
             Shape::{}, answer: Shape::{}, repeatable: {repeatable} }};",
            sentence(operation),
            constant(action),
            operation["action"],
            operation["method"].as_str().unwrap(),
            operation["path"],
            query.join(", "),
            shape(&operation["body"]),
            shape(&operation["answer"]),
        )
        .unwrap();
    }
    writeln!(text, "\n/// All operations, by name.\npub static ALL: &[&Operation] = &[").unwrap();
    for operation in operations {
        writeln!(text, "    &{},", constant(operation["action"].as_str().unwrap())).unwrap();
    }
    text + "];\n"
}

#[test]
fn the_routes_are_what_the_description_says() {
    let file = root().join("provider/client/src/operations/routes.rs");
    let wanted = written(&description());
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&file, &wanted).unwrap();
    }
    let found = std::fs::read_to_string(&file).unwrap_or_default();
    similar_asserts::assert_eq!(found, wanted, "write it anew with UPDATE=1");
}

/// A wrong route in the description is a wrong route in the client: nothing of it is written twice.
#[test]
fn every_fact_of_a_route_reaches_the_client() {
    let described = description();
    let before = written(&described);
    let place =
        described["operations"].as_array().unwrap().iter().position(|o| o["action"] == "DeleteCluster").unwrap();
    let facts = [
        ("/action", Value::from("DeleteClusters")),
        ("/method", Value::from("POST")),
        ("/path", Value::from("/clusters/{id}")),
        ("/query/0/name", Value::from("other")),
        ("/query/0/type", Value::from("integer")),
        ("/answer", Value::Null),
    ];
    for (fact, wrong) in facts {
        let mut mutant = described.clone();
        let slot = mutant.pointer_mut(&format!("/operations/{place}{fact}")).unwrap();
        *slot = if fact == "/query/0/type" && slot == "integer" { Value::from("string") } else { wrong };
        if fact == "/query/0/type" {
            mutant
                .pointer_mut(&format!("/operations/{place}/query/0"))
                .unwrap()
                .as_object_mut()
                .unwrap()
                .remove("encoding");
        }
        assert_ne!(written(&mutant), before, "{fact}");
    }
}

#[test]
fn every_operation_is_found_by_its_name_and_no_argument_means_two_things() {
    let names: BTreeSet<&str> = ALL.iter().map(|operation| operation.action).collect();
    assert_eq!((names.len(), ALL.len()), (148, 148));
    for operation in ALL {
        assert!(std::ptr::eq(by_action(operation.action).unwrap(), *operation), "{}", operation.action);
        for (name, _) in operation.query {
            assert!(!operation.path.contains(&format!("{{{name}}}")), "{} has two {name}", operation.action);
        }
    }
    assert!(by_action("describeclusterdetail").is_none());
}
