//! Types of values.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::json;

use super::{Value, ValueError, attribute, index, key, normalised};

/// The type of a value, as a schema declares it. Every type also has null and unknown values.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Type {
    /// True or false.
    Bool,
    /// A number of any size and precision.
    Number,
    /// A text.
    String,
    /// Any type; the value carries its own.
    Dynamic,
    /// Elements of one type, in order.
    List(Box<Type>),
    /// Elements of one type, without order.
    Set(Box<Type>),
    /// Elements of one type, by a string key.
    Map(Box<Type>),
    /// As many elements as there are types, in order.
    Tuple(Vec<Type>),
    /// Exactly these attributes.
    Object(BTreeMap<String, Type>),
}

impl Type {
    /// A list of `element`.
    pub fn list(element: Type) -> Self {
        Self::List(Box::new(element))
    }

    /// A set of `element`.
    pub fn set(element: Type) -> Self {
        Self::Set(Box::new(element))
    }

    /// A map of `element`.
    pub fn map(element: Type) -> Self {
        Self::Map(Box::new(element))
    }

    /// An object of these attributes.
    pub fn object<N: Into<String>>(attributes: impl IntoIterator<Item = (N, Type)>) -> Self {
        Self::Object(attributes.into_iter().map(|(name, ty)| (name.into(), ty)).collect())
    }

    /// The type as the protocol writes it: JSON such as `["list","string"]`.
    pub fn to_json(&self) -> Vec<u8> {
        self.to_json_value().to_string().into_bytes()
    }

    pub(crate) fn to_json_value(&self) -> serde_json::Value {
        match self {
            Self::Bool => json!("bool"),
            Self::Number => json!("number"),
            Self::String => json!("string"),
            Self::Dynamic => json!("dynamic"),
            Self::List(element) => json!(["list", element.to_json_value()]),
            Self::Set(element) => json!(["set", element.to_json_value()]),
            Self::Map(element) => json!(["map", element.to_json_value()]),
            Self::Tuple(elements) => {
                let elements: Vec<_> = elements.iter().map(Self::to_json_value).collect();
                json!(["tuple", elements])
            }
            Self::Object(attributes) => {
                let attributes: serde_json::Map<_, _> =
                    attributes.iter().map(|(name, ty)| (name.clone(), ty.to_json_value())).collect();
                json!(["object", attributes])
            }
        }
    }

    /// Reads a type from the protocol's JSON. Which attributes of an object are optional, its third element, is ignored:
    /// values always have them all.
    pub fn from_json(json: &[u8]) -> Result<Self, ValueError> {
        let json = serde_json::from_slice(json).map_err(|error| {
            ValueError::new(format!("the type is not valid JSON (line {}, column {})", error.line(), error.column()))
        })?;
        Self::from_json_value(&json).ok_or_else(|| {
            ValueError::new(
                "the JSON is not a type; write \"string\", \"number\", \"bool\", \"dynamic\", or an array of \"list\", \
                 \"set\", \"map\", \"tuple\" or \"object\" and what it is made of",
            )
        })
    }

    fn from_json_value(json: &serde_json::Value) -> Option<Self> {
        if let Some(name) = json.as_str() {
            return match name {
                "bool" => Some(Self::Bool),
                "number" => Some(Self::Number),
                "string" => Some(Self::String),
                "dynamic" => Some(Self::Dynamic),
                _ => None,
            };
        }
        let (kind, parts) = json.as_array()?.split_first()?;
        match (kind.as_str()?, parts) {
            ("list", [element]) => Some(Self::list(Self::from_json_value(element)?)),
            ("set", [element]) => Some(Self::set(Self::from_json_value(element)?)),
            ("map", [element]) => Some(Self::map(Self::from_json_value(element)?)),
            ("tuple", [elements]) => {
                let elements = elements.as_array()?.iter().map(Self::from_json_value);
                Some(Self::Tuple(elements.collect::<Option<_>>()?))
            }
            ("object", [attributes] | [attributes, serde_json::Value::Array(_)]) => {
                let attributes = attributes
                    .as_object()?
                    .iter()
                    .map(|(name, ty)| Some((normalised(name.clone()), Self::from_json_value(ty)?)));
                Some(Self::Object(attributes.collect::<Option<_>>()?))
            }
            _ => None,
        }
    }

