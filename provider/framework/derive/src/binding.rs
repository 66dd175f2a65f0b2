//! The closed vocabulary of `#[api(...)]`.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::{Attribute, Expr, LitStr, Meta};

use crate::errors::{Errors, mistake};
use crate::syntax::{alone, known_word, list, names, repeated, text, value, words};

const VOCABULARY: &[&str] = &["at", "create", "modify", "read", "only", "form", "switch", "whole", "own"];
const DOCUMENTS: &[&str] = &["create", "modify", "read"];

/// Words that contradict each other, and why.
const CONTRADICTIONS: &[(&str, &str, &str)] = &[
    ("own", "form", "code that does it chooses the form, too"),
    ("own", "switch", "code that does it sets the flag, too"),
    ("own", "whole", "code that does it decides how much is sent"),
    ("form", "switch", "a flag stands beside the members of an object; a value in a form of its own has none"),
    ("form", "whole", "a value in a form of its own is always sent as a whole"),
];

/// What `#[api(...)]` says of a field.
#[derive(Default)]
pub(crate) struct Binding {
    places: Vec<(Ident, LitStr)>,
    only: Vec<Ident>,
    form: Option<Expr>,
    switch: Option<LitStr>,
    whole: bool,
    own: bool,
}

impl Binding {
    /// Reads the words of a field; `None` if it has none.
    pub(crate) fn read(attributes: &[Attribute], errors: &mut Errors) -> Option<Self> {
        attributes.iter().find(|attribute| attribute.path().is_ident("api"))?;
        let mut binding = Self::default();
        let mut seen: Vec<Ident> = Vec::new();
        for meta in words(attributes, "api", errors) {
            let Some(word) = errors.keep(known_word(&meta, VOCABULARY)) else { continue };
            if seen.contains(&word) {
                errors.push(repeated(&word));
                continue;
            }
            let has = |other: &str| seen.iter().any(|earlier| earlier == other);
            let contradicted = CONTRADICTIONS.iter().find(|(a, b, _)| (word == a && has(b)) || (word == b && has(a)));
            if let Some((a, b, help)) = contradicted {
                errors.push(mistake(&word, format!("`{a}` and `{b}` contradict each other"), help));
            }
            errors.keep(binding.take(&word, &meta));
            seen.push(word);
        }
        for (word, _) in binding.places.iter().filter(|(word, _)| word != "at") {
            if !binding.only.is_empty() && !binding.only.contains(word) {
                let help = format!("write `{word}` into `only(...)`, or leave its place out");
                errors.push(mistake(word, format!("it is not in the document `{word}`"), help));
            }
        }
        Some(binding)
    }

    fn take(&mut self, word: &Ident, meta: &Meta) -> syn::Result<()> {
        match word.to_string().as_str() {
            "only" => {
                self.only = names(meta, "only(create, read)")?;
                if let Some(other) = self.only.iter().find(|name| !DOCUMENTS.iter().any(|document| name == document)) {
                    let help = format!("the documents are {}", list(DOCUMENTS));
                    return Err(mistake(other, format!("there is no document `{other}`"), help));
                }
            }
            "form" => self.form = Some(value(meta, "form = forms::COMMAS")?.clone()),
            "switch" => self.switch = Some(text(meta, "switch = \"enable\"")?),
            "whole" => alone(meta).map(|()| self.whole = true)?,
            "own" => alone(meta).map(|()| self.own = true)?,
            _ => self.places.push((word.clone(), text(meta, &format!("{word} = \"settings.name\""))?)),
        }
        Ok(())
    }

    /// The expression that makes the `Binding` of an attribute.
    pub(crate) fn expand(&self) -> TokenStream {
        let places = self.places.iter().map(|(word, place)| quote!(#word: ::core::option::Option::Some(#place),));
        let only = (!self.only.is_empty()).then(|| {
            let documents = self.only.iter().map(document);
            quote!(only: ::core::option::Option::Some(&[#(#documents),*]),)
        });
        let form = self.form.as_ref().map(|form| quote!(form: ::core::option::Option::Some(#form),));
        let switch = self.switch.as_ref().map(|switch| quote!(switch: ::core::option::Option::Some(#switch),));
        let (whole, own) = (self.whole, self.own);
        quote! {
            ::tf_provider::document::Binding {
                #(#places)*
                #only
                #form
                #switch
                whole: #whole,
                own: #own,
                ..::tf_provider::document::Binding::PLAIN
            }
        }
    }
}

/// What `#[api(...)]` says of a struct: that its fields stand in documents, and which calls those belong to.
pub(crate) struct Calls {
    operations: Vec<(Ident, LitStr)>,
}

impl Calls {
    /// Reads what is written on a struct; `None` if it is nothing.
    pub(crate) fn read(attributes: &[Attribute], errors: &mut Errors) -> Option<Self> {
        let attribute = attributes.iter().find(|attribute| attribute.path().is_ident("api"))?;
        if matches!(attribute.meta, Meta::Path(_)) {
            return Some(Self { operations: Vec::new() });
        }
        let mut operations: Vec<(Ident, LitStr)> = Vec::new();
        for meta in words(attributes, "api", errors) {
            let Some(word) = errors.keep(known_word(&meta, DOCUMENTS)) else { continue };
            if operations.iter().any(|(earlier, _)| *earlier == word) {
                errors.push(repeated(&word));
            } else if let Some(operation) = errors.keep(text(&meta, "create = \"CreateCluster\"")) {
                operations.push((word, operation));
            }
        }
        Some(Self { operations })
    }

    /// The constant of `Model` that names the calls.
    pub(crate) fn constant(&self) -> TokenStream {
        let operations = self.operations.iter().map(|(word, operation)| {
            let document = document(word);
            quote!((#document, #operation))
        });
        quote!(const OPERATIONS: &'static [(::tf_provider::Document, &'static str)] = &[#(#operations),*];)
    }
}

fn document(word: &Ident) -> TokenStream {
    match word.to_string().as_str() {
        "create" => quote!(::tf_provider::Document::Create),
        "modify" => quote!(::tf_provider::Document::Modify),
        _ => quote!(::tf_provider::Document::Read),
    }
}
