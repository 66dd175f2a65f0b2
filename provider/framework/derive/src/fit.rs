//! Whether a word fits the type of its field.
//!
//! A derive sees no more than the tokens of a type. What they tell is judged here, so that the mistake is shown with all
//! others; what they do not tell (a type alias, say) is left to the compiler, as an assertion in the generated code.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{GenericArgument, PathArguments, PathSegment, Type};

use crate::errors::mistake;
use crate::word::{Word, Written};

/// The variants of `Presence`.
const REQUIRED: &str = "Required";
const OPTIONAL: &str = "Optional";
const COMPUTED: &str = "Computed";
const OPTIONAL_COMPUTED: &str = "OptionalComputed";

/// Refuses a word that does not fit the type, as far as the tokens of the type tell.
pub(crate) fn judge(ty: &Type, written: &Written) -> syn::Result<()> {
    let word = &written.at;
    if let (Some((presences, help)), Some(presence)) = (presence_rule(&written.word), presence(ty))
        && !presences.contains(&presence)
    {
        return Err(mistake(word, unfit(word), format!("`{word}` {help}")));
    }
    if let (Some((contents, help)), Some(content)) = (content_rule(&written.word), content(ty))
        && !contents.contains(&content)
    {
        return Err(mistake(word, unfit(word), help));
    }
    Ok(())
}

fn unfit(word: &Ident) -> String {
    format!("`{word}` does not fit this type")
}

/// An assertion for the compiler, at the user's word, where the tokens of the type do not tell who writes the value.
pub(crate) fn assertion(ty: &Type, written: &Written) -> Option<TokenStream> {
    if presence(ty).is_some() {
        return None;
    }
    let word = &written.at;
    let (presences, help) = presence_rule(&written.word)?;
    let presences = presences.iter().map(|presence| format_ident!("{presence}"));
    let message = format!("`{word}` {help}");
    Some(quote_spanned! { word.span() =>
        const _: () = ::core::assert!(
            ::core::matches!(
                <#ty as ::tf_provider::AttributeValue>::PRESENCE,
                #(::tf_provider::schema::Presence::#presences)|*
            ),
            #message
        );
    })
}

/// An assertion for the compiler, at the user's type, that there are no objects inside of it for which `test`, a part of
/// `Words`, is true. None where the tokens of the type tell that there are no objects at all.
pub(crate) fn refuse_inside(ty: &Type, test: &TokenStream, message: &str) -> Option<TokenStream> {
    if matches!(content(ty), Some(Content::Text | Content::Number | Content::Bool)) {
        return None;
    }
    Some(quote_spanned! { ty.span() =>
        const _: () = ::core::assert!(!<#ty as ::tf_provider::AttributeValue>::WORDS.#test, #message);
    })
}

/// Who may write a value that the word is for, and how to say so to the user.
fn presence_rule(word: &Word) -> Option<(&'static [&'static str], &'static str)> {
    match word {
        Word::Keep | Word::KeepUnless(_) => Some((
            &[COMPUTED, OPTIONAL_COMPUTED],
            "is for values that the service writes: make the field `Computed<T>` or `OptionalComputed<T>`",
        )),
        Word::Default(_) => Some((&[REQUIRED], "makes the value always present: make the field a plain `T`")),
        Word::WriteOnly => Some((
            &[REQUIRED, OPTIONAL],
            "is for values that only the user writes: make the field a plain `T` or `Option<T>`",
        )),
        Word::Replace(_)
        | Word::MayReplace(_)
        | Word::Unread
        | Word::ReadOnce
        | Word::Length(..)
        | Word::Range(..)
        | Word::OneOf(_)
        | Word::Known(_)
        | Word::Conflicts(_)
        | Word::Requires(_)
        | Word::Check(_)
        | Word::Doubt(_) => Some((
            &[REQUIRED, OPTIONAL, OPTIONAL_COMPUTED],
            "is for values that the user may write: the field must not be `Computed<T>`",
        )),
        Word::Sensitive | Word::Deprecated(_) | Word::Name(_) | Word::Variadic => None,
    }
}

/// What a value holds that the word is for, and how to say so to the user.
fn content_rule(word: &Word) -> Option<(&'static [Content], &'static str)> {
    match word {
        Word::Length(..) => Some((
            &[Content::Text, Content::Collection],
            "`len` is for strings and collections; a number has a `range`",
        )),
        Word::Range(..) => Some((&[Content::Number], "`range` is for numbers; a string or a collection has a `len`")),
        Word::OneOf(_) => Some((
            &[Content::Text],
            "`one_of` is for one string; for a collection, derive `StringEnum` for its elements",
        )),
        Word::Known(_) => {
            Some((&[Content::Text, Content::Collection], "`known` is for a string, or for a collection of strings"))
        }
        _ => None,
    }
}

/// Who writes a value of this type: one of the variants of `Presence`.
fn presence(ty: &Type) -> Option<&'static str> {
    match last_segment(ty)?.ident.to_string().as_str() {
        "Option" => Some(OPTIONAL),
        "Computed" => Some(COMPUTED),
        "OptionalComputed" => Some(OPTIONAL_COMPUTED),
        _ => content(ty).map(|_| REQUIRED),
    }
}

/// Whether a value of the type is a collection, as far as its tokens tell.
pub(crate) fn is_collection(ty: &Type) -> bool {
    content(ty) == Some(Content::Collection)
}

/// Whether the type is a `Vec`, as far as its tokens tell.
pub(crate) fn is_list(ty: &Type) -> bool {
    last_segment(ty).is_some_and(|segment| segment.ident == "Vec")
}

/// Whether the service may write a value of this type, as far as its tokens tell.
pub(crate) fn is_computed(ty: &Type) -> bool {
    matches!(presence(ty), Some(COMPUTED | OPTIONAL_COMPUTED))
}

/// What a value holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Content {
    Text,
    Number,
    Bool,
    Collection,
}

/// What a value of this type holds, whoever writes it.
fn content(ty: &Type) -> Option<Content> {
    let segment = last_segment(ty)?;
    match segment.ident.to_string().as_str() {
        "Option" | "Computed" | "OptionalComputed" => match &segment.arguments {
            PathArguments::AngleBracketed(arguments) => match arguments.args.first()? {
                GenericArgument::Type(inner) => content(inner),
                _ => None,
            },
            _ => None,
        },
        "String" | "SecretString" => Some(Content::Text),
        "i64" | "f64" | "Number" => Some(Content::Number),
        "bool" => Some(Content::Bool),
        "Vec" | "Set" | "BTreeMap" => Some(Content::Collection),
        _ => None,
    }
}

fn last_segment(ty: &Type) -> Option<&PathSegment> {
    match ty {
        Type::Path(path) => path.path.segments.last(),
        _ => None,
    }
}
