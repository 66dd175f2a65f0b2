//! Attributes as items of a list, each with its type and its rules.

use super::text;
use crate::function::Parameter;
// The attribute that has a section of its own.
pub(crate) use crate::operation::TIMEOUTS;
use crate::schema::{Attribute, Check, Kind, Nesting, Presence, Shown};
use crate::value::{Type, Value};

/// What the attributes belong to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Subject {
    /// What is read anew each time: the provider block, and all that has no life of its own.
    Plain,
    /// A resource: what a change means is said for each argument.
    Resource,
    /// A nested object that is replaced as a whole.
    Replaced,
}

impl Subject {
    /// What the members of a nested attribute belong to.
    pub(crate) fn inside(self, a: &Attribute) -> Self {
        if a.replace.is_some() { Self::Replaced } else { self }
    }
}

/// A heading, and which attributes stand below it.
type Group = (&'static str, fn(&Attribute) -> bool);

/// The lists of what must, may and cannot be written, each below a heading.
pub(super) fn lists(attributes: &[Attribute], path: &[&str], heading: &str, subject: Subject) -> Vec<String> {
    let groups: [Group; 3] = [
        ("Required", |a| a.presence == Presence::Required && a.default.is_none()),
        ("Optional", |a| a.presence.is_configurable() && (a.presence != Presence::Required || a.default.is_some())),
        ("Read-Only", |a| !a.presence.is_configurable()),
    ];
    let mut sections = Vec::new();
    for (title, belongs) in groups {
        let entries: Vec<String> = attributes.iter().filter(|a| belongs(a)).map(|a| entry(a, path, subject)).collect();
        if !entries.is_empty() {
            let colon = if heading.is_empty() { ":" } else { "" };
            sections.push(format!("{heading}{title}{colon}\n\n{}", entries.join("\n")));
        }
    }
    sections
}

/// The sections of nested objects, each with an anchor, objects inside objects after their own.
pub(super) fn nested(attributes: &[Attribute], path: &[&str], subject: Subject) -> Vec<String> {
    let mut sections = Vec::new();
    for a in attributes.iter().filter(|a| !has_own_section(a, path)) {
        let Kind::Nested(_, members) = &a.kind else {
            continue;
        };
        let path = [path, &[a.name]].concat();
        let inside = subject.inside(a);
        sections.push(format!("<a id=\"{}\"></a>\n\n### Nested Schema for `{}`", anchor(&path), path.join(".")));
        sections.extend(lists(members, &path, "", inside));
        sections.extend(nested(members, &path, inside));
    }
    sections
}

fn has_own_section(a: &Attribute, path: &[&str]) -> bool {
    path.is_empty() && a.name == TIMEOUTS
}

fn anchor(path: &[&str]) -> String {
    format!("nestedatt--{}", path.join("--"))
}

fn entry(a: &Attribute, path: &[&str], subject: Subject) -> String {
    text::item("-", &described(a, vec![type_name(&a.kind)], path, subject))
}

/// An attribute of an identity as an item of a list.
pub(super) fn of_identity(a: &Attribute) -> String {
    let mut paragraphs = text::paragraphs(a.description);
    if let Some(first) = paragraphs.first_mut() {
        *first = format!("`{}` ({}) {first}", a.name, type_name(&a.kind));
    }
    text::item("-", &paragraphs)
}

/// The attributes that such reads show, nested ones included, by their full names in backticks.
pub(super) fn shown(attributes: &[Attribute], by: Shown) -> Vec<String> {
    fn visit(attributes: &[Attribute], prefix: &str, by: Shown, found: &mut Vec<String>) {
        for a in attributes {
            let name = format!("{prefix}{}", a.name);
            if let (Kind::Nested(_, inside), true) = (&a.kind, a.shown == Shown::Always) {
                visit(inside, &format!("{name}."), by, found);
            } else if a.shown == by {
                found.push(format!("`{name}`"));
            }
        }
    }
    let mut found = Vec::new();
    visit(attributes, "", by, &mut found);
    found
}

/// A parameter of a function as an item of a numbered list.
pub(super) fn parameter(parameter: &Parameter, number: usize, variadic: bool) -> String {
    let mut a = parameter.attribute.clone();
    let mut traits = vec![type_name(&a.kind)];
    if let (true, Kind::Value(argument)) = (variadic, &a.kind) {
        traits.push("Variadic".to_owned());
        // Its rules are about all arguments together.
        a.kind = Kind::Value(Type::list(argument.clone()));
    }
    traits.extend(parameter.null.then(|| "Nullable".to_owned()));
    text::item(&format!("{number}."), &described(&a, traits, &[], Subject::Plain))
}

/// The paragraphs about an attribute. `traits`, its type first, are said beside its name, with those that are its own.
fn described(a: &Attribute, mut traits: Vec<String>, path: &[&str], subject: Subject) -> Vec<String> {
    traits.extend(a.sensitive.then(|| "Sensitive".to_owned()));
    traits.extend(a.write_only.then(|| "Write-only".to_owned()));
    traits.extend(a.deprecated.map(|_| "Deprecated".to_owned()));
    let mut paragraphs = with_rules(a, rules(a, path, subject));
    if let Some(first) = paragraphs.first_mut() {
        *first = format!("`{}` ({}) {first}", a.name, traits.join(", "));
    }
    paragraphs
}

/// The documentation of an attribute and its rules, for programs that show the schema instead of a page. What goes
/// without saying, that a change updates in place, is not said.
pub(crate) fn description(a: &Attribute, subject: Subject) -> String {
    let mut rules = facts(a);
    rules.extend(replacement(a, subject));
    with_rules(a, rules).join("\n\n")
}

/// The documentation of an attribute, with its rules as the last sentences.
fn with_rules(a: &Attribute, rules: Vec<String>) -> Vec<String> {
    let mut paragraphs = text::paragraphs(a.description);
    let rules = rules.join(" ");
    match paragraphs.last_mut() {
        _ if rules.is_empty() => {}
        Some(last) if !text::keeps_lines(last) => *last = format!("{last} {rules}"),
        _ => paragraphs.push(rules),
    }
    paragraphs
}

/// Sentences about what may be written and what a change means, and links to what is inside.
fn rules(a: &Attribute, path: &[&str], subject: Subject) -> Vec<String> {
    let mut rules = facts(a);
    if has_own_section(a, path) {
        rules.push("See [Timeouts](#timeouts).".to_owned());
        return rules;
    }
    rules.extend(change(a, subject));
    if matches!(a.kind, Kind::Nested(..)) {
        let path = [path, &[a.name]].concat();
        rules.push(format!("See [below](#{}).", anchor(&path)));
    }
    rules
}

/// Sentences about what may be written.
fn facts(a: &Attribute) -> Vec<String> {
    let mut rules = Vec::new();
    rules.extend(a.deprecated.map(|instead| format!("**Deprecated:** {}", sentence(instead))));
    rules.extend(a.checks.iter().filter_map(|check| allowed(check, &a.kind)));
    rules.extend(a.doubts.iter().filter_map(known));
    rules.extend(a.default.as_ref().map(|default| format!("Default: `{}`.", literal(default))));
    if !a.conflicts.is_empty() {
        rules.push(format!("Conflicts with {}.", names(a.conflicts)));
    }
    if !a.requires.is_empty() {
        rules.push(format!("Requires {}.", names(a.requires)));
    }
    if a.write_only {
        rules.push("Never stored in plan or state; needs Terraform 1.11 or OpenTofu 1.11, or newer.".to_owned());
    }
    match a.shown {
        // Time limits are Terraform's own.
        _ if a.name == TIMEOUTS => {}
        Shown::Always => {}
        Shown::OnImport => rules.push("Only an import reads it, so drift does not show.".to_owned()),
        Shown::Never => rules.push("It is not read back, so drift does not show.".to_owned()),
    }
    rules
}

fn change(a: &Attribute, subject: Subject) -> Option<String> {
    // Terraform does not see the change of a write-only value.
    let in_place = subject == Subject::Resource && a.presence.is_configurable() && !a.write_only;
    replacement(a, subject).or_else(|| in_place.then(|| "A change updates in place.".to_owned()))
}

fn replacement(a: &Attribute, subject: Subject) -> Option<String> {
    match (a.replace, a.may_replace) {
        _ if subject != Subject::Resource => None,
        (Some(reason), _) => Some(format!("A change replaces the resource: {}", sentence(reason))),
        (_, Some(reason)) => Some(format!("Some changes replace the resource: {}", sentence(reason))),
        (None, None) => None,
    }
}

fn sentence(text: &str) -> String {
    format!("{}.", text.trim_end_matches('.'))
}

fn names(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn allowed(check: &Check, kind: &Kind) -> Option<String> {
    match check {
        Check::OneOf(words) => Some(format!("One of {}.", names(words))),
        Check::Range(least, most) => Some(match *most {
            f64::MAX => format!("At least {least}."),
            most => format!("From {least} to {most}."),
        }),
        // Says no more than that a text is not empty.
        Check::Length(1, usize::MAX) if is_text(kind) => None,
        Check::Length(1, usize::MAX) => Some("Not empty.".to_owned()),
        Check::Length(least, most) => {
            let unit = if is_text(kind) { "characters" } else { "elements" };
            Some(match (*least, *most) {
                (least, usize::MAX) => format!("{least} {unit} or more."),
                (0, most) => format!("At most {most} {unit}."),
                (least, most) if least == most => format!("{least} {unit}."),
                (least, most) => format!("{least} to {most} {unit}."),
            })
        }
        Check::Each(check) => allowed(check, &element(kind)).map(|text| format!("Each: {}", lower_first(&text))),
        Check::Whole | Check::Function(_) => None,
    }
}

/// The words of an open list.
fn known(doubt: &Check) -> Option<String> {
    match doubt {
        Check::OneOf(words) => Some(format!("Known values: {}; others are sent with a warning.", names(words))),
        Check::Each(doubt) => known(doubt),
        _ => None,
    }
}

fn is_text(kind: &Kind) -> bool {
    matches!(kind, Kind::Value(Type::String))
}

fn element(kind: &Kind) -> Kind {
    match kind {
        Kind::Value(Type::List(inner) | Type::Set(inner) | Type::Map(inner)) => Kind::Value((**inner).clone()),
        other => other.clone(),
    }
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

fn type_name(kind: &Kind) -> String {
    match kind {
        Kind::Value(ty) => value_type_name(ty),
        Kind::Nested(Nesting::Single, _) => "Object".to_owned(),
        Kind::Nested(Nesting::List, _) => "List of Object".to_owned(),
        Kind::Nested(Nesting::Set, _) => "Set of Object".to_owned(),
        Kind::Nested(Nesting::Map, _) => "Map of Object".to_owned(),
    }
}

fn value_type_name(ty: &Type) -> String {
    match ty {
        Type::Bool => "Boolean".to_owned(),
        Type::Number => "Number".to_owned(),
        Type::String => "String".to_owned(),
        Type::Dynamic => "Any".to_owned(),
        Type::List(inner) => format!("List of {}", value_type_name(inner)),
        Type::Set(inner) => format!("Set of {}", value_type_name(inner)),
        Type::Map(inner) => format!("Map of {}", value_type_name(inner)),
        Type::Tuple(_) => "Tuple".to_owned(),
        Type::Object(_) => "Object".to_owned(),
    }
}

/// A value as it is written in a configuration.
fn literal(value: &Value) -> String {
    match value {
        Value::Bool(truth) => truth.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => format!("{text:?}"),
        Value::List(elements) | Value::Set(elements) | Value::Tuple(elements) => {
            format!("[{}]", elements.iter().map(literal).collect::<Vec<_>>().join(", "))
        }
        Value::Map(members) | Value::Object(members) => {
            let members: Vec<String> =
                members.iter().map(|(name, value)| format!("{name} = {}", literal(value))).collect();
            if members.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", members.join(", ")) }
        }
        Value::Dynamic(dynamic) => literal(&dynamic.value),
        Value::Null | Value::Unknown => "null".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use secrecy::SecretString;
    use similar_asserts::assert_eq;

    use super::*;
    use crate::{Computed, Model, OptionalComputed, Set, StringEnum};

    /// Kinds of shelves.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, StringEnum)]
    enum Wood {
        /// Hard.
        #[value("oak")]
        Oak,
        /// Soft.
        #[value("pine")]
        Pine,
    }

    /// A board.
    #[derive(Clone, Debug, PartialEq, Model)]
    struct Board {
        /// Width in
        /// centimetres.
        #[attr(range = 10..=200, default = 80)]
        width: i64,
        /// Woods, best first.
        woods: Option<Vec<Wood>>,
    }

    /// A shelf.
    #[derive(Clone, Debug, Model)]
    struct Shelf {
        /// Name.
        #[attr(len = 1..=63, replace = "a shelf keeps its name")]
        name: String,
        /// Key of the lock.
        ///
        /// - brass
        /// - steel
        #[attr(write_only, requires(name))]
        key: Option<SecretString>,
        /// Words.
        #[attr(len = ..=3, conflicts(labels), deprecated = "use `labels` instead")]
        words: Option<Set<String>>,
        /// Labels.
        labels: OptionalComputed<BTreeMap<String, String>>,
        /// Boards.
        #[attr(replace = "boards are nailed")]
        boards: Option<Vec<Board>>,
        /// Feet.
        feet: Option<Board>,
        /// Glue.
        #[attr(unread)]
        glue: Option<String>,
        /// Nails.
        #[attr(read_once, replace = "nails hold")]
        nails: OptionalComputed<i64>,
        /// Weight.
        weight: Computed<f64>,
    }

    #[test]
    fn every_rule_is_a_sentence() {
        let attributes = Shelf::attributes();
        let mut page = lists(&attributes, &[], "### ", Subject::Resource);
        page.extend(nested(&attributes, &[], Subject::Resource));
        assert_eq!(page.join("\n\n") + "\n", include_str!("attribute/shelf.md"));
    }

    #[test]
    fn values_are_written_as_in_a_configuration() {
        for (value, text) in [
            (Value::from("a \"b\""), r#""a \"b\"""#),
            (Value::from(true), "true"),
            (Value::from(3), "3"),
            (Value::List(vec![Value::from("a"), Value::from("b")]), r#"["a", "b"]"#),
            (Value::Map(BTreeMap::new()), "{}"),
            (Value::object([("a", Value::from(1))]), "{ a = 1 }"),
        ] {
            assert_eq!(literal(&value), text);
        }
    }
}
