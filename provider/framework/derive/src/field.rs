//! A struct's fields as attributes.

use proc_macro2::Ident;
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::{Data, DeriveInput, Fields, Type};

use crate::binding::{Binding, Calls};
use crate::errors::{Errors, mistake};
use crate::fit;
use crate::syntax::{documentation, is_terraform_name, list, misplaced, repeated, words};
use crate::word::{self, Word, Written};

/// What makes `#[api(...)]` of a field count.
const BARE: &str = "on fields of a struct that has `#[api]` or `#[api(create = \"...\", ...)]` itself";

/// A field and what its attribute is.
pub(crate) struct Field {
    /// The field's name, which may be a raw identifier.
    pub(crate) ident: Ident,
    /// The field's type, with the wrapper that says who writes it.
    pub(crate) ty: Type,
    /// The attribute's name.
    pub(crate) name: String,
    /// The attribute's documentation.
    pub(crate) description: String,
    /// Where it stands in the documents of the service, if that is said.
    pub(crate) binding: Option<Binding>,
    /// The rest.
    pub(crate) words: Vec<Written>,
}

impl Field {
    fn read(field: &syn::Field, errors: &mut Errors) -> Option<Self> {
        let ident = field.ident.clone()?;
        let description = documentation(&field.attrs);
        if description.is_empty() {
            errors.push(mistake(
                &ident,
                format!("field `{}` has no documentation", ident.unraw()),
                "write a `///` comment above it: it is the attribute's text on the registry page",
            ));
        }
        misplaced(&field.attrs, "resource", "on the struct", errors);
        let words = word::read(&words(&field.attrs, "attr", errors), errors);
        let mut name = ident.unraw().to_string();
        let mut named_at: &dyn ToTokens = &ident;
        for written in &words {
            if let Word::Name(given) = &written.word {
                name = given.value();
                named_at = given;
            }
        }
        if !is_terraform_name(&name) {
            errors.push(mistake(
                named_at,
                format!("`{name}` cannot be the name of an attribute"),
                "use lower-case letters, digits and underscores, a letter first",
            ));
        }
        let binding = Binding::read(&field.attrs, errors);
        let field = Self { ty: field.ty.clone(), words, name, description, ident, binding };
        for written in &field.words {
            errors.keep(fit::judge(&field.ty, written));
        }
        Some(field)
    }
}

/// The fields of a documented struct.
pub(crate) struct Struct {
    /// The struct's documentation.
    pub(crate) description: String,
    /// What is said of the documents of the service, if it is in any.
    pub(crate) calls: Option<Calls>,
    /// Its fields in order.
    pub(crate) fields: Vec<Field>,
}

impl Struct {
    /// Reads a struct. Reads on after a mistake, so that all are found; `None` if it is not such a struct at all.
    pub(crate) fn read(input: &DeriveInput, errors: &mut Errors) -> Option<Self> {
        let named = match &input.data {
            Data::Struct(data) => match &data.fields {
                Fields::Named(named) => Some(named),
                _ => None,
            },
            _ => None,
        };
        let Some(named) = named else {
            errors.push(mistake(
                &input.ident,
                format!("`{}` is not a struct with named fields", input.ident),
                "write `struct Name { field: Type }`: each field is an attribute",
            ));
            return None;
        };
        if !input.generics.params.is_empty() {
            errors.push(mistake(
                &input.generics,
                format!("`{}` has parameters", input.ident),
                "write the types out: a schema is the same for every use",
            ));
            return None;
        }
        let description = documentation(&input.attrs);
        if description.is_empty() {
            errors.push(mistake(
                &input.ident,
                format!("`{}` has no documentation", input.ident),
                "write a `///` comment above it: it opens the registry page",
            ));
        }
        misplaced(&input.attrs, "attr", "on a field", errors);
        let calls = Calls::read(&input.attrs, errors);
        if calls.is_none() {
            named.named.iter().for_each(|field| misplaced(&field.attrs, "api", BARE, errors));
        }
        let fields = named.named.iter().filter_map(|field| Field::read(field, errors)).collect();
        let read = Self { description, calls, fields };
        read.check_names(errors);
        read.check_siblings(errors);
        Some(read)
    }

    /// The field that the user calls so.
    pub(crate) fn field(&self, ident: &Ident) -> Option<&Field> {
        self.fields.iter().find(|field| field.ident.unraw() == ident.unraw())
    }

    /// The field that the user calls so, or the mistake of calling it so.
    pub(crate) fn require(&self, ident: &Ident) -> syn::Result<&Field> {
        self.field(ident).ok_or_else(|| {
            let fields: Vec<_> = self.fields.iter().map(|field| field.ident.unraw().to_string()).collect();
            let fields: Vec<_> = fields.iter().map(String::as_str).collect();
            let help = format!("the fields are {}", list(&fields));
            mistake(ident, format!("there is no field `{}`", ident.unraw()), help)
        })
    }

    /// The attribute names of fields that the user listed.
    pub(crate) fn attribute_names(&self, idents: &[Ident]) -> Vec<&str> {
        idents.iter().filter_map(|ident| self.field(ident)).map(|field| field.name.as_str()).collect()
    }

    fn check_names(&self, errors: &mut Errors) {
        for (i, field) in self.fields.iter().enumerate() {
            if self.fields[..i].iter().any(|earlier| earlier.name == field.name) {
                let what = format!("two fields are the attribute `{}`", field.name);
                errors.push(mistake(&field.ident, what, "give one of them another name"));
            }
        }
    }

    fn check_siblings(&self, errors: &mut Errors) {
        for field in &self.fields {
            for written in &field.words {
                let siblings = written.siblings();
                for (i, sibling) in siblings.iter().enumerate() {
                    errors.keep(self.require(sibling));
                    if sibling.unraw() == field.ident.unraw() {
                        let what = format!("`{}` names the field itself", written.at);
                        errors.push(mistake(sibling, what, "name other fields of the struct"));
                    }
                    if siblings[..i].contains(sibling) {
                        errors.push(repeated(sibling));
                    }
                }
            }
        }
    }
}
