//! R46: what a message advises works when it is followed.
//!
//! Every sentence of the sources that tells somebody to do something, or what the next run will do, stands in
//! `advice.txt` with the test that does it, or with the reason why no test can.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens as _;

/// Where users' texts come from: the root of a crate, and modules of it that are for tests.
const SOURCES: &[(&str, &[&str])] =
    &[("provider/src", &[]), ("provider/framework/src", &["kit"]), ("provider/client/src", &[])];

/// What a clause begins with that wants something done.
const IMPERATIVES: &[&str] = &[
    "add",
    "apply",
    "ask",
    "attach",
    "authorise",
    "call",
    "change",
    "check",
    "choose",
    "configure",
    "copy",
    "correct",
    "create",
    "define",
    "delete",
    "destroy",
    "disable",
    "do",
    "drop",
    "edit",
    "enable",
    "ensure",
    "export",
    "find",
    "fix",
    "get",
    "give",
    "go",
    "grant",
    "ignore",
    "import",
    "increase",
    "install",
    "keep",
    "leave",
    "let",
    "look",
    "lower",
    "make",
    "move",
    "name",
    "note",
    "open",
    "pass",
    "pick",
    "plan",
    "please",
    "point",
    "put",
    "raise",
    "recreate",
    "reduce",
    "refresh",
    "remove",
    "rename",
    "repeat",
    "replace",
    "report",
    "rerun",
    "restore",
    "retry",
    "run",
    "see",
    "select",
    "set",
    "specify",
    "split",
    "start",
    "stop",
    "switch",
    "take",
    "taint",
    "try",
    "turn",
    "unset",
    "untaint",
    "update",
    "upgrade",
    "use",
    "wait",
    "write",
];

/// What says what to do, or what will be done, wherever it stands.
const PHRASES: &[&str] =
    &["did you mean", "next apply", "next plan", "run terraform", "`terraform ", "`tofu ", "to go on", "you "];

/// What comes before a clause.
const OPENERS: &[&str] =
    &["otherwise ", "then ", "and then ", "next: ", "first, ", "next, ", "or else ", "or ", "and "];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn is_for_tests(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| attribute.to_token_stream().to_string().replace(' ', "") == "#[cfg(test)]")
}

/// The texts in the items of a module and of all inside of it.
fn texts_of(items: Vec<syn::Item>, folder: &Path, except: &[&str], found: &mut Vec<String>) {
    for item in items {
        match item {
            syn::Item::Mod(inner) => {
                let name = inner.ident.to_string();
                if is_for_tests(&inner.attrs) || except.contains(&name.as_str()) {
                    continue;
                }
                let folder_inside = folder.join(&name);
                let items = match inner.content {
                    Some((_, items)) => items,
                    None => parse(&folder.join(format!("{name}.rs"))),
                };
                texts_of(items, &folder_inside, except, found);
            }
            item => texts_in(item.to_token_stream(), found),
        }
    }
}

fn parse(path: &Path) -> Vec<syn::Item> {
    syn::parse_file(&read(path)).unwrap_or_else(|error| panic!("{}: {error}", path.display())).items
}

/// The literals in tokens, but for the documentation of the source.
fn texts_in(tokens: TokenStream, found: &mut Vec<String>) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => {
                let first = group.stream().into_iter().next();
                let is_doc = matches!(first, Some(TokenTree::Ident(word)) if word == "doc");
                if !is_doc {
                    texts_in(group.stream(), found);
                }
            }
            TokenTree::Literal(literal) => {
                found.extend(syn::parse_str::<syn::LitStr>(&literal.to_string()).ok().map(|text| text.value()));
            }
            _ => {}
        }
    }
}

/// The sentences of a text. One begins with a capital letter, or with something that is quoted or filled in.
fn sentences(text: &str) -> Vec<String> {
    let begins = |c: char| c.is_uppercase() || "`{\"".contains(c);
    let mut sentences = Vec::new();
    for line in text.lines() {
        let mut from = 0;
        for (end, _) in line.match_indices(['.', '?', '!']) {
            let after = &line[end + 1..];
            if after.is_empty() || after.strip_prefix(' ').is_some_and(|next| next.starts_with(begins)) {
                sentences.push(line[from..=end].trim().to_owned());
                from = end + 1;
            }
        }
        sentences.push(line[from..].trim().to_owned());
    }
    sentences.retain(|sentence| !sentence.is_empty());
    sentences
}

/// Whether a sentence tells somebody to do something, or what the next run will do.
fn is_advice(sentence: &str) -> bool {
    let sentence = sentence.to_lowercase();
    // One word is a name.
    if !sentence.contains(' ') {
        return false;
    }
    let begins = |clause: &str| {
        let mut clause = clause.trim_start();
        while let Some(opener) = OPENERS.iter().find(|opener| clause.starts_with(**opener)) {
            clause = clause[opener.len()..].trim_start();
        }
        let word: String = clause.chars().take_while(|c| c.is_alphabetic()).collect();
        // A predicate of a value: "is not valid; write it with jsonencode()".
        IMPERATIVES.contains(&word.as_str()) && clause[word.len()..].starts_with([' ', '.', ';', ',', ':'])
    };
    PHRASES.iter().any(|phrase| sentence.contains(phrase)) || sentence.split([',', ';', ':', '(']).any(begins)
}

