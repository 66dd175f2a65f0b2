//! The small pieces of syntax that the attributes are made of.

use proc_macro2::Ident;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, ExprLit, Lit, LitStr, Meta, MetaList, Token};

use crate::errors::{Errors, mistake};

/// The text of the doc comments, without the space that follows the slashes.
pub(crate) fn documentation(attributes: &[Attribute]) -> String {
    let mut text = String::new();
    for attribute in attributes {
        let Meta::NameValue(doc) = &attribute.meta else {
            continue;
        };
        if !doc.path.is_ident("doc") {
            continue;
        }
        if let Some(comment) = string(&doc.value) {
            for line in comment.value().split('\n') {
                text.push_str(line.strip_prefix(' ').unwrap_or(line).trim_end());
                text.push('\n');
            }
        }
    }
    text.trim().to_owned()
}

/// The words inside all attributes of that name, in order.
pub(crate) fn words(attributes: &[Attribute], name: &str, errors: &mut Errors) -> Vec<Meta> {
    let mut words = Vec::new();
    for attribute in attributes.iter().filter(|a| a.path().is_ident(name)) {
        let list = attribute.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated);
        words.extend(errors.keep(list).into_iter().flatten());
    }
    words
}

/// Refuses attributes of that name, which would be without effect where they are.
pub(crate) fn misplaced(attributes: &[Attribute], name: &str, belongs: &str, errors: &mut Errors) {
    for attribute in attributes.iter().filter(|a| a.path().is_ident(name)) {
        let what = format!("`#[{name}(...)]` has no effect here");
        errors.push(mistake(attribute, what, format!("write it {belongs}")));
    }
}

/// The word itself. It must be one that the vocabulary has.
pub(crate) fn known_word(meta: &Meta, vocabulary: &[&str]) -> syn::Result<Ident> {
    match meta.path().get_ident() {
        Some(word) if vocabulary.iter().any(|known| word == known) => Ok(word.clone()),
        _ => {
            let written = meta.path().segments.iter().map(|s| s.ident.to_string()).collect::<Vec<_>>().join("::");
            let help = format!("the words are {}", list(vocabulary));
            Err(mistake(meta.path(), format!("unknown word `{written}`"), help))
        }
    }
}

/// Refuses a word that was there before.
pub(crate) fn repeated(word: &Ident) -> syn::Error {
    mistake(word, format!("`{word}` is written twice"), "keep one of them")
}

/// A word that stands alone.
pub(crate) fn alone(meta: &Meta) -> syn::Result<()> {
    match meta {
        Meta::Path(_) => Ok(()),
        _ => {
            let word = spelling(meta);
            Err(mistake(meta, format!("`{word}` takes no value"), format!("write `{word}` alone")))
        }
    }
}

/// The expression of `word = expression`.
pub(crate) fn value<'a>(meta: &'a Meta, example: &str) -> syn::Result<&'a Expr> {
    match meta {
        Meta::NameValue(pair) => Ok(&pair.value),
        _ => Err(mistake(meta, format!("`{}` needs a value", spelling(meta)), format!("write `{example}`"))),
    }
}

/// The string of `word = "string"`, which must say something.
pub(crate) fn text(meta: &Meta, example: &str) -> syn::Result<LitStr> {
    let value = value(meta, example)?;
    match string(value) {
        Some(text) if !text.value().trim().is_empty() => Ok(text.clone()),
        _ => {
            let what = format!("`{}` takes a string that is not empty", spelling(meta));
            Err(mistake(value, what, format!("write `{example}`")))
        }
    }
}

/// The list of `word(a, b)`, which must not be empty.
pub(crate) fn items<T: Parse>(meta: &Meta, example: &str) -> syn::Result<Vec<T>> {
    items_with(meta, T::parse, example)
}

/// The names of `word(a, b)`, keywords among them.
pub(crate) fn names(meta: &Meta, example: &str) -> syn::Result<Vec<Ident>> {
    items_with(meta, Ident::parse_any, example)
}

fn items_with<T>(meta: &Meta, item: fn(ParseStream) -> syn::Result<T>, example: &str) -> syn::Result<Vec<T>> {
    let parser = |input: ParseStream| Punctuated::<T, Token![,]>::parse_terminated_with(input, item);
    let items: Vec<T> = match meta {
        Meta::List(MetaList { tokens, .. }) => parser.parse2(tokens.clone())?.into_iter().collect(),
        _ => Vec::new(),
    };
    if items.is_empty() {
        let what = format!("`{}` needs a list", spelling(meta));
        return Err(mistake(meta, what, format!("write `{example}`")));
    }
    Ok(items)
}

/// The string of a literal expression.
pub(crate) fn string(expression: &Expr) -> Option<&LitStr> {
    match expression {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text),
        _ => None,
    }
}

/// Whether Terraform takes it as the name of an attribute or, after the provider's prefix, of a resource.
pub(crate) fn is_terraform_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

/// `` `a`, `b` and `c` ``.
pub(crate) fn list(words: &[&str]) -> String {
    let words: Vec<_> = words.iter().map(|word| format!("`{word}`")).collect();
    match words.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => words.concat(),
    }
}

fn spelling(meta: &Meta) -> String {
    meta.path().get_ident().map(Ident::to_string).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use syn::parse_quote;

    use super::*;

    #[test]
    fn documentation_keeps_paragraphs_and_indentation() {
        let item: syn::ItemStruct = parse_quote! {
            /// First line
            /// goes on.
            ///
            /// - item
            ///   - inner
            #[doc(hidden)]
            struct S;
        };
        assert_eq!(documentation(&item.attrs), "First line\ngoes on.\n\n- item\n  - inner");
    }

    #[test]
    fn terraform_names_are_lower_case() {
        assert!(is_terraform_name("node_pool2"));
        for name in ["", "NodePool", "_a", "2a", "a-b", "é"] {
            assert!(!is_terraform_name(name), "{name:?}");
        }
    }
}
