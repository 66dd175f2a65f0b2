//! A law about the simulator's own source: nouns are seen by the one list of nouns alone, and modules import one another in
//! one direction, so that a new noun leaves all others as they are.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// The circles that there may be, each for its reason: the account starts tasks, and a task that ends changes the account.
const REVIEWED: [[&str; 2]; 1] = [["machine", "store"]];
/// The list of nouns.
const LIST: &str = "nouns";

type Sources = BTreeMap<String, String>;
type Imports = BTreeMap<String, BTreeSet<String>>;

/// The modules of a folder by their path, such as `nouns::cluster::create`; the crate itself is the empty path.
fn modules(folder: &Path, outer: &str, found: &mut Sources) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        let module = join(outer, name);
        if path.is_dir() {
            modules(&path, &module, found);
        } else if path.extension().is_some_and(|kind| kind == "rs") && !["main", "tests"].contains(&name) {
            let module = if module == "lib" { String::new() } else { module };
            found.insert(module, fs::read_to_string(&path).unwrap());
        }
    }
}

fn join(outer: &str, name: &str) -> String {
    if outer.is_empty() { name.to_owned() } else { format!("{outer}::{name}") }
}

/// The words of a source: names, `::`, and single signs. Comments, texts and tests are left out.
fn words(source: &str) -> Vec<String> {
    let production = source.split("#[cfg(test)]\nmod tests").next().unwrap();
    let mut words = Vec::new();
    let mut rest = production;
    while let Some(letter) = rest.chars().next() {
        let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
        let length = match letter {
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '"' => text(rest),
            'r' if rest.starts_with("r\"") || rest.starts_with("r#") => {
                let mark = format!("\"{}", "#".repeat(rest[1..].find('"').unwrap()));
                let begin = rest.find('"').unwrap() + 1;
                begin + rest[begin..].find(&mark).unwrap() + mark.len()
            }
            // A letter in quotes; what else begins so is a lifetime.
            '\'' if rest.starts_with("'\\") => 3 + rest[3..].find('\'').unwrap(),
            '\'' if rest.chars().nth(2) == Some('\'') => rest.char_indices().nth(3).map_or(rest.len(), |(at, _)| at),
            _ if is_word(letter) => rest.find(|letter| !is_word(letter)).unwrap_or(rest.len()),
            _ if rest.starts_with("::") => 2,
            _ => letter.len_utf8(),
        };
        let word = &rest[..length];
        if is_word(letter) && !word.contains('"') || word.len() <= 2 && !letter.is_whitespace() {
            words.push(word.to_owned());
        }
        rest = &rest[length..];
    }
    words
}

/// The length of a text in quotes.
fn text(source: &str) -> usize {
    let mut escaped = true;
    let end = source.find(|letter| {
        let is_end = letter == '"' && !escaped;
        escaped = letter == '\\' && !escaped;
        is_end
    });
    end.unwrap() + 1
}

/// The paths of a tree such as `a::{b, c::d}` that begins at a word, each with what stands before it.
fn tree(words: &[String], at: &mut usize, before: &[String], paths: &mut Vec<Vec<String>>) {
    let mut path = before.to_vec();
    loop {
        match words.get(*at).map(String::as_str) {
            Some("{") => {
                *at += 1;
                while words.get(*at).is_some_and(|word| word != "}") {
                    if words[*at] == "," {
                        *at += 1;
                    } else {
                        let begin = *at;
                        tree(words, at, &path, paths);
                        *at = (*at).max(begin + 1);
                    }
                }
                *at += 1;
                return;
            }
            Some(word) if word.starts_with(|letter: char| letter.is_alphanumeric() || letter == '_') => {
                path.push(word.to_owned());
                *at += 1;
            }
            _ => break,
        }
        if words.get(*at).is_some_and(|word| word == "::") {
            *at += 1;
        } else {
            break;
        }
    }
    paths.push(path);
}

/// What each module imports: by a path that begins with `crate`, `super` or `self`, wherever it stands, or as its own part.
fn imports(sources: &Sources) -> Imports {
    let mut imports = Imports::new();
    for (module, source) in sources {
        let words = words(source);
        let found = imports.entry(module.clone()).or_default();
        let mut at = 0;
        while at < words.len() {
            if words[at] == "mod" {
                found.insert(join(module, &words[at + 1]));
            }
            let is_path = ["crate", "super", "self"].contains(&words[at].as_str())
                && words.get(at + 1).is_some_and(|word| word == "::")
                && (at == 0 || words[at - 1] != "::");
            if !is_path {
                at += 1;
                continue;
            }
            let mut paths = Vec::new();
            tree(&words, &mut at, &[], &mut paths);
            found.extend(paths.iter().map(|path| resolve(sources, module, path)));
        }
        found.retain(|other| other != module && sources.contains_key(other));
    }
    imports
}

