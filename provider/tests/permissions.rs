//! The page of the permissions that the provider needs is what its source calls.
//!
//! The operations in the source of a noun (`operations::CREATE_CLUSTER`, or its name in a text) are those that it calls, and so are those in the
//! client's methods that it calls, by their names. `UPDATE=1 cargo test -p terraform-provider-ack --test permissions` writes the page.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use ack_client::operations::ALL;
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens as _;
use similar_asserts::assert_eq;
use terraform_provider_ack::Ack;
use tf_provider::Provider;
use tf_provider::provider::Named;

/// One operation of the API; those that change nothing come first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Operation {
    writes: bool,
    name: String,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn parse(path: &Path) -> syn::File {
    let source = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    syn::parse_file(&source).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn is_for_tests(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| attribute.to_token_stream().to_string().replace(' ', "") == "#[cfg(test)]")
}

/// The items of a module and of all inside of it, without what is only there for tests, but for the modules `except`.
fn items(file: &Path, folder: &Path, except: &[&str], found: &mut Vec<syn::Item>) {
    for item in parse(file).items {
        match item {
            syn::Item::Mod(inner) if is_for_tests(&inner.attrs) => {}
            syn::Item::Mod(inner) if inner.content.is_none() => {
                let name = inner.ident.to_string();
                if !except.contains(&name.as_str()) {
                    items(&folder.join(format!("{name}.rs")), &folder.join(name), except, found);
                }
            }
            item => found.push(item),
        }
    }
}

/// The names in `.name(...)`, in whatever depth.
fn called(tokens: TokenStream, found: &mut BTreeSet<String>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for window in tokens.windows(3) {
        if let [TokenTree::Punct(dot), TokenTree::Ident(name), TokenTree::Group(arguments)] = window
            && dot.as_char() == '.'
            && arguments.delimiter() == Delimiter::Parenthesis
        {
            found.insert(name.to_string());
        }
    }
    for token in tokens {
        if let TokenTree::Group(group) = token {
            called(group.stream(), found);
        }
    }
}

/// The operations in `operations::CREATE_CLUSTER`, in whatever depth.
fn requested(tokens: TokenStream, found: &mut BTreeSet<Operation>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for window in tokens.windows(4) {
        if let [TokenTree::Ident(module), TokenTree::Punct(_), TokenTree::Punct(colon), TokenTree::Ident(name)] = window
            && module == "operations"
            && colon.as_char() == ':'
        {
            let letters = name.to_string().replace('_', "");
            let operation = ALL.iter().find(|operation| operation.action.to_uppercase() == letters);
            let Some(operation) = operation else { continue };
            found.insert(Operation { writes: operation.is_write(), name: operation.action.to_owned() });
        }
    }
    for token in tokens {
        match token {
            TokenTree::Group(group) => requested(group.stream(), found),
            // Bindings and plain lives name the operations in texts.
            TokenTree::Literal(literal) => {
                let text = literal.to_string();
                let operation = ALL.iter().find(|operation| text == format!("{:?}", operation.action));
                found.extend(operation.map(|o| Operation { writes: o.is_write(), name: o.action.to_owned() }));
            }
            _ => {}
        }
    }
}

/// What each method of the client requests, by itself and through others.
fn client() -> BTreeMap<String, BTreeSet<Operation>> {
    let folder = root().join("provider/client/src");
    let mut found = Vec::new();
    items(&folder.join("lib.rs"), &folder, &[], &mut found);
    let mut methods: BTreeMap<String, (BTreeSet<Operation>, BTreeSet<String>)> = BTreeMap::new();
    for item in found {
        let syn::Item::Impl(block) = item else { continue };
        if block.trait_.is_some() || block.self_ty.to_token_stream().to_string() != "Client" {
            continue;
        }
        for member in block.items {
            let syn::ImplItem::Fn(method) = member else { continue };
            let (own, others) = methods.entry(method.sig.ident.to_string()).or_default();
            requested(method.block.to_token_stream(), own);
            called(method.block.to_token_stream(), others);
        }
    }
    let all = |name: &String| {
        let (mut open, mut seen) = (vec![name.clone()], BTreeSet::new());
        let mut operations = BTreeSet::new();
        while let Some(name) = open.pop() {
            if seen.insert(name.clone())
                && let Some((own, others)) = methods.get(&name)
            {
                operations.extend(own.iter().cloned());
                open.extend(others.iter().cloned());
            }
        }
        operations
    };
    methods.keys().map(|name| (name.clone(), all(name))).filter(|(_, operations)| !operations.is_empty()).collect()
}

