//! The derives of the kinds that are a documented struct with a name and a time limit.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::ext::IdentExt;
use syn::{DeriveInput, Expr, Ident, LitStr, Meta};

use crate::errors::{Errors, mistake};
use crate::field::Struct;
use crate::resource::{read_duration, read_name, snake_case};
use crate::syntax::{known_word, repeated, text, value, words};
use crate::word::Word;
use crate::{fit, model};

/// Words that only an object with a life of its own has.
pub(crate) const NO_LIFE: &[&str] =
    &["replace", "may_replace", "keep", "keep_unless", "unread", "read_once", "write_only", "variadic"];

/// How `deprecated` is written.
pub(crate) const DEPRECATED: &str = "deprecated = \"use `...` instead\"";

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
    /// Whether it has attributes that the service writes.
    pub(crate) gives_back: bool,
    /// Words of fields that mean nothing here.
    pub(crate) foreign: &'static [&'static str],
}

/// Implements `Model` and the trait of the kind.
pub(crate) fn expand(input: &DeriveInput, kind: &Kind) -> TokenStream {
    let mut errors = Errors::default();
    let Some(declared) = Struct::read(input, &mut errors) else {
        return errors.into_tokens();
    };
    for field in declared.fields.iter().filter(|field| RESERVED.contains(&field.name.as_str())) {
        let what = format!("`{}` belongs to Terraform", field.name);
        errors.push(mistake(&field.ident, what, "give the attribute another name"));
    }
    refuse(&declared, kind.foreign, kind.spoken, &mut errors);
    if !kind.gives_back {
        refuse_computed(&declared, kind.spoken, &mut errors);
    }
    let inside = inside(&declared, kind.spoken, kind.gives_back, false);
    let whole = Whole::read(input, kind.attribute, &["name", "timeout", "deprecated"], &mut errors);
    let (name, timeout) = (whole.name(input), whole.timeout.unwrap_or(kind.timeout));
    let (ident, owner) = (&input.ident, format_ident!("{}", kind.name));
    let model = model::implement(input, &declared, whole.deprecated.as_ref());
    let errors = errors.into_tokens();
    quote! {
        #model

        #[automatically_derived]
        impl ::tf_provider::#owner for #ident {
            const NAME: &'static str = #name;
            const TIMEOUT: ::core::time::Duration = ::core::time::Duration::from_secs(#timeout);
        }

        #inside
        #errors
    }
}

