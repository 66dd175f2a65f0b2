//! The closed vocabulary of `#[attr(...)]`.

use proc_macro2::Ident;
use syn::{Expr, ExprLit, ExprRange, ExprUnary, Lit, LitStr, Meta, RangeLimits, UnOp};

use crate::errors::{Errors, mistake};
use crate::kind::DEPRECATED;
use crate::syntax::{alone, items, known_word, names, repeated, text, value};

const VOCABULARY: &[&str] = &[
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
    "len",
    "range",
    "one_of",
    "known",
    "conflicts",
    "requires",
    "check",
    "doubt",
    "name",
    "variadic",
];

/// Words that contradict each other, and why.
const CONTRADICTIONS: &[(&str, &str, &str)] = &[
    ("replace", "may_replace", "write `replace` if every change means a new object, `may_replace` if only some do"),
    ("keep", "keep_unless", "write `keep` for always, or `keep_unless(...)` with the exceptions"),
    ("unread", "read_once", "write `unread` if no read shows the value, `read_once` if that of an import does"),
    (
        "write_only",
        "default",
        "a default is stored in the state, a write-only value is not: make it an `Option` and let the code choose the value",
    ),
    (
        "write_only",
        "replace",
        "Terraform cannot see that a write-only value changed: put `replace` on the attribute that holds its version",
    ),
];

/// What one word says of an attribute.
pub(crate) enum Word {
    Replace(LitStr),
    MayReplace(LitStr),
    Keep,
    KeepUnless(Vec<Ident>),
    Unread,
    ReadOnce,
    Default(Expr),
    Sensitive,
    WriteOnly,
    Deprecated(LitStr),
    Length(usize, usize),
    Range(f64, f64),
    OneOf(Vec<LitStr>),
    Known(Vec<LitStr>),
    Conflicts(Vec<Ident>),
    Requires(Vec<Ident>),
    Check(Expr),
    Doubt(Expr),
    Name(LitStr),
    Variadic,
}

/// A word where the user wrote it.
pub(crate) struct Written {
    pub(crate) at: Ident,
    pub(crate) word: Word,
}

impl Written {
    fn read(meta: &Meta) -> syn::Result<Self> {
        let at = known_word(meta, VOCABULARY)?;
        let word = match at.to_string().as_str() {
            "replace" => Word::Replace(text(meta, "replace = \"why a change means a new object\"")?),
            "may_replace" => Word::MayReplace(text(meta, "may_replace = \"why some changes mean a new object\"")?),
            "keep" => alone(meta).map(|()| Word::Keep)?,
            "keep_unless" => Word::KeepUnless(names(meta, "keep_unless(field)")?),
            "unread" => alone(meta).map(|()| Word::Unread)?,
            "read_once" => alone(meta).map(|()| Word::ReadOnce)?,
            "default" => Word::Default(value(meta, "default = true")?.clone()),
            "sensitive" => alone(meta).map(|()| Word::Sensitive)?,
            "write_only" => alone(meta).map(|()| Word::WriteOnly)?,
            "deprecated" => Word::Deprecated(text(meta, DEPRECATED)?),
            "len" => length(value(meta, "len = 1..=63")?)?,
            "range" => range(value(meta, "range = 0..=100")?)?,
            "one_of" => Word::OneOf(items(meta, "one_of(\"a\", \"b\")")?),
            "known" => Word::Known(items(meta, "known(\"a\", \"b\")")?),
            "conflicts" => Word::Conflicts(names(meta, "conflicts(field)")?),
            "requires" => Word::Requires(names(meta, "requires(field)")?),
            "check" => Word::Check(function(&at, value(meta, "check = path::to::function")?)?),
            "doubt" => Word::Doubt(function(&at, value(meta, "doubt = path::to::function")?)?),
            "variadic" => alone(meta).map(|()| Word::Variadic)?,
            _ => Word::Name(text(meta, "name = \"type\"")?),
        };
        Ok(Self { at, word })
    }

