//! How values of the API look in JSON, where that differs from what serde does by itself.
//!
//! Requests are sparse: a field that is `None` is not sent, because a partial update changes what it names and leaves
//! the rest alone. To clear a value a field is sent empty (`Some(vec![])`, `Some(String::new())`).
//! Answers are read with tolerance: unknown fields are ignored, a missing field and `null` mean the same, and numbers
//! that travel as text are taken in either form.

use std::fmt;
use std::marker::PhantomData;

use secrecy::{ExposeSecret, SecretString};
use serde::de::{Deserialize, Deserializer, Visitor};
use serde::ser::Serializer;

/// Declares a struct whose unset fields are left out when it is serialised.
///
/// It writes `skip_serializing_if` on every field, and nothing else: derives and other attributes are the author's.
macro_rules! sparse {
    (
        $(#[$attribute:meta])*
        pub struct $name:ident {
            $( $(#[$field_attribute:meta])* pub $field:ident : $type:ty ),* $(,)?
        }
    ) => {
        $(#[$attribute])*
        pub struct $name {
            $(
                $(#[$field_attribute])*
                #[serde(skip_serializing_if = "crate::wire::is_unset")]
                pub $field: $type,
            )*
        }
    };
}

/// Declares an enum of the documented words of a field, with `Other` for words that the service adds later.
///
/// The first word after `=` is the one written; the others are read as the same.
macro_rules! open_enum {
    (
        $(#[$attribute:meta])*
        pub enum $name:ident {
            $( $(#[$variant_attribute:meta])* $variant:ident = $word:literal $(| $alias:literal)* ),* $(,)?
        }
    ) => {
        $(#[$attribute])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $( $(#[$variant_attribute])* $variant, )*
            /// A word that this version of the client does not know, as the service wrote it.
            Other(String),
        }

        impl $name {
            /// The word of the API.
            pub fn as_str(&self) -> &str {
                match self {
                    $( Self::$variant => $word, )*
                    Self::Other(word) => word,
                }
            }
        }

        impl From<&str> for $name {
            fn from(word: &str) -> Self {
                match word {
                    $( $word $(| $alias)* => Self::$variant, )*
                    other => Self::Other(other.to_owned()),
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(deserializer)
                    .map(|word| Self::from(word.as_ref()))
            }
        }
    };
}

pub(crate) use {open_enum, sparse};

/// A field that knows whether it has a value to send. What is not optional always has.
pub(crate) trait Field {
    fn is_unset(&self) -> bool {
        false
    }
}

impl<T> Field for Option<T> {
    fn is_unset(&self) -> bool {
        self.is_none()
    }
}

/// A plain string is a required field.
impl Field for String {}

/// For `skip_serializing_if`.
pub(crate) fn is_unset(field: &impl Field) -> bool {
    field.is_unset()
}

/// Writes a secret to the wire. The one place where a secret of a request is exposed.
pub(crate) fn secret<S: Serializer>(value: &Option<SecretString>, serializer: S) -> Result<S::Ok, S::Error> {
    match value {
        Some(secret) => serializer.serialize_str(secret.expose_secret()),
        None => serializer.serialize_none(),
    }
}

/// Reads a value for which the service may send `null`: that gives the default (an empty list, an empty text, ...).
pub(crate) fn or_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Option::<T>::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// Reads an optional id: `null` and the empty string both mean that there is none.
pub(crate) fn non_empty<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: From<String>,
{
    Ok(text(deserializer)?.filter(|text| !text.is_empty()).map(T::from))
}

/// Reads a text that some answers carry as a number or a boolean (`"26"` or `26`, `"true"` or `true`).
pub(crate) fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    struct TextVisitor;

    impl<'de> Visitor<'de> for TextVisitor {
        type Value = Option<String>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a string, a number, a boolean or null")
        }
        fn visit_str<E>(self, value: &str) -> Result<Self::Value, E> {
            Ok(Some(value.to_owned()))
        }
        fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
            Ok(Some(value.to_string()))
        }
        fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
            Ok(Some(value.to_string()))
        }
        fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
            Ok(Some(value.to_string()))
        }
        fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
            Ok(Some(value.to_string()))
        }
        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            Ok(None)
        }
    }

    deserializer.deserialize_any(TextVisitor)
}

/// Reads an integer that may also come as text (`"3"`); `null` and `""` mean that there is none.
pub(crate) fn integer<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    parsed(deserializer, PhantomData)
}

/// Reads a boolean that may also come as text (`"true"`); `null` and `""` mean that there is none.
pub(crate) fn boolean<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<bool>, D::Error> {
    parsed(deserializer, PhantomData)
}

fn parsed<'de, D, T>(deserializer: D, _: PhantomData<T>) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: std::str::FromStr<Err: fmt::Display>,
{
    text(deserializer)?
        .filter(|text| !text.is_empty())
        .map(|text| text.parse().map_err(|error| serde::de::Error::custom(format!("\"{text}\": {error}"))))
        .transpose()
}

#[cfg(test)]
#[allow(unreachable_pub, reason = "the macros declare public types, and these are samples")]
mod tests {
    use super::*;
    use serde::{Deserialize, Serialize};

    open_enum! {
        /// A colour.
        pub enum Colour {
            /// Red.
            Red = "red" | "rouge",
            /// Blue.
            Blue = "blue",
        }
    }

    sparse! {
        /// A sample.
        #[derive(Debug, Default, Serialize, Deserialize)]
        #[serde(default)]
        pub struct Sample {
            /// Always sent.
            pub name: String,
            /// Sent when it is there, also when it is empty.
            pub items: Option<Vec<String>>,
            /// Only to the wire.
            #[serde(serialize_with = "secret", skip_deserializing)]
            pub password: Option<SecretString>,
            /// A count that may be text.
            #[serde(deserialize_with = "integer")]
            pub count: Option<i64>,
            /// A text that may be a number.
            #[serde(deserialize_with = "text")]
            pub mask: Option<String>,
        }
    }

    #[test]
    fn unset_fields_are_left_out_and_empty_ones_are_sent() {
        assert_eq!(serde_json::to_string(&Sample::default()).unwrap(), r#"{"name":""}"#);
        let clearing = Sample { items: Some(vec![]), ..Sample::default() };
        assert_eq!(serde_json::to_string(&clearing).unwrap(), r#"{"name":"","items":[]}"#);
    }

    #[test]
    fn a_secret_goes_to_the_wire_and_nowhere_else() {
        let sample = Sample { password: Some("s3cret".into()), ..Sample::default() };
        assert!(serde_json::to_string(&sample).unwrap().contains("s3cret"));
        assert!(!format!("{sample:?}").contains("s3cret"));
        let read: Sample = serde_json::from_str(r#"{"password":"******"}"#).unwrap();
        assert!(read.password.is_none(), "the service's mask is not a password");
    }

    #[test]
    fn numbers_and_texts_are_read_in_either_form() {
        let read: Sample = serde_json::from_str(r#"{"count":"3","mask":26,"unknown":1}"#).unwrap();
        assert_eq!((read.count, read.mask.as_deref()), (Some(3), Some("26")));
        let read: Sample = serde_json::from_str(r#"{"count":null,"mask":null,"items":null}"#).unwrap();
        assert_eq!((read.count, read.mask, read.items), (None, None, None));
        assert!(serde_json::from_str::<Sample>(r#"{"count":"three"}"#).unwrap_err().to_string().contains("three"));
    }

    #[test]
    fn words_are_known_by_every_spelling_and_unknown_ones_are_kept() {
        let read: Vec<Colour> = serde_json::from_str(r#"["red","rouge","blue","green"]"#).unwrap();
        assert_eq!(read, [Colour::Red, Colour::Red, Colour::Blue, Colour::Other("green".into())]);
        assert_eq!(read[1].to_string(), "red");
        assert_eq!(read[3].to_string(), "green");
    }
}
