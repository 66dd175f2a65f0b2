//! The derives of the kinds that are a documented struct with a name and a time limit.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::ext::IdentExt;
use syn::{DeriveInput, Ident};

use crate::errors::{Errors, mistake};
use crate::field::Struct;
use crate::model;
use crate::resource::{read_duration, read_name, snake_case};
use crate::syntax::{known_word, repeated, words};

const VOCABULARY: &[&str] = &["name", "timeout"];

/// Names at the top that Terraform has given a meaning.
const RESERVED: &[&str] = &["connection", "count", "depends_on", "for_each", "lifecycle", "provider", "provisioner"];

/// A kind of thing that a provider offers.
pub(crate) struct Kind {
    /// The trait that is implemented.
    pub(crate) name: &'static str,
    /// The attribute that speaks of the whole.
    pub(crate) attribute: &'static str,
    /// As people say it.
    pub(crate) spoken: &'static str,
    /// The time limit in seconds when none is written.
    pub(crate) timeout: u64,
    /// Words of fields that mean nothing here.
    pub(crate) foreign: &'static [&'static str],
}

/// Implements `Model` and the trait of the kind.
pub(crate) fn expand(input: &DeriveInput, kind: &Kind) -> TokenStream {
    let mut errors = Errors::default();
    let Some(declared) = Struct::read(input, &mut errors) else {
        return errors.into_tokens();
    };
    for field in &declared.fields {
        if RESERVED.contains(&field.name.as_str()) {
            let what = format!("`{}` belongs to Terraform", field.name);
            errors.push(mistake(&field.ident, what, "give the attribute another name"));
        }
        for written in &field.words {
            if kind.foreign.iter().any(|word| written.at == word) {
                let what = format!("`{}` means nothing in {}", written.at, kind.spoken);
                errors.push(mistake(&written.at, what, "remove it"));
            }
        }
    }
    let (name, timeout) = read(input, kind, &mut errors);
    let (ident, owner) = (&input.ident, format_ident!("{}", kind.name));
    let model = model::implement(input, &declared);
    let errors = errors.into_tokens();
    quote! {
        #model

        #[automatically_derived]
        impl ::tf_provider::#owner for #ident {
            const NAME: &'static str = #name;
            const TIMEOUT: ::core::time::Duration = ::core::time::Duration::from_secs(#timeout);
        }

        #errors
    }
}

/// What the attribute of the whole says: the name and the time limit.
fn read(input: &DeriveInput, kind: &Kind, errors: &mut Errors) -> (String, u64) {
    let mut name = snake_case(&input.ident.unraw().to_string());
    let mut timeout = kind.timeout;
    let mut seen: Vec<Ident> = Vec::new();
    for meta in words(&input.attrs, kind.attribute, errors) {
        let Some(word) = errors.keep(known_word(&meta, VOCABULARY)) else {
            continue;
        };
        if seen.contains(&word) {
            errors.push(repeated(&word));
            continue;
        }
        if word == "name" {
            read_into(&mut name, read_name(&meta), errors);
        } else {
            read_into(&mut timeout, read_duration(&meta, &word), errors);
        }
        seen.push(word);
    }
    (name, timeout)
}

fn read_into<T>(place: &mut T, read: syn::Result<T>, errors: &mut Errors) {
    if let Some(value) = errors.keep(read) {
        *place = value;
    }
}