    /// Whether `value` is a value of this type, all the way down: objects with exactly their attributes, tuples of exactly
    /// their length. Null and unknown are values of every type.
    pub fn conforms(&self, value: &Value) -> Result<(), ValueError> {
        match (self, value) {
            (_, Value::Null | Value::Unknown)
            | (Self::Bool, Value::Bool(_))
            | (Self::Number, Value::Number(_))
            | (Self::String, Value::String(_)) => Ok(()),
            (Self::Dynamic, Value::Dynamic(dynamic)) if dynamic.ty != Self::Dynamic => {
                dynamic.ty.conforms(&dynamic.value)
            }
            (Self::Dynamic, Value::Dynamic(_)) => Err(ValueError::dynamic_of_dynamic()),
            (Self::Dynamic, _) => Err(ValueError::new(format!(
                "expected dynamic, found {}; a value of a dynamic type must carry its own type",
                value.kind_name()
            ))),
            (Self::List(element), Value::List(elements)) | (Self::Set(element), Value::Set(elements)) => {
                for (position, value) in elements.iter().enumerate() {
                    element.conforms(value).map_err(|error| error.inside(index(position)))?;
                }
                element.is_one_for(elements.iter())
            }
            (Self::Map(element), Value::Map(members)) => {
                for (name, value) in members {
                    element.conforms(value).map_err(|error| error.inside(key(name)))?;
                }
                element.is_one_for(members.values())
            }
            (Self::Tuple(types), Value::Tuple(elements)) => {
                if types.len() != elements.len() {
                    return Err(ValueError::tuple_length(types.len(), elements.len()));
                }
                for (position, (ty, value)) in types.iter().zip(elements).enumerate() {
                    ty.conforms(value).map_err(|error| error.inside(index(position)))?;
                }
                Ok(())
            }
            (Self::Object(types), Value::Object(attributes)) => {
                if let Some(name) = attributes.keys().find(|name| !types.contains_key(*name)) {
                    return Err(ValueError::unsupported().inside(attribute(name)));
                }
                for (name, ty) in types {
                    attributes
                        .get(name)
                        .ok_or_else(ValueError::missing)
                        .and_then(|value| ty.conforms(value))
                        .map_err(|error| error.inside(attribute(name)))?;
                }
                Ok(())
            }
            _ => Err(ValueError::expected(self, value.kind_name())),
        }
    }

    /// Whether a value of this type, or a part of one, carries a type of its own.
    pub(crate) fn has_dynamic(&self) -> bool {
        match self {
            Self::Dynamic => true,
            Self::List(element) | Self::Set(element) | Self::Map(element) => element.has_dynamic(),
            Self::Tuple(elements) => elements.iter().any(Self::has_dynamic),
            Self::Object(attributes) => attributes.values().any(Self::has_dynamic),
            Self::Bool | Self::Number | Self::String => false,
        }
    }

    /// The elements of one collection, each of this type, must agree in the types that they carry, at any depth:
    /// Terraform's decoder panics when they do not.
    pub(super) fn is_one_for<'a>(&self, elements: impl Iterator<Item = &'a Value>) -> Result<(), ValueError> {
        if !self.has_dynamic() {
            return Ok(());
        }
        let mut carried = elements.map(|element| self.carried(element)).filter(|ty| *ty != Self::Dynamic);
        let first = carried.next();
        if carried.all(|ty| Some(ty) == first) {
            Ok(())
        } else {
            Err(ValueError::new("dynamic elements of one collection must have one type; use a tuple or an object"))
        }
    }

    /// The type that a value of this type has once the types that its parts carry are in their places. Dynamic is left
    /// where nothing carries one, as in a null.
    fn carried(&self, value: &Value) -> Self {
        let of_elements = |element: &Self, values: &mut dyn Iterator<Item = &Value>| {
            let mut types = values.map(|value| element.carried(value));
            Box::new(types.find(|ty| *ty != Self::Dynamic).unwrap_or_else(|| element.clone()))
        };
        match (self, value) {
            (Self::Dynamic, Value::Dynamic(dynamic)) => dynamic.ty.carried(&dynamic.value),
            (Self::List(element), Value::List(elements)) => Self::List(of_elements(element, &mut elements.iter())),
            (Self::Set(element), Value::Set(elements)) => Self::Set(of_elements(element, &mut elements.iter())),
            (Self::Map(element), Value::Map(members)) => Self::Map(of_elements(element, &mut members.values())),
            (Self::Tuple(types), Value::Tuple(elements)) => {
                Self::Tuple(types.iter().zip(elements).map(|(ty, value)| ty.carried(value)).collect())
            }
            (Self::Object(types), Value::Object(attributes)) => {
                let carried = |name: &String, ty: &Self| attributes.get(name).map_or(ty.clone(), |v| ty.carried(v));
                Self::Object(types.iter().map(|(name, ty)| (name.clone(), carried(name, ty))).collect())
            }
            _ => self.clone(),
        }
    }
}

/// The type in the words of Terraform's messages: `list of string`, `map of object`, `dynamic`.
impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool => f.write_str("bool"),
            Self::Number => f.write_str("number"),
            Self::String => f.write_str("string"),
            Self::Dynamic => f.write_str("dynamic"),
            Self::List(element) => write!(f, "list of {element}"),
            Self::Set(element) => write!(f, "set of {element}"),
            Self::Map(element) => write!(f, "map of {element}"),
            Self::Tuple(_) => f.write_str("tuple"),
            Self::Object(_) => f.write_str("object"),
        }
    }
}

#[cfg(test)]
mod tests;
