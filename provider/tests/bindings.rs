//! Laws of the bindings: what `#[api(...)]` says of an attribute is held to the description of the API, and to lists that a
//! person has read. The tables of coverage come of it.
//!
//! Beside the laws stand the mutants that each of them has to find.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value as Json;
use terraform_provider_ack::{Ack, Connection};
use tf_provider::document::{Binding, Form, places};
use tf_provider::lifecycle::DynResource;
use tf_provider::schema::{Attribute, Kind, Nesting};
use tf_provider::value::{Type, Value};
use tf_provider::{Document, Provider as _};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// A resource, and what is known of its calls.
struct Noun {
    name: String,
    attributes: Vec<Attribute>,
    operations: &'static [(Document, &'static str)],
    /// Fields that no attribute carries by its binding, with the reason or with what carries them, by call.
    unbound: BTreeMap<String, BTreeMap<String, String>>,
}

fn nouns() -> Vec<Noun> {
    let noun = |resource: &dyn DynResource<Connection>| Noun {
        name: resource.name().to_owned(),
        attributes: resource.schema().attributes.clone(),
        operations: resource.operations(),
        unbound: unbound(&read(&format!("provider/src/{}/unbound.txt", resource.name()))),
    };
    Ack::resources().iter().map(noun).collect()
}

/// The rows of a list with the name of a call alone on a line, and `field: what becomes of it` below.
fn unbound(list: &str) -> BTreeMap<String, BTreeMap<String, String>> {
    let mut found: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    let mut operation = String::new();
    for line in list.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')) {
        match line.trim().split_once(": ") {
            None => operation = line.trim().to_owned(),
            Some((field, what)) => {
                let earlier = found.entry(operation.clone()).or_default().insert(field.to_owned(), what.to_owned());
                assert_eq!(earlier, None, "{operation}: {field} twice");
            }
        }
        found.entry(operation.clone()).or_default();
    }
    found
}

/// The description of the API.
struct Facts(Json);

impl Facts {
    fn read() -> Self {
        Self(serde_json::from_str(&read("proto/cs/operations.json")).expect("the description of the API"))
    }

    fn operation(&self, action: &str) -> &Json {
        let mut operations = self.0["operations"].as_array().into_iter().flatten();
        operations.find(|operation| operation["action"] == action).unwrap_or_else(|| panic!("there is no {action}"))
    }

    /// The fields of a document with their types. Those that the vendor marks old are among them only if asked for.
    fn fields(&self, document: Document, action: &str, with_old: bool) -> BTreeMap<String, String> {
        let operation = self.operation(action);
        let mut found = BTreeMap::new();
        if document == Document::Read {
            fields(&operation["answer"], "", with_old, &mut found);
            return found;
        }
        for parameter in operation["query"].as_array().into_iter().flatten() {
            fields(parameter, parameter["name"].as_str().unwrap_or_default(), with_old, &mut found);
        }
        fields(&operation["body"], "", with_old, &mut found);
        found
    }
}

fn fields(schema: &Json, at: &str, with_old: bool, found: &mut BTreeMap<String, String>) {
    if !with_old && (schema["deprecated"] == true || schema["no_effect"] == true) {
        return;
    }
    let list = schema["type"] == "array";
    let inner = if list { &schema["items"] } else { schema };
    let kind = schema["type"].as_str().unwrap_or("any").to_owned();
    match inner["properties"].as_object() {
        Some(members) => {
            if !at.is_empty() {
                found.insert(format!("{at}.*"), kind);
            }
            for (name, member) in members {
                fields(member, &if at.is_empty() { name.clone() } else { format!("{at}.{name}") }, with_old, found);
            }
        }
        None if !at.is_empty() => drop(found.insert(at.to_owned(), kind)),
        None => {}
    }
}

fn is_group(field: &str) -> bool {
    field.ends_with(".*")
}

