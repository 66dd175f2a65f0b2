//! Types and values of them, generated for property tests.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use super::{Dynamic, Number, Type, Value, normalised};

/// What values are generated for: JSON can hold neither unknown values nor infinities.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    Msgpack,
    Json,
}

/// A type and a value that conforms to it.
pub(crate) fn typed_values(encoding: Encoding) -> impl Strategy<Value = (Type, Value)> {
    types().prop_flat_map(move |ty| (Just(ty.clone()), values(&ty, encoding)))
}

/// Types of every kind, some levels deep.
pub(crate) fn types() -> impl Strategy<Value = Type> {
    let leaf = prop_oneof![Just(Type::Bool), Just(Type::Number), Just(Type::String), Just(Type::Dynamic)];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            inner.clone().prop_map(Type::list),
            inner.clone().prop_map(Type::set),
            inner.clone().prop_map(Type::map),
            vec(inner.clone(), 0..4).prop_map(Type::Tuple),
            vec(("[a-z_]{1,6}", inner), 0..4).prop_map(Type::object),
        ]
    })
}

fn concrete_types() -> impl Strategy<Value = Type> {
    prop_oneof![
        Just(Type::Bool),
        Just(Type::Number),
        Just(Type::String),
        Just(Type::list(Type::String)),
        Just(Type::Tuple(vec![Type::Number, Type::map(Type::Bool)])),
        Just(Type::object([("name", Type::String), ("size", Type::Number)])),
    ]
}

/// Values of type `ty`, null and unknown ones at every level included.
pub(crate) fn values(ty: &Type, encoding: Encoding) -> BoxedStrategy<Value> {
    let known = match ty {
        Type::Bool => any::<bool>().prop_map(Value::Bool).boxed(),
        Type::Number => numbers(encoding).prop_map(Value::Number).boxed(),
        Type::String => any::<String>().prop_map(Value::from).boxed(),
        Type::Dynamic => concrete_types().prop_flat_map(move |ty| dynamics(&ty, encoding)).boxed(),
        Type::List(element) => vec_of(element, encoding).prop_map(Value::List).boxed(),
        Type::Set(element) => vec_of(element, encoding).prop_map(Value::Set).boxed(),
        Type::Map(element) => (vec(any::<String>().prop_map(normalised), 4), vec_of(element, encoding))
            .prop_map(|(keys, elements)| Value::Map(keys.into_iter().zip(elements).collect()))
            .boxed(),
        Type::Tuple(types) => each(types, encoding).prop_map(Value::Tuple).boxed(),
        Type::Object(attributes) => {
            let names: Vec<String> = attributes.keys().cloned().collect();
            each(attributes.values(), encoding)
                .prop_map(move |values| Value::Object(names.iter().cloned().zip(values).collect::<BTreeMap<_, _>>()))
                .boxed()
        }
    };
    match encoding {
        Encoding::Msgpack => prop_oneof![8 => known, 1 => Just(Value::Null), 1 => Just(Value::Unknown)].boxed(),
        Encoding::Json => prop_oneof![8 => known, 1 => Just(Value::Null)].boxed(),
    }
}

fn dynamics(ty: &Type, encoding: Encoding) -> BoxedStrategy<Value> {
    let ty = ty.clone();
    values(&ty, encoding).prop_map(move |value| Value::Dynamic(Box::new(Dynamic { ty: ty.clone(), value }))).boxed()
}

/// Up to four elements. What is dynamic in them has one type, as it must.
fn vec_of(element: &Type, encoding: Encoding) -> BoxedStrategy<Vec<Value>> {
    match element {
        Type::Dynamic => concrete_types()
            .prop_flat_map(move |ty| vec(option::of(dynamics(&ty, encoding)).prop_map(Value::from), 0..4))
            .boxed(),
        element if element.has_dynamic() => (values(element, encoding), 0..4_usize)
            .prop_map(|(value, times)| std::iter::repeat_n(value, times).collect())
            .boxed(),
        element => vec(values(element, encoding), 0..4).boxed(),
    }
}

fn each<'t>(types: impl IntoIterator<Item = &'t Type>, encoding: Encoding) -> Vec<BoxedStrategy<Value>> {
    types.into_iter().map(|ty| values(ty, encoding)).collect()
}

/// Numbers of every sort: small and large, whole and broken, longer than any machine number.
fn numbers(encoding: Encoding) -> BoxedStrategy<Number> {
    let finite = prop_oneof![
        any::<i8>().prop_map(Number::from),
        any::<i64>().prop_map(Number::from),
        any::<u64>().prop_map(Number::from),
        proptest::num::f64::NORMAL.prop_filter_map("a number", |float| Number::try_from(float).ok()),
        "-?[0-9]{1,160}(\\.[0-9]{1,160})?(e-?[0-9]{1,4})?"
            .prop_filter_map("a decimal", |text| text.parse::<Number>().ok()),
    ];
    match encoding {
        Encoding::Json => finite.boxed(),
        Encoding::Msgpack => prop_oneof![
            9 => finite,
            1 => prop_oneof![Just(f64::INFINITY), Just(f64::NEG_INFINITY)]
                .prop_filter_map("an infinity", |float| Number::try_from(float).ok()),
        ]
        .boxed(),
    }
}