/// The module that a path leads to.
fn resolve(sources: &Sources, module: &str, path: &[String]) -> String {
    let mut place: Vec<&str> = if module.is_empty() { Vec::new() } else { module.split("::").collect() };
    let mut target = String::new();
    for (index, name) in path.iter().enumerate() {
        match name.as_str() {
            "crate" => place.clear(),
            "super" => drop(place.pop()),
            "self" => {}
            name => place.push(name),
        }
        let here = place.join("::");
        if index == 0 || sources.contains_key(&here) {
            target = here;
        }
    }
    target
}

/// The sets of modules that lead back to themselves.
fn circles(imports: &Imports) -> BTreeSet<Vec<String>> {
    let reach = |from: &str| {
        let mut seen = BTreeSet::new();
        let mut next = vec![from.to_owned()];
        while let Some(module) = next.pop() {
            for other in &imports[&module] {
                if seen.insert(other.clone()) {
                    next.push(other.clone());
                }
            }
        }
        seen
    };
    let all: BTreeMap<_, _> = imports.keys().map(|module| (module.clone(), reach(module))).collect();
    let circle = |module: &String| -> Vec<String> {
        all[module].iter().filter(|other| all[*other].contains(module)).cloned().collect()
    };
    all.keys().map(circle).filter(|circle| circle.len() > 1).collect()
}

/// Nouns that are imported by something else than their own parts and the list.
fn strangers(imports: &Imports) -> Vec<String> {
    let noun = |module: &str| module.strip_prefix("nouns::").map(|path| path.split("::").next().unwrap().to_owned());
    let mut found = Vec::new();
    for (module, others) in imports.iter().filter(|(module, _)| *module != LIST) {
        for other in others.iter().filter(|other| noun(other).is_some() && noun(other) != noun(module)) {
            found.push(format!("{module} imports {other}"));
        }
    }
    found
}

fn sources() -> Sources {
    let mut sources = Sources::new();
    modules(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), "", &mut sources);
    sources
}

#[test]
fn only_the_list_imports_nouns() {
    let imports = imports(&sources());
    assert!(imports[LIST].len() > 5, "the list is empty: {:?}", imports[LIST]);
    assert_eq!(strangers(&imports), Vec::<String>::new());
}

#[test]
fn imports_go_one_way() {
    let imports = imports(&sources());
    let reviewed: BTreeSet<Vec<String>> = REVIEWED.iter().map(|circle| circle.map(str::to_owned).to_vec()).collect();
    assert_eq!(circles(&imports), reviewed);
}

/// The reading above is held to a plainer one, which sees less.
#[test]
fn no_import_is_overlooked() {
    let sources = sources();
    let imports = imports(&sources);
    let mut seen = 0;
    for (module, source) in &sources {
        let lines = source.lines().take_while(|line| *line != "#[cfg(test)]");
        for line in lines.filter(|line| !line.trim_start().starts_with("//")) {
            for other in sources.keys().filter(|other| !other.is_empty() && line.contains(&format!("crate::{other}::")))
            {
                assert!(imports[module].iter().any(|import| import.starts_with(other)), "{module}: {line}");
                seen += 1;
            }
        }
    }
    assert!(seen > 100, "{seen} imports in all of the source");
}

#[test]
fn a_circle_and_a_stranger_are_found() {
    let fabricated: Sources = [
        ("", "mod a; mod b; mod c; mod d; mod nouns; pub use a::A;"),
        ("a", "//! use crate::d::x;\nuse crate::{b::{self, Thing}};\nconst TEXT: &str = \"crate::d \\\" crate::d\";"),
        ("b", "fn f<'a>() -> super::c::Thing { ['\"', '\\'', r#\"crate::d \"\"#] }"),
        ("c", "use std::fmt;\nfn f() { self::g(crate::a::X) }\n#[cfg(test)]\nmod tests { use crate::d::x; }"),
        ("d", "use crate::A;"),
        ("nouns", "mod one; mod two;"),
        ("nouns::one", "mod part; use crate::a::A;"),
        ("nouns::one::part", "use super::super::two::Two;"),
        ("nouns::two", ""),
    ]
    .into_iter()
    .map(|(module, text)| (module.to_owned(), text.to_owned()))
    .collect();
    let imports = imports(&fabricated);
    assert_eq!(imports["nouns::one"], ["a", "nouns::one::part"].map(str::to_owned).into());
    let circle = |modules: &[&str]| modules.iter().map(|module| (*module).to_owned()).collect::<Vec<_>>();
    // What a module takes from the crate itself leads back to it, too.
    assert_eq!(circles(&imports), BTreeSet::from([circle(&["a", "b", "c"]), circle(&["", "d"])]));
    assert_eq!(strangers(&imports), ["nouns::one::part imports nouns::two"]);
}
