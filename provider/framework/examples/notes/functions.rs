//! Functions: one that can blame an argument, one that takes anything, one that takes any number of arguments, and one
//! that gives back an object.

use tf_provider::value::{Dynamic, Type, Value};
use tf_provider::{Call, Function, Maybe, Model, WrongArgument};

/// Makes the name of a note out of any text.
#[derive(Clone, Function)]
pub struct Slug {
    /// The text.
    #[attr(len = 1..=200)]
    pub text: String,
}

impl Call for Slug {
    type Output = String;

    fn call(self) -> Result<String, WrongArgument> {
        let words = self.text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        let slug = words.map(str::to_lowercase).collect::<Vec<_>>().join("-");
        if slug.is_empty() {
            return Err(WrongArgument::at(Self::TEXT, "there is no letter and no digit in it"));
        }
        Ok(slug)
    }
}

/// Says what kind of value something is, also of null and of what is not known yet.
#[derive(Clone, Function)]
pub struct Describe {
    /// Anything.
    pub value: Maybe<Dynamic>,
}

impl Call for Describe {
    type Output = Dynamic;

    fn call(self) -> Result<Dynamic, WrongArgument> {
        let kind = match self.value {
            Maybe::Null => "nothing".to_owned(),
            Maybe::Unknown => "not known yet".to_owned(),
            Maybe::Known(value) => value.value.kind_name().to_owned(),
        };
        Ok(Dynamic { ty: Type::String, value: Value::from(kind) })
    }
}

/// Joins lines.
#[derive(Clone, Function)]
pub struct Lines {
    /// What goes before each line; null for nothing.
    pub bullet: Option<String>,
    /// The lines.
    #[attr(variadic)]
    pub lines: Vec<String>,
}

impl Call for Lines {
    type Output = String;

    fn call(self) -> Result<String, WrongArgument> {
        if let Some(i) = self.lines.iter().position(|line| line.contains('\n')) {
            return Err(WrongArgument::at(Self::LINES, "holds more than one line").element(i));
        }
        let bullet = self.bullet.unwrap_or_default();
        Ok(self.lines.iter().map(|line| format!("{bullet}{line}\n")).collect())
    }
}

/// Splits a text into the title and the text of an entry.
#[derive(Clone, Function)]
pub struct Entry {
    /// The text. Its first line is the title.
    pub text: String,
}

/// What an entry of a journal takes.
#[derive(Clone, Model)]
pub struct Parts {
    /// The first line.
    pub title: String,
    /// The other lines.
    pub text: Option<String>,
}

impl Call for Entry {
    type Output = Parts;

    fn call(self) -> Result<Parts, WrongArgument> {
        let (title, text) = self.text.split_once('\n').map_or((&*self.text, None), |(title, text)| (title, Some(text)));
        Ok(Parts { title: title.to_owned(), text: text.map(str::to_owned) })
    }
}
