//! `#[derive(StringEnum)]`.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::ext::IdentExt;
use syn::{Data, DeriveInput, Fields, LitStr, Type, Variant};

use crate::errors::{Errors, mistake};
use crate::syntax::{documentation, misplaced};

/// Implements `AttributeValue`, `Display`, and the conversions from and to text.
pub(crate) fn expand(input: &DeriveInput) -> TokenStream {
    let mut errors = Errors::default();
    let variants = read(input, &mut errors);
    let implementation = match &variants[..] {
        [] => TokenStream::new(),
        [(first, _), ..] => implement(input, first, &variants, rest(input)),
    };
    let errors = errors.into_tokens();
    quote!(#implementation #errors)
}

/// The variants and what they stand for. None if it is not such an enum at all.
fn read<'a>(input: &'a DeriveInput, errors: &mut Errors) -> Vec<(&'a Ident, String)> {
    let help = "write `enum Name { First, Second }`: each variant is one of the strings";
    let Data::Enum(data) = &input.data else {
        errors.push(mistake(&input.ident, format!("`{}` is not an enum", input.ident), help));
        return Vec::new();
    };
    if !input.generics.params.is_empty() {
        errors.push(mistake(&input.generics, format!("`{}` has parameters", input.ident), help));
        return Vec::new();
    }
    if data.variants.is_empty() {
        errors.push(mistake(&input.ident, format!("`{}` has no variants", input.ident), help));
    }
    misplaced(&input.attrs, "value", "on a variant", errors);
    let mut rest: Option<&Ident> = None;
    let mut variants: Vec<(&Ident, String)> = Vec::new();
    for variant in &data.variants {
        if documentation(&variant.attrs).is_empty() {
            errors.push(mistake(
                &variant.ident,
                format!("variant `{}` has no documentation", variant.ident),
                "write a `///` comment above it that says what this value means to the user",
            ));
        }
        if is_rest(variant) {
            if let Some(earlier) = rest.replace(&variant.ident) {
                let what = format!("`{earlier}` and `{}` both stand for every other string", variant.ident);
                errors.push(mistake(&variant.ident, what, "keep one of them"));
            }
            if let Some(attribute) = variant.attrs.iter().find(|attribute| attribute.path().is_ident("value")) {
                let what = format!("`{}` stands for every other string, not for one", variant.ident);
                errors.push(mistake(attribute, what, "remove `value`"));
            }
            continue;
        }
        if !matches!(variant.fields, Fields::Unit) {
            let what = format!("variant `{}` holds data", variant.ident);
            let help = "remove it: a variant is nothing but a string; `Other(String)` stands for every other one";
            errors.push(mistake(&variant.fields, what, help));
        }
        let value = errors.keep(value(variant)).unwrap_or_else(|| variant.ident.unraw().to_string());
        if let Some((earlier, _)) = variants.iter().find(|(_, earlier)| *earlier == value) {
            let what = format!("`{earlier}` and `{}` are both {value:?}", variant.ident);
            errors.push(mistake(&variant.ident, what, "write the string of each variant as `#[value(\"...\")]`"));
        }
        variants.push((&variant.ident, value));
    }
    if data.variants.iter().any(|variant| !matches!(variant.fields, Fields::Unit) && !is_rest(variant)) {
        return Vec::new();
    }
    variants
}

/// Whether a variant stands for every string that no other one stands for: it holds a `String`.
fn is_rest(variant: &Variant) -> bool {
    let Fields::Unnamed(fields) = &variant.fields else {
        return false;
    };
    let mut fields = fields.unnamed.iter();
    let is_string = |field: &syn::Field| match &field.ty {
        Type::Path(path) => path.path.segments.last().is_some_and(|last| last.ident == "String"),
        _ => false,
    };
    fields.next().is_some_and(is_string) && fields.next().is_none()
}

/// The variant for every other string.
fn rest(input: &DeriveInput) -> Option<&Ident> {
    match &input.data {
        Data::Enum(data) => data.variants.iter().find(|variant| is_rest(variant)).map(|variant| &variant.ident),
        _ => None,
    }
}