/// What each noun calls: its own source, and what all nouns share.
fn nouns() -> BTreeMap<&'static str, BTreeSet<Operation>> {
    let client = client();
    let names: Vec<&'static str> = Ack::resources().iter().map(Named::name).collect();
    let folder = root().join("provider/src");
    let operations = |file: &Path, folder: &Path, except: &[&str]| -> BTreeSet<Operation> {
        let mut found = Vec::new();
        items(file, folder, except, &mut found);
        let (mut names, mut own) = (BTreeSet::new(), BTreeSet::new());
        for item in found {
            called(item.to_token_stream(), &mut names);
            requested(item.to_token_stream(), &mut own);
        }
        own.extend(names.iter().filter_map(|name| client.get(name)).flatten().cloned());
        own
    };
    let shared = operations(&folder.join("lib.rs"), &folder, &names);
    names
        .into_iter()
        .map(|noun| {
            let own = operations(&folder.join(format!("{noun}.rs")), &folder.join(noun), &[]);
            (noun, own.union(&shared).cloned().collect())
        })
        .collect()
}

fn policy(operations: &BTreeSet<&Operation>) -> String {
    let actions: Vec<String> =
        operations.iter().map(|operation| format!("        \"cs:{}\"", operation.name)).collect();
    format!(
        "```json\n{{\n  \"Version\": \"1\",\n  \"Statement\": [\n    {{\n      \"Effect\": \"Allow\",\n      \"Action\": [\n{}\n      ],\n      \"Resource\": \"*\"\n    }}\n  ]\n}}\n```\n",
        actions.join(",\n")
    )
}

fn page() -> String {
    let nouns = nouns();
    let all: BTreeSet<&Operation> = nouns.values().flatten().collect();
    let reads: BTreeSet<&Operation> = all.iter().copied().filter(|operation| !operation.writes).collect();
    let mut page = "---
page_title: \"Permissions - ACK Provider\"
subcategory: \"\"
description: |-
  The RAM permissions that the provider needs, resource by resource.
---

# Permissions

The RAM user or role whose credentials the provider uses needs the permission `cs:<operation>` for each operation that it
calls. A call without permission is refused with `Forbidden.RAM`, `NoPermission` or `ErrorCheckAcl`, and the error names the
operation. `terraform plan` only reads; `terraform apply` and `terraform destroy` read and write. A data source needs no more
than what its resource reads.

The service roles of Container Service have to be authorised once for the account, in its console.

| Permission |"
        .to_owned();
    page.extend(nouns.keys().map(|noun| format!(" `ack_{noun}` |")));
    page += " Access |\n| --- |";
    page.extend(nouns.keys().map(|_| " :-: |"));
    page += " --- |\n";
    for operation in &all {
        page += &format!("| `cs:{}` |", operation.name);
        page.extend(nouns.values().map(|of| if of.contains(*operation) { " x |" } else { " |" }));
        page += if operation.writes { " write |\n" } else { " read |\n" };
    }
    page + "\n## Policy to plan and apply everything\n\n"
        + &policy(&all)
        + "\n## Policy to plan only\n\n"
        + &policy(&reads)
}

#[test]
fn the_page_is_what_the_source_calls() {
    let (file, page) = (root().join("docs/guides/permissions.md"), page());
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&file, &page).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    }
    let written = fs::read_to_string(&file).unwrap_or_default();
    assert_eq!(written, page, "docs/guides/permissions.md is not what the source calls; run the test with UPDATE=1");
}

/// The source is understood: what is known of each noun is found, through every kind of detour.
#[test]
fn calls_are_found_through_methods_that_make_several_and_in_shared_modules() {
    let nouns = nouns();
    let has = |noun: &str, name: &str| nouns[noun].iter().any(|operation| operation.name == name);
    for noun in nouns.keys() {
        assert!(has(noun, "DescribeTaskInfo"), "{noun}: the bridge waits for tasks");
    }
    assert!(has("node_pool", "DescribeClusterNodePools") && has("node_pool", "DescribeClusterNodePoolDetail"));
    assert!(has("addon", "ListClusterAddonInstances") && has("addon", "ModifyClusterAddon"));
    assert!(has("cluster", "DescribeClustersForRegion") && has("cluster", "MigrateCluster"));
    assert!(!has("addon", "CreateCluster") && !has("node_pool", "InstallClusterAddons"));
    for operation in nouns.values().flatten() {
        let reads = ["Describe", "Get", "List"].iter().any(|verb| operation.name.starts_with(verb));
        assert_eq!(operation.writes, !reads, "{}", operation.name);
    }
}