/// What stands below a sentence of the list.
#[derive(Debug)]
enum Followed {
    /// A test that does it.
    By(String),
    /// A row of the table of mistakes goes on with it.
    Row,
    /// No test can do it, or there is nothing to do.
    Not,
}

/// The list that a person has reviewed: a sentence, and what follows it in lines that are indented.
fn reviewed(list: &str) -> BTreeMap<String, Vec<Followed>> {
    let mut reviewed: BTreeMap<String, Vec<Followed>> = BTreeMap::new();
    let mut sentence = String::new();
    for line in list.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')) {
        let Some(said) = line.strip_prefix("  ") else {
            line.clone_into(&mut sentence);
            assert!(reviewed.insert(sentence.clone(), Vec::new()).is_none(), "twice: {sentence}");
            continue;
        };
        let followed = match said.split_once(": ") {
            Some(("test", name)) => Followed::By(name.to_owned()),
            Some(("not", reason)) if reason.split(' ').count() > 2 => Followed::Not,
            None if said == "row" => Followed::Row,
            _ => panic!("neither `test: path::name`, `row` nor `not: reason`: {said}"),
        };
        reviewed.get_mut(&sentence).unwrap_or_else(|| panic!("of no sentence: {said}")).push(followed);
    }
    reviewed
}

/// Whether a file has a test of this name.
fn is_a_test(name: &str) -> bool {
    let Some((path, function)) = name.split_once("::") else { return false };
    let Ok(source) = fs::read_to_string(root().join(path)) else { return false };
    let before = |declaration: &str| source.find(declaration).map(|place| &source[..place]);
    before(&format!("\nfn {function}("))
        .or_else(|| before(&format!("\nasync fn {function}(")))
        .or_else(|| before(&format!("\n    fn {function}(")))
        .or_else(|| before(&format!("\n    async fn {function}(")))
        .is_some_and(|before| {
            let attributes = before.lines().rev().take_while(|line| line.trim_start().starts_with("#["));
            attributes.map(str::trim_start).any(|line| line.starts_with("#[test]") || line.starts_with("#[tokio::test"))
        })
}

/// The rows of the table of mistakes whose advice is followed.
fn followed_rows() -> Vec<String> {
    let folder = root().join("acceptance/tests/mistakes");
    let files = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let paths = files.filter_map(Result::ok).map(|entry| entry.path());
    let texts = paths.filter(|path| path.extension().is_some_and(|end| end == "txt")).map(|path| read(&path));
    let rows: Vec<String> = texts.flat_map(|text| text.split("\n\n").map(str::to_owned).collect::<Vec<_>>()).collect();
    rows.into_iter().filter(|row| row.contains("\nthen ")).collect()
}

/// Whether a row has a sentence, whatever is filled in.
fn has(row: &str, sentence: &str) -> bool {
    let mut rest = row;
    for fixed in sentence.split('{').map(|part| part.split_once('}').map_or(part, |(_, after)| after)) {
        match rest.find(fixed) {
            Some(place) => rest = &rest[place + fixed.len()..],
            None => return false,
        }
    }
    true
}

#[test]
fn each_piece_of_advice_is_followed_by_a_test() {
    let mut found = BTreeSet::new();
    for (folder, except) in SOURCES {
        let folder = root().join(folder);
        let mut texts = Vec::new();
        texts_of(parse(&folder.join("lib.rs")), &folder, except, &mut texts);
        found.extend(texts.iter().flat_map(|text| sentences(text)).filter(|sentence| is_advice(sentence)));
    }
    let reviewed = reviewed(&read(&root().join("provider/tests/advice.txt")));
    let new: Vec<&String> = found.iter().filter(|sentence| !reviewed.contains_key(*sentence)).collect();
    let gone: Vec<&String> = reviewed.keys().filter(|sentence| !found.contains(*sentence)).collect();
    assert!(new.is_empty() && gone.is_empty(), "review advice.txt\nnew: {new:#?}\ngone: {gone:#?}");

    let rows = followed_rows();
    let mut wrong = Vec::new();
    for (sentence, followed) in &reviewed {
        if followed.is_empty() {
            wrong.push(format!("nothing follows: {sentence}"));
        }
        for followed in followed {
            match followed {
                Followed::By(name) if !is_a_test(name) => wrong.push(format!("{name} is no test: {sentence}")),
                Followed::Row if !rows.iter().any(|row| has(row, sentence)) => {
                    wrong.push(format!("no row goes on from: {sentence}"));
                }
                _ => {}
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn advice_is_told_from_what_is_so() {
    let text = "It is 1.2 (old). Remove `x`, or wait. `y` is off;\nthen set it. Done.";
    let found = sentences(text);
    assert_eq!(found, ["It is 1.2 (old).", "Remove `x`, or wait.", "`y` is off;", "then set it.", "Done."]);
    let advice: Vec<bool> = found.iter().map(|sentence| is_advice(sentence)).collect();
    assert_eq!(advice, [false, true, false, true, false]);
    for advice in ["To end it, set `x`.", "is no JSON; write it with jsonencode()", "It is off: switch it on"] {
        assert!(is_advice(advice), "{advice}");
    }
    for none in ["The setting was removed.", "a set of strings", "remove", "It was used."] {
        assert!(!is_advice(none), "{none}");
    }
    assert!(has("a\nIt is 3, not 4.\nthen x = 1", "It is {a}, not {}.") && !has("It is 3.", "It is {a}, not {}."));
}