/// Every place is a field of its call and of one attribute, and every field that is not old has an attribute or a reason.
fn misplaced(noun: &Noun, facts: &Facts) -> Vec<String> {
    let mut wrong = Vec::new();
    for (document, action) in noun.operations {
        let known = facts.fields(*document, action, true);
        let mut owners: BTreeMap<String, String> = BTreeMap::new();
        for (place, attribute) in places(&noun.attributes, *document) {
            if !known.contains_key(&place) && !known.contains_key(&format!("{place}.*")) {
                wrong.push(format!("{}.{attribute}: {action} has no field {place}", noun.name));
            }
            if let Some(other) = owners.insert(place.clone(), attribute.clone()) {
                wrong.push(format!("{}: {action}: {place} is of {other} and of {attribute}", noun.name));
            }
        }
        let reasons = noun.unbound.get(*action).cloned().unwrap_or_default();
        let covered = |field: &str| has(&reasons, field) || owners.keys().any(|place| is_at(field, place));
        if *document != Document::Read {
            let live = facts.fields(*document, action, false);
            let open = live.keys().filter(|field| !is_group(field) && !covered(field));
            wrong
                .extend(open.map(|field| format!("{}: {action}: {field} has neither attribute nor reason", noun.name)));
        }
        for field in reasons.keys() {
            let group = field.strip_suffix("*").unwrap_or(field);
            if !known.keys().any(|known| known == field || (group != field && known.starts_with(group))) {
                wrong.push(format!("{}: {action}: the reason for {field} is of no field", noun.name));
            }
            if owners.contains_key(field) {
                wrong.push(format!("{}: {action}: {field} has a reason, but {} carries it", noun.name, owners[field]));
            }
        }
    }
    for (action, reasons) in &noun.unbound {
        if noun.operations.iter().any(|(_, bound)| bound == action) {
            continue;
        }
        let live = facts.fields(Document::Create, action, false);
        let open = live.keys().filter(|field| !is_group(field) && !has(reasons, field));
        wrong.extend(open.map(|field| format!("{}: {action}: {field} has neither attribute nor reason", noun.name)));
    }
    wrong
}

/// Whether a list has a row for a field, or for a group that it is in.
fn has(reasons: &BTreeMap<String, String>, field: &str) -> bool {
    reasons.keys().any(|row| row == field || row.strip_suffix('*').is_some_and(|group| field.starts_with(group)))
}

/// Whether a field is the one at a place, or a part of it.
fn is_at(field: &str, place: &str) -> bool {
    field == place || field.strip_prefix(place).is_some_and(|rest| rest.starts_with('.'))
}

/// The places whose last name is not that of the attribute, by document: a person has looked at each. A `*` around the
/// names of an object's members is one rename of them all, which the object's place says.
fn renamed(noun: &Noun) -> BTreeSet<String> {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (document, _) in noun.operations {
        for (place, attribute) in places(&noun.attributes, *document) {
            let (outer, name) = attribute.rsplit_once('.').unwrap_or(("", &attribute));
            let pattern = find(&noun.attributes, outer).and_then(|outer| outer.binding?.at).unwrap_or_default();
            if place.rsplit('.').next() != Some(name) && place != pattern.replace('*', name) {
                let row = format!("{}.{attribute} is {place}", noun.name);
                found.entry(row).or_default().push(format!("{document:?}").to_lowercase());
            }
        }
    }
    found.into_iter().map(|(row, documents)| format!("{row} ({})", documents.join(", "))).collect()
}

/// Values travel in the type that the API says, and come back as they were.
fn misformed(noun: &Noun, facts: &Facts) -> Vec<String> {
    let mut wrong = Vec::new();
    for (document, action) in noun.operations {
        let known = facts.fields(*document, action, true);
        for (place, attribute) in places(&noun.attributes, *document) {
            let Some(a) = find(&noun.attributes, &attribute) else { continue };
            let expected = known.get(&place).or_else(|| known.get(&format!("{place}.*"))).map(String::as_str);
            let own = a.binding.is_some_and(|binding| binding.own);
            let is_switch = a.binding.and_then(|binding| binding.switch).is_some_and(|switch| place.ends_with(switch));
            let Some(sent) = sent(a).filter(|_| !own && !is_switch) else { continue };
            if let Some(expected) = expected.filter(|expected| !fits(expected, &sent)) {
                wrong.push(format!("{}.{attribute}: {place} of {action} is of type {expected}, not {sent}", noun.name));
            }
        }
    }
    visit(&noun.attributes, "", &mut |name, a| {
        if let (Some(Form { write, read }), Some(sample)) = (a.binding.and_then(|binding| binding.form), sample_of(a)) {
            let back = read(&write(&sample));
            if back.as_ref() != Some(&sample) {
                wrong.push(format!("{}.{name}: {sample:?} comes back as {back:?}", noun.name));
            }
        }
    });
    wrong
}

