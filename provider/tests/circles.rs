//! The files of the framework use each other in one direction: what two need of each other stands below both. A circle
//! that is left is on the reviewed list, with its reason.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens as _;

/// The circles that may be.
const REVIEWED: &[&[&str]] = &[
    // A trait and the types that implement it.
    &["model", "model/json", "model/presence", "model/view"],
    // What listens and what it accepts count the connections together.
    &["serve/connection", "serve/listener"],
];

/// A module by the names on the way to it.
type Module = Vec<String>;

/// What a module uses, as paths from the root of the crate, and under which names it offers what others have.
#[derive(Default)]
struct Uses {
    paths: Vec<Vec<String>>,
    offers: BTreeMap<String, Vec<String>>,
}

fn sources() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("framework/src")
}

/// Reads the files of a folder and of those inside, but for tests.
fn read(folder: &Path, module: &Module, found: &mut BTreeMap<Module, Uses>) {
    for entry in fs::read_dir(folder).expect("a folder of the framework") {
        let path = entry.expect("an entry").path();
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let inner = [module.as_slice(), std::slice::from_ref(&name)].concat();
        if path.is_dir() {
            read(&path, &inner, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") && name != "tests" {
            let source = fs::read_to_string(&path).expect("a source");
            let file = syn::parse_file(&source).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            let module = if inner == ["lib"] { Module::new() } else { inner };
            found.insert(module.clone(), uses(&module, file));
        }
    }
}

fn uses(module: &Module, file: syn::File) -> Uses {
    let mut uses = Uses::default();
    for item in file.items {
        match item {
            syn::Item::Mod(_) => {}
            syn::Item::Use(item) => {
                let mut paths = Vec::new();
                flatten(&item.tree, &mut Vec::new(), &mut paths);
                for path in paths.into_iter().filter_map(|path| from_root(module, path)) {
                    if !matches!(item.vis, syn::Visibility::Inherited)
                        && let Some(name) = path.last()
                    {
                        uses.offers.insert(name.clone(), path.clone());
                    }
                    uses.paths.push(path);
                }
            }
            item => spoken(module, item.to_token_stream(), &mut uses.paths),
        }
    }
    uses
}

/// The paths of a use, under the names that they have where they are from.
fn flatten(tree: &syn::UseTree, before: &mut Vec<String>, found: &mut Vec<Vec<String>>) {
    let mut end = |name: String| found.push([before.as_slice(), &[name]].concat());
    match tree {
        syn::UseTree::Name(name) => end(name.ident.to_string()),
        syn::UseTree::Rename(rename) => end(rename.ident.to_string()),
        syn::UseTree::Glob(_) => end("*".to_owned()),
        syn::UseTree::Group(group) => group.items.iter().for_each(|tree| flatten(tree, before, found)),
        syn::UseTree::Path(path) => {
            before.push(path.ident.to_string());
            flatten(&path.tree, before, found);
            before.pop();
        }
    }
}

/// The paths that begin with `crate`, `self` or `super` in whatever depth.
fn spoken(module: &Module, tokens: TokenStream, found: &mut Vec<Vec<String>>) {
    let mut path: Vec<String> = Vec::new();
    let mut colons = 0;
    let mut end = |path: &mut Vec<String>| {
        let path = std::mem::take(path);
        if path.len() > 1 {
            found.extend(from_root(module, path));
        }
    };
    let mut inner = Vec::new();
    for token in tokens {
        match token {
            TokenTree::Punct(punct) if punct.as_char() == ':' => colons += 1,
            TokenTree::Ident(name) => {
                if colons != 2 {
                    end(&mut path);
                }
                path.push(name.to_string());
                colons = 0;
            }
            other => {
                end(&mut path);
                colons = 0;
                if let TokenTree::Group(group) = other {
                    inner.push(group.stream());
                }
            }
        }
    }
    end(&mut path);
    for tokens in inner {
        spoken(module, tokens, found);
    }
}

/// A path from the root of the crate; none, if it leads out of it.
fn from_root(module: &Module, path: Vec<String>) -> Option<Vec<String>> {
    let above = path.iter().take_while(|name| *name == "super").count();
    match path.first()?.as_str() {
        "crate" => Some(path[1..].to_vec()),
        "self" => Some([module.as_slice(), &path[1..]].concat()),
        "super" => Some([module.get(..module.len().checked_sub(above)?)?, &path[above..]].concat()),
        _ => None,
    }
}

/// The module in which what a path names is written.
fn home(path: &[String], modules: &BTreeMap<Module, Uses>, depth: usize) -> Module {
    let length = (0..=path.len()).rev().find(|length| modules.contains_key(&path[..*length])).unwrap_or_default();
    let (module, rest) = path.split_at(length);
    let offered = rest.first().and_then(|name| modules.get(module)?.offers.get(name));
    match offered {
        Some(offered) if depth > 0 => home(&[offered.as_slice(), &rest[1..]].concat(), modules, depth - 1),
        _ => module.to_vec(),
    }
}

type Graph = BTreeMap<String, BTreeSet<String>>;

fn graph() -> Graph {
    let mut modules = BTreeMap::new();
    read(&sources(), &Module::new(), &mut modules);
    let edges = |(module, uses): (&Module, &Uses)| {
        let homes = uses.paths.iter().map(|path| home(path, &modules, 5)).filter(|home| home != module);
        (module.join("/"), homes.map(|home| home.join("/")).collect())
    };
    modules.iter().map(edges).collect()
}

/// All that can be reached from a file.
fn reached<'g>(graph: &'g Graph, from: &str) -> BTreeSet<&'g str> {
    let (mut open, mut seen) = (vec![from], BTreeSet::new());
    while let Some(file) = open.pop() {
        for next in graph.get(file).into_iter().flatten() {
            if seen.insert(next.as_str()) {
                open.push(next);
            }
        }
    }
    seen
}

/// The files that reach themselves, together with those on the way.
fn circles(graph: &Graph) -> BTreeSet<Vec<&str>> {
    let reached: BTreeMap<&str, BTreeSet<&str>> =
        graph.keys().map(|file| (file.as_str(), reached(graph, file))).collect();
    let circle = |file: &&str| -> Vec<&str> {
        let back = |other: &&&str| reached.get(**other).is_some_and(|reached| reached.contains(file));
        reached[file].iter().filter(back).copied().collect()
    };
    reached.keys().map(circle).filter(|circle| !circle.is_empty()).collect()
}

#[test]
fn the_files_of_the_framework_make_no_circle_that_nobody_has_reviewed() {
    let graph = graph();
    let reviewed: BTreeSet<Vec<&str>> = REVIEWED.iter().map(|circle| circle.to_vec()).collect();
    assert_eq!(circles(&graph), reviewed);
}

/// The law sees what it should: uses in groups, by names that others offer, and paths inside of functions.
#[test]
fn uses_of_all_forms_are_seen() {
    let graph = graph();
    for (file, used) in [
        ("lifecycle/driver", "lifecycle/contract"),
        ("provider", "lifecycle/driver"),
        ("data_source", "operation/context"),
        ("fault", "serve/panics"),
    ] {
        assert!(graph[file].contains(used), "{file} uses {:?}", graph[file]);
    }
    let edge = |from: &str, to: &[&str]| (from.to_owned(), to.iter().map(|to| (*to).to_owned()).collect());
    let small = Graph::from([edge("a", &["b", "d"]), edge("b", &["c"]), edge("c", &["a"]), edge("d", &[])]);
    assert_eq!(circles(&small), BTreeSet::from([vec!["a", "b", "c"]]));
}
