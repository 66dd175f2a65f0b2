//! `#[derive(Resource)]`.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::spanned::Spanned as _;
use syn::{DeriveInput, Expr, ExprLit, Lit, LitStr, Meta, Token, Type};

use crate::duration;
use crate::errors::{Errors, mistake};
use crate::field::Struct;
use crate::kind::{DEPRECATED, refuse};
use crate::model;
use crate::syntax::{is_terraform_name, items, known_word, repeated, string, text, value, words};
use crate::word::Word;

const VOCABULARY: &[&str] =
    &["identity", "identity_version", "name", "spoken", "version", "timeouts", "protected_by", "deprecated"];
const OPERATIONS: &[&str] = &["create", "read", "update", "delete"];
const IDENTITY_HELP: &str = "write `#[resource(identity(region?, id))]`: what identifies an object for good, `?` after what an import may leave out";

/// Names at the top of a resource that have a meaning of their own.
const RESERVED: &[(&str, &str)] = &[
    ("connection", "Terraform"),
    ("count", "Terraform"),
    ("depends_on", "Terraform"),
    ("for_each", "Terraform"),
    ("lifecycle", "Terraform"),
    ("provider", "Terraform"),
    ("provisioner", "Terraform"),
    ("timeouts", "the framework, see `#[resource(timeouts(...))]`"),
];