    /// The fields that the word speaks of.
    pub(crate) fn siblings(&self) -> &[Ident] {
        match &self.word {
            Word::KeepUnless(names) | Word::Conflicts(names) | Word::Requires(names) => names,
            _ => &[],
        }
    }
}

/// Reads the words of one field.
pub(crate) fn read(metas: &[Meta], errors: &mut Errors) -> Vec<Written> {
    let mut words: Vec<Written> = Vec::new();
    for meta in metas {
        let Some(written) = errors.keep(Written::read(meta)) else {
            continue;
        };
        if words.iter().any(|earlier| earlier.at == written.at) {
            errors.push(repeated(&written.at));
            continue;
        }
        let contradicted = CONTRADICTIONS.iter().find(|(a, b, _)| {
            words.iter().any(|earlier| (earlier.at == a && written.at == b) || (earlier.at == b && written.at == a))
        });
        if let Some((a, b, help)) = contradicted {
            errors.push(mistake(&written.at, format!("`{a}` and `{b}` contradict each other"), help));
            continue;
        }
        words.push(written);
    }
    words
}

fn function(word: &Ident, expression: &Expr) -> syn::Result<Expr> {
    match expression {
        Expr::Path(_) => Ok(expression.clone()),
        _ => Err(mistake(
            expression,
            format!("`{word}` takes the name of a function"),
            format!("write a `fn(&T) -> Result<(), String>` and name it here: `{word} = path::to::function`"),
        )),
    }
}

const LENGTH_HELP: &str = "write the least and the most, both included: `len = 1..=63`, or `len = 1..`";
const RANGE_HELP: &str = "write the least and the most, both included: `range = 0..=100`, or `range = 0..`";

fn length(expression: &Expr) -> syn::Result<Word> {
    let wrong = |at: &Expr| mistake(at, "`len` takes a range of whole numbers", LENGTH_HELP);
    let ExprRange { start, end, .. } = closed_range(expression).ok_or_else(|| wrong(expression))?;
    let bound = |end: &Option<Box<Expr>>, open: usize| match end.as_deref() {
        None => Ok(open),
        Some(Expr::Lit(ExprLit { lit: Lit::Int(number), .. })) => number.base10_parse(),
        Some(other) => Err(wrong(other)),
    };
    let (least, most) = (bound(start, 0)?, bound(end, usize::MAX)?);
    if least > most {
        return Err(mistake(expression, "this allows no length at all", LENGTH_HELP));
    }
    if (least, most) == (0, usize::MAX) {
        return Err(mistake(expression, "this allows every length", LENGTH_HELP));
    }
    Ok(Word::Length(least, most))
}

fn range(expression: &Expr) -> syn::Result<Word> {
    let wrong = |at: &Expr| mistake(at, "`range` takes a range of numbers that says where it starts", RANGE_HELP);
    let ExprRange { start, end, .. } = closed_range(expression).ok_or_else(|| wrong(expression))?;
    let least = start.as_deref().and_then(number).ok_or_else(|| wrong(expression))?;
    let most = match end.as_deref() {
        None => f64::MAX,
        Some(end) => number(end).ok_or_else(|| wrong(end))?,
    };
    if least > most {
        return Err(mistake(expression, "this allows no number at all", RANGE_HELP));
    }
    Ok(Word::Range(least, most))
}

/// A range whose end, if it has one, is included.
fn closed_range(expression: &Expr) -> Option<&ExprRange> {
    match expression {
        Expr::Range(range) if range.end.is_none() || matches!(range.limits, RangeLimits::Closed(_)) => Some(range),
        _ => None,
    }
}

fn number(expression: &Expr) -> Option<f64> {
    match expression {
        Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => number.base10_parse().ok(),
        Expr::Lit(ExprLit { lit: Lit::Float(number), .. }) => number.base10_parse().ok(),
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => number(expr).map(|number| -number),
        _ => None,
    }
}