/// A value of an attribute as it travels; none where that is an object's members'.
fn sent(a: &Attribute) -> Option<Json> {
    let sample = sample_of(a)?;
    Some(match a.binding.and_then(|binding| binding.form) {
        Some(form) => (form.write)(&sample),
        None => match sample {
            Value::Bool(_) => Json::Bool(true),
            Value::Number(_) => Json::from(3),
            Value::String(_) => Json::from("x"),
            Value::List(_) | Value::Set(_) => Json::Array(Vec::new()),
            _ => Json::Object(serde_json::Map::new()),
        },
    })
}

/// A value of an attribute: where a word is none, the text of a JSON document.
fn sample_of(a: &Attribute) -> Option<Value> {
    let sample = sample(&a.kind)?;
    let is_none = a.binding.and_then(|binding| binding.form).is_some_and(|form| (form.write)(&sample).is_null());
    Some(if is_none { Value::from(r#"{"a":1}"#) } else { sample })
}

fn sample(kind: &Kind) -> Option<Value> {
    match kind {
        Kind::Value(ty) => Some(match ty {
            Type::Bool => Value::Bool(true),
            Type::Number => Value::from(3),
            Type::String => Value::from("Monday"),
            Type::List(inner) => Value::List(vec![sample(&Kind::Value((**inner).clone()))?]),
            Type::Set(inner) => Value::Set(vec![sample(&Kind::Value((**inner).clone()))?]),
            Type::Map(inner) => Value::Map([("x".to_owned(), sample(&Kind::Value((**inner).clone()))?)].into()),
            _ => return None,
        }),
        Kind::Nested(Nesting::List | Nesting::Set, _) => Some(Value::List(Vec::new())),
        Kind::Nested(..) => None,
    }
}

fn fits(expected: &str, sent: &Json) -> bool {
    match expected {
        "string" => sent.is_string(),
        "integer" | "number" => sent.is_number(),
        "boolean" => sent.is_boolean(),
        "array" => sent.is_array(),
        "object" => sent.is_object(),
        _ => true,
    }
}

fn find<'a>(attributes: &'a [Attribute], name: &str) -> Option<&'a Attribute> {
    let (first, rest) = name.split_once('.').map_or((name, None), |(first, rest)| (first, Some(rest)));
    let a = attributes.iter().find(|a| a.name == first)?;
    match (rest, &a.kind) {
        (None, _) => Some(a),
        (Some(rest), Kind::Nested(_, inner)) => find(inner, rest),
        (Some(_), Kind::Value(_)) => None,
    }
}

fn visit(attributes: &[Attribute], prefix: &str, see: &mut dyn FnMut(&str, &Attribute)) {
    for a in attributes {
        let name = if prefix.is_empty() { a.name.to_owned() } else { format!("{prefix}.{}", a.name) };
        see(&name, a);
        if let Kind::Nested(_, inner) = &a.kind {
            visit(inner, &name, see);
        }
    }
}

/// The page that says which attribute carries a field of a call, or why none does.
fn coverage(noun: &Noun, facts: &Facts) -> String {
    let mut page = format!(
        "# Fields of the API that `ack_{}` carries\n\nPrinted by `UPDATE=1 cargo test -p terraform-provider-ack --test bindings` from the bindings of the attributes and from\n`unbound.txt`. Fields that the vendor marks deprecated are left out.\n",
        noun.name
    );
    let bound = noun.operations.iter().filter(|(document, _)| *document != Document::Read).copied();
    let others = noun.unbound.keys().filter(|action| noun.operations.iter().all(|(_, bound)| bound != action));
    let others: Vec<(Document, String)> = others.map(|action| (Document::Create, action.clone())).collect();
    let all = bound.map(|(document, action)| (document, action.to_owned(), true));
    for (document, action, is_bound) in
        all.chain(others.into_iter().map(|(document, action)| (document, action, false)))
    {
        let _ = write!(page, "\n## {action}\n\n| field | attribute |\n|---|---|\n");
        let owned = if is_bound { places(&noun.attributes, document) } else { Vec::new() };
        let reasons = noun.unbound.get(&action).cloned().unwrap_or_default();
        let mut rows: BTreeMap<String, String> = reasons.clone();
        for field in facts.fields(document, &action, false).into_keys().filter(|field| !is_group(field)) {
            if let Some((_, attribute)) = owned.iter().find(|(place, _)| is_at(&field, place)) {
                rows.insert(field, format!("`{attribute}`"));
            }
        }
        for (field, what) in rows {
            let _ = writeln!(page, "| `{field}` | {what} |");
        }
    }
    page
}

#[test]
fn every_place_is_a_field_of_one_attribute_and_every_field_has_an_attribute_or_a_reason() {
    let facts = Facts::read();
    let wrong: Vec<String> = nouns().iter().flat_map(|noun| misplaced(noun, &facts)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A call that writes and that nobody lists is one whose fields nobody has looked at.
#[test]
fn every_call_that_writes_has_its_fields_listed() {
    let facts = Facts::read();
    let all: BTreeSet<&str> =
        facts.0["operations"].as_array().into_iter().flatten().filter_map(|o| o["action"].as_str()).collect();
    for noun in nouns() {
        let listed: BTreeSet<&str> =
            noun.operations.iter().map(|(_, action)| *action).chain(noun.unbound.keys().map(String::as_str)).collect();
        for action in calls(&root().join("provider/src").join(&noun.name), &all) {
            let writes = facts.operation(action)["method"] != "GET";
            assert!(!writes || listed.contains(action), "{}: the fields of {action} are not listed", noun.name);
        }
    }
}

/// The calls that the source of a noun makes, by their routes.
fn calls<'a>(folder: &Path, all: &BTreeSet<&'a str>) -> BTreeSet<&'a str> {
    let text: String = fs::read_dir(folder)
        .expect("a folder of a noun")
        .filter_map(|entry| fs::read_to_string(entry.expect("an entry").path()).ok())
        .collect();
    let constant = |action: &str| {
        let mut name = String::new();
        for letter in action.chars() {
            if letter.is_uppercase() && !name.is_empty() {
                name.push('_');
            }
            name.extend(letter.to_uppercase());
        }
        name
    };
    let is_name = |letter: char| letter.is_ascii_uppercase() || letter == '_' || letter.is_ascii_digit();
    let called: BTreeSet<&str> = text
        .split("operations::")
        .skip(1)
        .map(|rest| rest.split(|letter| !is_name(letter)).next().unwrap_or_default())
        .collect();
    all.iter().copied().filter(|action| called.contains(constant(action).as_str())).collect()
}

#[test]
fn every_attribute_says_where_it_stands() {
    for noun in nouns() {
        assert!(!noun.operations.is_empty(), "{} says nothing of the documents that it is in", noun.name);
        for a in noun.attributes.iter().filter(|a| a.name != "timeouts") {
            assert!(a.binding.is_some(), "{}.{}", noun.name, a.name);
        }
    }
}

#[test]
fn every_place_of_another_name_is_on_the_reviewed_list() {
    let found: BTreeSet<String> = nouns().iter().flat_map(renamed).collect();
    let printed: String = found.iter().map(|row| format!("{row}\n")).collect();
    compare("provider/tests/renamed.txt", &printed);
}

#[test]
fn values_travel_in_the_types_of_the_api() {
    let facts = Facts::read();
    let wrong: Vec<String> = nouns().iter().flat_map(|noun| misformed(noun, &facts)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_tables_of_coverage_are_printed_from_the_bindings() {
    let facts = Facts::read();
    for noun in nouns() {
        compare(&format!("provider/src/{}/coverage.md", noun.name), &coverage(&noun, &facts));
    }
}

fn compare(path: &str, printed: &str) {
    if std::env::var_os("UPDATE").is_some() {
        fs::write(root().join(path), printed).unwrap_or_else(|error| panic!("{path}: {error}"));
    }
    let written = fs::read_to_string(root().join(path)).unwrap_or_default();
    assert!(
        written == printed,
        "{path} is not what the bindings say; look at the difference after a run with UPDATE=1"
    );
}

/// The worked example of the architecture page is what the source says: each block that begins with a path is in that file.
#[test]
fn what_the_architecture_page_quotes_is_in_the_source() {
    let page = read("CONTRIBUTING.md");
    let blocks: Vec<&str> = page.split("```rust\n// ").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert!(!blocks.is_empty());
    for block in blocks {
        let (path, quoted) = block.split_once('\n').expect("a path");
        assert!(read(path).contains(quoted), "{path} has no longer\n{quoted}");
    }
}

/// The node pool, changed in one binding.
fn mutant(name: &str, change: impl FnOnce(&mut Binding)) -> Noun {
    let mut pool = nouns().into_iter().find(|noun| noun.name == "node_pool").expect("there are node pools");
    let a = pool.attributes.iter_mut().find(|a| a.name == name).expect("an attribute");
    rebind(a, change);
    pool
}

fn rebind(a: &mut Attribute, change: impl FnOnce(&mut Binding)) {
    let mut binding = *a.binding.expect("a binding");
    change(&mut binding);
    a.binding = Some(Box::leak(Box::new(binding)));
}

fn has_one(wrong: &[String], part: &str) {
    assert!(wrong.iter().any(|wrong| wrong.contains(part)), "{part:?} is not in {wrong:?}");
}

#[test]
fn the_laws_find_what_is_wrong() {
    let facts = Facts::read();
    let misspelt = mutant("image_id", |binding| binding.at = Some("scaling_group.image_ids"));
    has_one(&misplaced(&misspelt, &facts), "has no field scaling_group.image_ids");
    has_one(&misplaced(&misspelt, &facts), "scaling_group.image_id has neither attribute nor reason");
    let twice = mutant("image_id", |binding| binding.at = Some("scaling_group.image_type"));
    has_one(&misplaced(&twice, &facts), "scaling_group.image_type is of image_type and of image_id");

    let mut swapped = mutant("key_pair", |binding| binding.at = Some("scaling_group.image_id"));
    let other = swapped.attributes.iter_mut().find(|a| a.name == "image_id").expect("an attribute");
    rebind(other, |binding| binding.at = Some("scaling_group.key_pair"));
    assert_eq!(misplaced(&swapped, &facts), Vec::<String>::new(), "no law of places sees it");
    let reviewed = read("provider/tests/renamed.txt");
    let unseen: Vec<String> = renamed(&swapped).into_iter().filter(|row| !reviewed.contains(row.as_str())).collect();
    has_one(&unseen, "node_pool.key_pair is scaling_group.image_id (create, modify, read)");

    let mut forgotten = mutant("image_id", |_| {});
    forgotten.unbound.get_mut("CreateClusterNodePool").expect("rows").remove("host_network");
    has_one(&misplaced(&forgotten, &facts), "host_network has neither attribute nor reason");
    forgotten.unbound.get_mut("CreateClusterNodePool").expect("rows").insert("hots".to_owned(), "why".to_owned());
    has_one(&misplaced(&forgotten, &facts), "the reason for hots is of no field");

    let number_as_text = tf_provider::document::forms::NUMBER_AS_TEXT;
    let text = mutant("period", |binding| binding.form = Some(number_as_text));
    has_one(&misformed(&text, &facts), "scaling_group.period of CreateClusterNodePool is of type integer");
    let one_way = Form { read: |_| None, ..number_as_text };
    has_one(&misformed(&mutant("period", |binding| binding.form = Some(one_way)), &facts), "comes back as None");
}