/// Implements `Model` and `ListResource`.
pub(crate) fn expand_list(input: &DeriveInput) -> TokenStream {
    let mut errors = Errors::default();
    let Some(declared) = Struct::read(input, &mut errors) else {
        return errors.into_tokens();
    };
    refuse(&declared, NO_LIFE, "a list", &mut errors);
    refuse_computed(&declared, "a list", &mut errors);
    let whole = Whole::read(input, "list_resource", &["resource", "timeout", "deprecated"], &mut errors);
    let ident = &input.ident;
    let implementation = match &whole.resource {
        Some(resource) => {
            let timeout = whole.timeout.unwrap_or(300);
            quote! {
                #[automatically_derived]
                impl ::tf_provider::ListResource for #ident {
                    type Resource = #resource;
                    const TIMEOUT: ::core::time::Duration = ::core::time::Duration::from_secs(#timeout);
                }
            }
        }
        None => {
            let help = "write `#[list_resource(resource = Type)]`, with the type that derives `Resource`";
            errors.push(mistake(ident, format!("`{ident}` does not say what it lists"), help));
            TokenStream::new()
        }
    };
    let model = model::implement(input, &declared, whole.deprecated.as_ref());
    let errors = errors.into_tokens();
    let inside = inside(&declared, "a list", false, true);
    quote!(#model #implementation #inside #errors)
}

/// Implements `Model` and `Function`: the fields are the parameters.
pub(crate) fn expand_function(input: &DeriveInput) -> TokenStream {
    let mut errors = Errors::default();
    let Some(declared) = Struct::read(input, &mut errors) else {
        return errors.into_tokens();
    };
    const FOREIGN: &[&str] = &[
        "replace",
        "may_replace",
        "keep",
        "keep_unless",
        "unread",
        "read_once",
        "default",
        "sensitive",
        "write_only",
        "deprecated",
        "conflicts",
        "requires",
    ];
    refuse(&declared, FOREIGN, "a function", &mut errors);
    refuse_computed(&declared, "a function", &mut errors);
    let last = declared.fields.len().saturating_sub(1);
    let mut variadic = false;
    for (i, field) in declared.fields.iter().enumerate() {
        for written in field.words.iter().filter(|written| matches!(written.word, Word::Variadic)) {
            variadic = true;
            if i != last {
                let help = "move the field to the end";
                errors.push(mistake(&written.at, "only the last parameter can be variadic", help));
            }
            if !fit::is_list(&field.ty) {
                errors.push(mistake(&written.at, "a variadic parameter holds several arguments", "make it a `Vec<T>`"));
            }
        }
    }
    let whole = Whole::read(input, "function", &["name", "deprecated"], &mut errors);
    let name = whole.name(input);
    let ident = &input.ident;
    let types = declared.fields.iter().map(|field| &field.ty);
    let model = model::implement(input, &declared, whole.deprecated.as_ref());
    let inside = inside(&declared, "a function", false, false);
    let errors = errors.into_tokens();
    quote! {
        #model

        #[automatically_derived]
        impl ::tf_provider::Function for #ident {
            const NAME: &'static str = #name;
            const VARIADIC: bool = #variadic;
            const UNKNOWN: &'static [bool] =
                &[#(<#types as ::tf_provider::AttributeValue>::TAKES_UNKNOWN),*];
        }

        #inside
        #errors
    }
}

/// Refuses words of fields that mean nothing in a kind.
pub(crate) fn refuse(declared: &Struct, foreign: &[&str], spoken: &str, errors: &mut Errors) {
    for written in declared.fields.iter().flat_map(|field| &field.words) {
        if foreign.iter().any(|word| written.at == word) {
            let what = format!("`{}` means nothing in {spoken}", written.at);
            errors.push(mistake(&written.at, what, "remove it"));
        }
    }
}

/// Refuses the same words in objects inside of the fields, which only the compiler knows.
fn inside(declared: &Struct, spoken: &str, gives_back: bool, takes_defaults: bool) -> TokenStream {
    let mut tests = vec![(
        quote!(has_life()),
        format!(
            "the objects in this have `write_only`, `replace`, `may_replace`, `keep`, `keep_unless`, `unread` or `read_once`, which mean nothing in {spoken}"
        ),
    )];
    if !gives_back {
        let what = format!("{spoken} gives nothing back, but the objects in this have values that the service writes");
        tests.push((quote!(computed), what));
        if !takes_defaults {
            let what = format!("the objects in this have a `default`, which means nothing in {spoken}");
            tests.push((quote!(default), what));
        }
    }
    let fields = declared.fields.iter();
    fields.flat_map(|f| tests.iter().filter_map(|(test, message)| fit::refuse_inside(&f.ty, test, message))).collect()
}

/// Refuses values that the service writes, in what gives none back.
fn refuse_computed(declared: &Struct, spoken: &str, errors: &mut Errors) {
    for field in declared.fields.iter().filter(|field| fit::is_computed(&field.ty)) {
        let what = format!("{spoken} gives nothing back, so `{}` can only be the user's", field.ident);
        errors.push(mistake(&field.ty, what, "make it a plain `T` or `Option<T>`"));
    }
}

/// What the attribute of the whole says.
#[derive(Default)]
struct Whole {
    name: Option<String>,
    timeout: Option<u64>,
    resource: Option<Expr>,
    deprecated: Option<LitStr>,
}

impl Whole {
    fn read(input: &DeriveInput, attribute: &str, vocabulary: &[&str], errors: &mut Errors) -> Self {
        let mut whole = Self::default();
        let mut seen: Vec<Ident> = Vec::new();
        for meta in words(&input.attrs, attribute, errors) {
            let Some(word) = errors.keep(known_word(&meta, vocabulary)) else {
                continue;
            };
            if seen.contains(&word) {
                errors.push(repeated(&word));
                continue;
            }
            match word.to_string().as_str() {
                "name" => whole.name = errors.keep(read_name(&meta)),
                "deprecated" => whole.deprecated = errors.keep(text(&meta, DEPRECATED)),
                "timeout" => whole.timeout = errors.keep(read_duration(&meta, &word)),
                _ => whole.resource = errors.keep(read_type(&meta)),
            }
            seen.push(word);
        }
        whole
    }

    /// The name that is written, else that of the struct.
    fn name(&self, input: &DeriveInput) -> String {
        self.name.clone().unwrap_or_else(|| snake_case(&input.ident.unraw().to_string()))
    }
}

fn read_type(meta: &Meta) -> syn::Result<Expr> {
    match value(meta, "resource = Type")? {
        path @ Expr::Path(_) => Ok(path.clone()),
        other => Err(mistake(other, "`resource` takes the name of a type", "write `resource = Type`")),
    }
}