/// Implements `Model` and `Resource`.
pub(crate) fn expand(input: &DeriveInput) -> TokenStream {
    let mut errors = Errors::default();
    let Some(declared) = Struct::read(input, &mut errors) else {
        return errors.into_tokens();
    };
    for field in &declared.fields {
        if let Some((name, owner)) = RESERVED.iter().find(|(name, _)| *name == field.name) {
            let what = format!("`{name}` belongs to {owner}");
            errors.push(mistake(&field.ident, what, "give the attribute another name"));
        }
    }
    refuse(&declared, &["variadic"], "a resource", &mut errors);
    let declaration = Declaration::read(input, &declared, &mut errors);
    let resource = declaration.implement(input);
    let model = model::implement(input, &declared, declaration.deprecated.as_ref());
    let errors = errors.into_tokens();
    quote!(#model #resource #errors)
}

/// What `#[resource(...)]` says.
struct Declaration {
    name: String,
    spoken: Option<String>,
    version: i64,
    identity_version: i64,
    identity: Vec<(String, bool)>,
    /// The types of the fields that are the identity.
    identifying: Vec<Type>,
    timeouts: Vec<(Ident, u64)>,
    protected_by: Option<(Ident, String)>,
    deprecated: Option<LitStr>,
}

impl Declaration {
    fn read(input: &DeriveInput, declared: &Struct, errors: &mut Errors) -> Self {
        let mut read = Self {
            name: snake_case(&input.ident.unraw().to_string()),
            spoken: None,
            version: 0,
            identity_version: 0,
            identity: Vec::new(),
            identifying: Vec::new(),
            timeouts: Vec::new(),
            protected_by: None,
            deprecated: None,
        };
        let mut seen: Vec<Ident> = Vec::new();
        for meta in words(&input.attrs, "resource", errors) {
            let Some(word) = errors.keep(known_word(&meta, VOCABULARY)) else {
                continue;
            };
            if seen.contains(&word) {
                errors.push(repeated(&word));
                continue;
            }
            let result = match word.to_string().as_str() {
                "identity" => read.read_identity(&meta, declared, errors),
                "name" => read_name(&meta).map(|name| read.name = name),
                "spoken" => text(&meta, "spoken = \"add-on\"").map(|spoken| read.spoken = Some(spoken.value())),
                "version" => read_version(&meta, &word).map(|version| read.version = version),
                "identity_version" => read_version(&meta, &word).map(|version| read.identity_version = version),
                "deprecated" => text(&meta, DEPRECATED).map(|instead| read.deprecated = Some(instead)),
                "timeouts" => read.read_timeouts(&meta, errors),
                _ => read_protection(&meta, declared).map(|field| read.protected_by = Some(field)),
            };
            errors.keep(result);
            seen.push(word);
        }
        if !seen.iter().any(|word| word == "identity") {
            errors.push(mistake(&input.ident, format!("`{}` has no identity", input.ident), IDENTITY_HELP));
        }
        read
    }

    fn read_identity(&mut self, meta: &Meta, declared: &Struct, errors: &mut Errors) -> syn::Result<()> {
        for part in items::<IdentityPart>(meta, "identity(region?, id)")? {
            let Some(field) = errors.keep(declared.require(&part.field)) else {
                continue;
            };
            if self.identity.iter().any(|(name, _)| *name == field.name) {
                errors.push(repeated(&part.field));
            }
            if field.words.iter().any(|written| matches!(written.word, Word::WriteOnly)) {
                let what = format!("`{}` is write-only, so no state has it", part.field);
                errors.push(mistake(&part.field, what, "identify the object by what is stored"));
            }
            self.identity.push((field.name.clone(), part.required));
            self.identifying.push(field.ty.clone());
        }
        Ok(())
    }

    fn read_timeouts(&mut self, meta: &Meta, errors: &mut Errors) -> syn::Result<()> {
        for meta in items::<Meta>(meta, "timeouts(create = \"40m\")")? {
            let Some(operation) = errors.keep(known_word(&meta, OPERATIONS)) else {
                continue;
            };
            if self.timeouts.iter().any(|(earlier, _)| *earlier == operation) {
                errors.push(repeated(&operation));
            } else if let Some(seconds) = errors.keep(read_duration(&meta, &operation)) {
                self.timeouts.push((operation, seconds));
            }
        }
        Ok(())
    }

    fn implement(&self, input: &DeriveInput) -> TokenStream {
        let Self { name, version, identity_version, .. } = self;
        let spoken = self.spoken.clone().unwrap_or_else(|| name.replace('_', " "));
        let ident = &input.ident;
        let identity = self.identity.iter().map(
            |(name, required)| quote!(::tf_provider::resource::IdentityAttribute { name: #name, required: #required }),
        );
        let timeouts = OPERATIONS.iter().map(|operation| {
            let member = format_ident!("{operation}");
            match self.timeouts.iter().find(|(named, _)| named == operation) {
                Some((_, seconds)) => {
                    quote!(#member: ::core::option::Option::Some(::core::time::Duration::from_secs(#seconds)))
                }
                None => quote!(#member: ::core::option::Option::None),
            }
        });
        let (protected_by, is_bool) = match &self.protected_by {
            None => (quote!(::core::option::Option::None), None),
            Some((field, attribute)) => {
                let constant = format_ident!("{}", field.unraw().to_string().to_uppercase(), span = field.span());
                // Every token at the name that the user wrote, where the mistake is if it is no `bool`.
                let owner = format_ident!("{ident}", span = field.span());
                let is_bool = quote_spanned! { field.span() =>
                    const _: ::tf_provider::Field<#owner, bool> = #owner::#constant;
                };
                (quote!(::core::option::Option::Some(#attribute)), Some(is_bool))
            }
        };
        let identifying = self.identifying.iter().map(|ty| {
            quote_spanned! { ty.span() =>
                const _: fn() = || {
                    fn identifies<T: ::tf_provider::model::Identifying>() {}
                    identifies::<#ty>();
                };
            }
        });
        quote! {
            #[automatically_derived]
            impl ::tf_provider::Resource for #ident {
                const NAME: &'static str = #name;
                const SPOKEN: &'static str = #spoken;
                const VERSION: i64 = #version;
                const IDENTITY_VERSION: i64 = #identity_version;
                const IDENTITY: &'static [::tf_provider::resource::IdentityAttribute] = &[#(#identity),*];
                const TIMEOUTS: ::tf_provider::resource::Timeouts =
                    ::tf_provider::resource::Timeouts { #(#timeouts),* };
                const PROTECTED_BY: ::core::option::Option<&'static str> = #protected_by;
            }

            #is_bool
            #(#identifying)*
        }
    }
}

/// `id`, or `region?`.
struct IdentityPart {
    field: Ident,
    required: bool,
}

impl Parse for IdentityPart {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        let field = input.call(Ident::parse_any)?;
        let required = input.parse::<Option<Token![?]>>()?.is_none();
        Ok(Self { field, required })
    }
}

pub(crate) fn read_name(meta: &Meta) -> syn::Result<String> {
    let name = text(meta, "name = \"node_pool\"")?;
    if is_terraform_name(&name.value()) {
        return Ok(name.value());
    }
    Err(mistake(
        &name,
        format!("{:?} cannot be the name of a resource", name.value()),
        "use lower-case letters, digits and underscores, a letter first, without the provider's prefix",
    ))
}

fn read_version(meta: &Meta, word: &Ident) -> syn::Result<i64> {
    let value = value(meta, &format!("{word} = 1"))?;
    match value {
        Expr::Lit(ExprLit { lit: Lit::Int(version), .. }) => version.base10_parse(),
        _ => Err(mistake(value, format!("`{word}` takes a whole number from 0"), format!("write `{word} = 1`"))),
    }
}

pub(crate) fn read_duration(meta: &Meta, operation: &Ident) -> syn::Result<u64> {
    let value = value(meta, &format!("{operation} = \"40m\""))?;
    string(value).map(LitStr::value).as_deref().and_then(duration::seconds).ok_or_else(|| {
        let help = "write hours, minutes and seconds in a string: \"40m\", \"1h30m\", \"90s\"";
        mistake(value, "this is not a duration", help)
    })
}

fn read_protection(meta: &Meta, declared: &Struct) -> syn::Result<(Ident, String)> {
    let value = value(meta, "protected_by = field")?;
    let named = match value {
        Expr::Path(path) => path.path.get_ident(),
        _ => None,
    };
    let Some(named) = named else {
        let help = "write `protected_by = field`, with a field of type `bool`";
        return Err(mistake(value, "`protected_by` takes the name of a field", help));
    };
    declared.require(named).map(|field| (named.clone(), field.name.clone()))
}

/// `NodePool` as `node_pool`, `HTTPRoute` as `http_route`.
pub(crate) fn snake_case(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut snake = String::new();
    for (i, letter) in letters.iter().enumerate() {
        let after_small = i > 0 && !letters[i - 1].is_uppercase();
        let before_small = i > 0 && letters.get(i + 1).is_some_and(|next| next.is_lowercase());
        if letter.is_uppercase() && (after_small || before_small) {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}

#[cfg(test)]
mod tests {
    use super::snake_case;

    #[test]
    fn a_resource_is_called_as_its_struct() {
        assert_eq!(snake_case("Cluster"), "cluster");
        assert_eq!(snake_case("NodePool"), "node_pool");
        assert_eq!(snake_case("HTTPRoute"), "http_route");
        assert_eq!(snake_case("Ipv4Address"), "ipv4_address");
    }
}
