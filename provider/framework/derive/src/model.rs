//! `#[derive(Model)]`.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{DeriveInput, LitStr};

use crate::binding::{Binding, Calls};
use crate::errors::Errors;
use crate::field::{Field, Struct};
use crate::fit;
use crate::kind::refuse;
use crate::word::Word;

/// Implements `Model` and `AttributeValue`.
pub(crate) fn expand(input: &DeriveInput) -> TokenStream {
    let mut errors = Errors::default();
    let Some(declared) = Struct::read(input, &mut errors) else {
        return errors.into_tokens();
    };
    refuse(&declared, &["variadic"], "an object", &mut errors);
    let model = implement(input, &declared, None);
    let nested = implement_nested(input, &declared);
    let errors = errors.into_tokens();
    quote!(#model #nested #errors)
}

/// Implements `Model`, and the constants that name the fields. `deprecated` is what to use instead of the whole.
pub(crate) fn implement(input: &DeriveInput, declared: &Struct, deprecated: Option<&LitStr>) -> TokenStream {
    let (name, visibility) = (&input.ident, &input.vis);
    let deprecated = deprecated.map(|instead| {
        quote!(const DEPRECATED: ::core::option::Option<&'static str> = ::core::option::Option::Some(#instead);)
    });
    let description = &declared.description;
    let fields = &declared.fields;
    let idents: Vec<_> = fields.iter().map(|field| &field.ident).collect();
    let types: Vec<_> = fields.iter().map(|field| &field.ty).collect();
    let names: Vec<_> = fields.iter().map(|field| &field.name).collect();
    let constants: Vec<_> = idents
        .iter()
        .map(|ident| format_ident!("{}", ident.unraw().to_string().to_uppercase(), span = ident.span()))
        .collect();
    let constant_docs = names.iter().map(|name| format!("The attribute `{name}`."));
    let attributes = fields.iter().map(|field| attribute(field, declared));
    let operations = declared.calls.as_ref().map(Calls::constant);
    let assertions =
        fields.iter().flat_map(|field| field.words.iter().filter_map(|word| fit::assertion(&field.ty, word)));
    let sets = fields.iter().filter_map(|field| {
        let message = "the objects of this set have `write_only`, `replace` or `may_replace`: Terraform cannot tell which element was which. Make it a list or a map, or remove the word";
        fit::refuse_inside(&field.ty, &quote!(lost_in_set), message)
    });
    quote! {
        #[automatically_derived]
        impl ::tf_provider::Model for #name {
            const DESCRIPTION: &'static str = #description;
            #deprecated
            #operations

            fn attributes() -> ::std::vec::Vec<::tf_provider::schema::Attribute> {
                ::std::vec![#(#attributes),*]
            }

            #[allow(unused_mut, unused_variables)]
            fn from_members(
                mut members: ::std::collections::BTreeMap<::std::string::String, ::tf_provider::value::Value>,
                path: &::tf_provider::path::Path,
            ) -> ::core::result::Result<Self, ::tf_provider::value::ValueError> {
                ::core::result::Result::Ok(Self {
                    #(#idents: ::tf_provider::model::take_member::<#types>(&mut members, #names, path)?,)*
                })
            }

            fn to_members(&self) -> ::std::collections::BTreeMap<::std::string::String, ::tf_provider::value::Value> {
                ::std::collections::BTreeMap::from([#(
                    (
                        ::std::borrow::ToOwned::to_owned(#names),
                        <#types as ::tf_provider::AttributeValue>::to_value(&self.#idents),
                    )
                ),*])
            }
        }

        #[automatically_derived]
        #[allow(dead_code, private_interfaces)]
        impl #name {
            #(
                #[doc = #constant_docs]
                #visibility const #constants:
                    ::tf_provider::Field<Self, <#types as ::tf_provider::AttributeValue>::Inner> =
                    ::tf_provider::Field::new(#names);
            )*
        }

        #(#assertions)*
        #(#sets)*
    }
}

/// Implements `AttributeValue`: the struct as a single nested object.
fn implement_nested(input: &DeriveInput, declared: &Struct) -> TokenStream {
    let name = &input.ident;
    let idents = declared.fields.iter().map(|field| &field.ident);
    let types = declared.fields.iter().map(|field| &field.ty);
    let words = declared.fields.iter().map(in_object);
    quote! {
        #[automatically_derived]
        impl ::tf_provider::AttributeValue for #name {
            const WORDS: ::tf_provider::model::Words = ::tf_provider::model::Words::NONE #(.and(#words))*;
            type Inner = Self;

            fn kind() -> ::tf_provider::schema::Kind {
                ::tf_provider::schema::Kind::Nested(
                    ::tf_provider::schema::Nesting::Single,
                    <Self as ::tf_provider::Model>::attributes(),
                )
            }

            fn from_value(
                value: ::tf_provider::value::Value,
                path: &::tf_provider::path::Path,
            ) -> ::core::result::Result<Self, ::tf_provider::value::ValueError> {
                match value {
                    ::tf_provider::value::Value::Object(members) => {
                        <Self as ::tf_provider::Model>::from_members(members, path)
                    }
                    other => ::core::result::Result::Err(::tf_provider::value::ValueError {
                        path: ::core::clone::Clone::clone(path),
                        reason: ::std::format!("must be an object, but is {}", other.kind_name()),
                    }),
                }
            }

            fn to_value(&self) -> ::tf_provider::value::Value {
                ::tf_provider::value::Value::Object(<Self as ::tf_provider::Model>::to_members(self))
            }

            fn blank() -> Self {
                Self { #(#idents: <#types as ::tf_provider::AttributeValue>::blank(),)* }
            }
        }
    }
}

/// The expression that makes the `Words` of a field: its own and those inside of its type.
fn in_object(field: &Field) -> TokenStream {
    let ty = &field.ty;
    let has = |wanted: fn(&Word) -> bool| field.words.iter().any(|written| wanted(&written.word));
    let write_only = has(|word| matches!(word, Word::WriteOnly));
    let replace = has(|word| matches!(word, Word::Replace(_) | Word::MayReplace(_)));
    let keep = has(|word| matches!(word, Word::Keep | Word::KeepUnless(_) | Word::Unread | Word::ReadOnce));
    let default = has(|word| matches!(word, Word::Default(_)));
    quote! {
        <#ty as ::tf_provider::AttributeValue>::WORDS.and(::tf_provider::model::Words {
            write_only: #write_only,
            replace: #replace,
            keep: #keep,
            default: #default,
            computed: <#ty as ::tf_provider::AttributeValue>::PRESENCE.is_computed(),
            lost_in_set: false,
        })
    }
}