/// What a variant stands for.
fn value(variant: &Variant) -> syn::Result<String> {
    let mut values = variant.attrs.iter().filter(|attribute| attribute.path().is_ident("value"));
    let Some(attribute) = values.next() else {
        return Ok(variant.ident.unraw().to_string());
    };
    if let Some(second) = values.next() {
        return Err(mistake(second, "`value` is written twice", "keep one of them"));
    }
    match attribute.parse_args::<LitStr>() {
        Ok(text) if !text.value().is_empty() => Ok(text.value()),
        _ => Err(mistake(
            &attribute.meta,
            "`value` takes one string that is not empty",
            "write `#[value(\"the string in configuration\")]`",
        )),
    }
}

fn implement(input: &DeriveInput, first: &Ident, variants: &[(&Ident, String)], rest: Option<&Ident>) -> TokenStream {
    let (name, visibility) = (&input.ident, &input.vis);
    let idents: Vec<_> = variants.iter().map(|(ident, _)| ident).collect();
    let values: Vec<_> = variants.iter().map(|(_, value)| value).collect();
    let (text, other_text, parse_other) = match rest {
        None => (quote!(const fn as_str(&self) -> &'static str), quote!(), quote!(_ => ::core::option::Option::None,)),
        Some(rest) => (
            quote!(fn as_str(&self) -> &str),
            quote!(Self::#rest(other) => other,),
            quote! {
                "" => ::core::option::Option::None,
                other => ::core::option::Option::Some(Self::#rest(::std::borrow::ToOwned::to_owned(other))),
            },
        ),
    };
    let (rule, expected) = match rest {
        None => (quote!(checks), quote!(::std::format!("must be {}", ::tf_provider::schema::quoted(Self::VALUES)))),
        Some(_) => (quote!(doubts), quote!(::std::string::String::from("must be a string that is not empty"))),
    };
    let filled = rest.map(|_| {
        quote! {
            fn checks() -> ::std::vec::Vec<::tf_provider::schema::Check> {
                ::std::vec![::tf_provider::schema::Check::Length(1, usize::MAX)]
            }
        }
    });
    quote! {
        #[automatically_derived]
        #[allow(dead_code)]
        impl #name {
            /// All strings, in the order of the variants.
            #visibility const VALUES: &'static [&'static str] = &[#(#values),*];

            /// The string that this stands for.
            #visibility #text {
                match self {
                    #(Self::#idents => #values,)*
                    #other_text
                }
            }

            /// What a string stands for, if it is for anything.
            #visibility fn parse(text: &str) -> ::core::option::Option<Self> {
                match text {
                    #(#values => ::core::option::Option::Some(Self::#idents),)*
                    #parse_other
                }
            }
        }

        #[automatically_derived]
        impl ::core::fmt::Display for #name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        #[automatically_derived]
        impl ::tf_provider::model::Identifying for #name {}

        #[automatically_derived]
        impl ::tf_provider::AttributeValue for #name {
            type Inner = Self;

            fn kind() -> ::tf_provider::schema::Kind {
                ::tf_provider::schema::Kind::Value(::tf_provider::value::Type::String)
            }

            #filled

            fn #rule() -> ::std::vec::Vec<::tf_provider::schema::Check> {
                ::std::vec![::tf_provider::schema::Check::OneOf(Self::VALUES.to_vec())]
            }

            fn from_value(
                value: ::tf_provider::value::Value,
                path: &::tf_provider::path::Path,
            ) -> ::core::result::Result<Self, ::tf_provider::value::ValueError> {
                value.as_str().and_then(Self::parse).ok_or_else(|| ::tf_provider::value::ValueError {
                    path: ::core::clone::Clone::clone(path),
                    reason: #expected,
                })
            }

            fn to_value(&self) -> ::tf_provider::value::Value {
                ::tf_provider::value::Value::String(::std::borrow::ToOwned::to_owned(self.as_str()))
            }

            fn blank() -> Self {
                Self::#first
            }
        }
    }
}