/// The expression that makes the `Attribute` of a field.
fn attribute(field: &Field, declared: &Struct) -> TokenStream {
    let (name, description, ty) = (&field.name, &field.description, &field.ty);
    let mut presence = quote!(<#ty as ::tf_provider::AttributeValue>::PRESENCE);
    let mut sensitive = quote!(<#ty as ::tf_provider::AttributeValue>::SENSITIVE);
    let mut checks = Vec::new();
    let mut doubts = Vec::new();
    let mut members = Vec::new();
    for written in &field.words {
        match &written.word {
            Word::Replace(reason) => {
                members.push(quote!(replace: ::core::option::Option::Some(#reason)));
            }
            Word::MayReplace(reason) => {
                members.push(quote!(may_replace: ::core::option::Option::Some(#reason)));
            }
            Word::Keep => members.push(quote!(keep: ::tf_provider::schema::Keep::Always)),
            Word::KeepUnless(siblings) => {
                let siblings = declared.attribute_names(siblings);
                members.push(quote!(keep: ::tf_provider::schema::Keep::Unless(&[#(#siblings),*])));
            }
            Word::Unread => members.push(quote!(shown: ::tf_provider::schema::Shown::Never)),
            Word::ReadOnce => members.push(quote!(shown: ::tf_provider::schema::Shown::OnImport)),
            Word::Default(value) => {
                presence = quote!(::tf_provider::schema::Presence::OptionalComputed);
                // Spanned so that a value of another type is an error at the value.
                let convert = quote_spanned!(value.span() => ::core::convert::Into::into(#value));
                members.push(quote! {
                    default: {
                        let default: #ty = #convert;
                        ::core::option::Option::Some(<#ty as ::tf_provider::AttributeValue>::to_value(&default))
                    }
                });
            }
            Word::Sensitive => sensitive = quote!(true),
            Word::WriteOnly => members.push(quote!(write_only: true)),
            Word::Deprecated(text) => {
                members.push(quote!(deprecated: ::core::option::Option::Some(#text)));
            }
            Word::Length(least, most) => {
                checks.push(quote!(::tf_provider::schema::Check::Length(#least, #most)));
            }
            Word::Range(least, most) => {
                checks.push(quote!(::tf_provider::schema::Check::Range(#least, #most)));
            }
            Word::OneOf(words) => {
                checks.push(quote!(::tf_provider::schema::Check::OneOf(::std::vec![#(#words),*])));
            }
            Word::Known(words) => {
                let known = quote!(::tf_provider::schema::Check::OneOf(::std::vec![#(#words),*]));
                doubts.push(if fit::is_collection(ty) {
                    quote!(::tf_provider::schema::Check::Each(::std::boxed::Box::new(#known)))
                } else {
                    known
                });
            }
            Word::Conflicts(siblings) => {
                let siblings = declared.attribute_names(siblings);
                members.push(quote!(conflicts: &[#(#siblings),*]));
            }
            Word::Requires(siblings) => {
                let siblings = declared.attribute_names(siblings);
                members.push(quote!(requires: &[#(#siblings),*]));
            }
            Word::Check(function) => checks.push(typed_check(field, function)),
            Word::Doubt(function) => doubts.push(typed_check(field, function)),
            Word::Name(_) | Word::Variadic => {}
        }
    }
    if declared.calls.is_some() {
        let plain = || quote!(::tf_provider::document::Binding::PLAIN);
        let binding = field.binding.as_ref().map_or_else(plain, Binding::expand);
        members.push(quote!(binding: {
            const BINDING: &::tf_provider::document::Binding = &#binding;
            ::core::option::Option::Some(BINDING)
        }));
    }
    quote! {
        ::tf_provider::schema::Attribute {
            sensitive: #sensitive,
            checks: {
                #[allow(unused_mut)]
                let mut checks = <#ty as ::tf_provider::AttributeValue>::checks();
                #(checks.push(#checks);)*
                checks
            },
            doubts: {
                #[allow(unused_mut)]
                let mut doubts = <#ty as ::tf_provider::AttributeValue>::doubts();
                #(doubts.push(#doubts);)*
                doubts
            },
            same: <#ty as ::tf_provider::AttributeValue>::same(),
            #(#members,)*
            ..::tf_provider::schema::Attribute::new(
                #name,
                #description,
                <#ty as ::tf_provider::AttributeValue>::kind(),
                #presence,
            )
        }
    }
}

/// A check on the raw value that calls the user's function with the typed one. A closure rather than a function, so
/// that the user may write `Self::name`.
fn typed_check(field: &Field, function: &syn::Expr) -> TokenStream {
    let ty = &field.ty;
    // Spanned so that a function of another type is an error at its name.
    let call = quote_spanned!(function.span() => #function(&typed));
    quote! {
        ::tf_provider::schema::Check::Function(|value| {
            if !value.is_wholly_known() {
                return ::core::result::Result::Ok(());
            }
            // A value of another type is reported against the schema.
            match <<#ty as ::tf_provider::AttributeValue>::Inner as ::tf_provider::AttributeValue>::from_value(
                ::core::clone::Clone::clone(value),
                &::tf_provider::path::Path::root(),
            ) {
                ::core::result::Result::Ok(typed) => #call,
                ::core::result::Result::Err(_) => ::core::result::Result::Ok(()),
            }
        })
    }
}
