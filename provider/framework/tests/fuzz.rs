//! What the fuzzer looks for bytes to break (`fuzz/run.sh`), on its corpus and on what is near to that.

#[path = "../fuzz/property.rs"]
mod property;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use proptest::sample::Index;
use tf_provider::value::{Dynamic, Type, Value, msgpack};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus/value")
}

/// The inputs that are kept, by name. Those that the fuzzer found have a name of their own; the others are made here.
fn corpus() -> BTreeMap<String, Vec<u8>> {
    let files = std::fs::read_dir(folder()).expect("a corpus").map(|file| file.expect("a file"));
    let read = |file: std::fs::DirEntry| {
        let name = file.file_name().into_string().expect("a name in UTF-8");
        (name, std::fs::read(file.path()).expect("an input"))
    };
    files.map(read).collect()
}

/// A type as `property` takes it off an input.
fn spell(ty: &Type, out: &mut Vec<u8>) {
    let count = |n: usize| u8::try_from(n).expect("few members");
    match ty {
        Type::String => out.push(0),
        Type::Number => out.push(1),
        Type::Bool => out.push(2),
        Type::Dynamic => out.push(3),
        Type::List(element) | Type::Set(element) | Type::Map(element) => {
            out.push(match ty {
                Type::List(_) => 4,
                Type::Set(_) => 5,
                _ => 6,
            });
            spell(element, out);
        }
        Type::Object(members) => {
            out.extend([7, count(members.len())]);
            members.values().for_each(|member| spell(member, out));
        }
        Type::Tuple(members) => {
            out.extend([8, count(members.len())]);
            members.iter().for_each(|member| spell(member, out));
        }
    }
}

fn input(ty: &Type, bytes: &[u8]) -> Vec<u8> {
    let mut input = Vec::new();
    spell(ty, &mut input);
    input.extend(bytes);
    input
}

/// Inputs of every sort, from which the fuzzer goes on.
fn seeds() -> BTreeMap<String, Vec<u8>> {
    let object = Type::object([("a", Type::String), ("b", Type::list(Type::Number)), ("c", Type::map(Type::Bool))]);
    let disks = Type::set(Type::object([("a", Type::String), ("b", Type::Number)]));
    let disk = |name: &str, size: i64| Value::object([("a", name.into()), ("b", size.into())]);
    let dynamic = |ty: Type, value: Value| Value::Dynamic(Box::new(Dynamic { ty, value }));
    let number = |digits: &str| Value::Number(digits.parse().expect("a number"));
    let values = [
        ("null", Type::String, Value::Null),
        ("unknown", Type::list(Type::String), Value::Unknown),
        ("text", Type::String, "Grüße, 世界 🚀".into()),
        ("number", Type::Number, 42.into()),
        ("fraction", Type::Number, number("0.1")),
        ("many-digits", Type::Number, number(&format!("-1{}.{}", "0".repeat(70), "3".repeat(80)))),
        ("large-exponent", Type::Number, number("1e400")),
        ("bool", Type::Bool, true.into()),
        (
            "object",
            object,
            Value::object([
                ("a", "x".into()),
                ("b", Value::List(vec![1.into(), Value::Unknown, Value::Null])),
                ("c", Value::Map(BTreeMap::from([("k".to_owned(), true.into()), (String::new(), Value::Null)]))),
            ]),
        ),
        ("set", disks, Value::Set(vec![disk("a", 1), disk("a", 2), Value::Unknown])),
        ("tuple", Type::Tuple(vec![Type::String, Type::Dynamic]), {
            Value::Tuple(vec!["x".into(), dynamic(Type::Bool, false.into())])
        }),
        ("dynamic", Type::Dynamic, dynamic(Type::list(Type::String), Value::List(vec!["x".into()]))),
        ("dynamic-object", Type::Dynamic, {
            dynamic(Type::object([("x", Type::Dynamic)]), Value::object([("x", dynamic(Type::Number, 1.into()))]))
        }),
    ];
    let mut seeds: BTreeMap<String, Vec<u8>> = values
        .into_iter()
        .map(|(name, ty, value)| (name.to_owned(), input(&ty, &msgpack::encode(&value, &ty).expect("a value"))))
        .collect();
    let mut raw = |name: &str, ty: &Type, bytes: &[u8]| seeds.insert(name.to_owned(), input(ty, bytes));
    let (text, list, map) = (Type::String, Type::list(Type::String), Type::map(Type::String));
    // What is known of an unknown value: not null; a prefix; bounds of a number; bounds of a length; what nobody knows.
    raw("refined-not-null", &text, &[0xc7, 3, 12, 0x81, 1, 0xc2]);
    raw("refined-prefix", &text, &[0xc7, 8, 12, 0x82, 1, 0xc2, 2, 0xa3, b'a', b'b', b'-']);
    raw("refined-bounds", &Type::Number, &[0xc7, 9, 12, 0x82, 3, 0x92, 1, 0xc3, 4, 0x92, 9, 0xc2]);
    raw("refined-lengths", &list, &[0xc7, 5, 12, 0x82, 5, 1, 6, 3]);
    raw("refined-otherwise", &list, &[0xc7, 3, 12, 0x81, 99, 0x01]);
    raw("refined-badly", &list, &[0xc7, 3, 12, 0xc1, 0xc1, 0xc1]);
    raw("decomposed", &text, b"\xa6cafe\xcc\x81");
    raw("decomposed-keys", &map, b"\x82\xa6cafe\xcc\x81\xa1x\xa5caf\xc3\xa9\xa1y");
    raw("not-utf-8", &text, &[0xa2, 0xff, 0xfe]);
    raw("long-array", &list, &[0xdd, 0xff, 0xff, 0xff, 0xff]);
    raw("long-map", &map, &[0xdf, 0xff, 0xff, 0xff, 0xff]);
    raw("long-text", &text, &[0xdb, 0xff, 0xff, 0xff, 0xff]);
    raw("long-binary", &Type::Dynamic, &[0x92, 0xc6, 0xff, 0xff, 0xff, 0xff]);
    raw("long-extension", &text, &[0xc9, 0xff, 0xff, 0xff, 0xff, 12]);
    raw("infinite", &Type::Number, &[0xcb, 0x7f, 0xf0, 0, 0, 0, 0, 0, 0]);
    raw("no-number", &Type::Number, &[0xcb, 0x7f, 0xf8, 0, 0, 0, 0, 0, 0]);
    raw("number-in-a-text", &Type::Number, b"\xa31e9");
    raw("reserved-marker", &text, &[0xc1]);
    raw("two-values", &text, b"\xa1a\xa1b");
    raw("deep", &Type::Dynamic, &{
        let depth = 120;
        let ty = format!("{}\"bool\"{}", "[\"list\",".repeat(depth), "]".repeat(depth));
        let mut bytes = vec![0x92, 0xc5];
        bytes.extend(u16::try_from(ty.len()).expect("a length").to_be_bytes());
        bytes.extend(ty.as_bytes());
        bytes.extend(vec![0x91; depth]);
        bytes.push(0xc3);
        bytes
    });
    // Elements of several types, in a list of any type, in one of objects and in a map: Terraform's decoder panics.
    raw("mixed-list", &Type::list(Type::Dynamic), b"\x92\x92\xc4\x08\"string\"\xa1a\x92\xc4\x08\"number\"\x01");
    raw("mixed-objects", &Type::list(Type::object([("a", Type::Dynamic)])), {
        b"\x92\x81\xa1a\x92\xc4\x08\"string\"\xa1a\x81\xa1a\x92\xc4\x08\"number\"\x01"
    });
    raw("json-mixed-map", &Type::map(Type::Dynamic), {
        br#"{"a":{"type":"string","value":"a"},"b":{"type":"number","value":1}}"#
    });
    raw("json-object", &Type::object([("a", Type::Number), ("b", Type::Bool)]), br#"{"a":1.50,"b":null}"#);
    raw("json-list", &list, br#"["x","\u00e9",null]"#);
    raw("json-dynamic", &Type::Dynamic, br#"{"type":["map","number"],"value":{"k":"1"}}"#);
    seeds
}

/// `UPDATE=1` writes the corpus anew; what the fuzzer found stays.
#[test]
fn the_corpus_holds_every_seed() {
    if std::env::var_os("UPDATE").is_some() {
        for (name, input) in seeds() {
            std::fs::write(folder().join(name), input).expect("a written input");
        }
    }
    let corpus = corpus();
    for (name, input) in seeds() {
        assert_eq!(corpus.get(&name), Some(&input), "{name}: run this test with UPDATE=1");
    }
}

#[test]
fn the_property_holds_for_the_corpus() {
    for (name, input) in corpus() {
        println!("{name}");
        property::holds(&input);
    }
}

/// A change of some bytes.
#[derive(Clone, Debug)]
enum Change {
    Set(Index, u8),
    Insert(Index, u8),
    Cut(Index),
    /// The rest is that of another input.
    Splice(Index, Index),
}

fn change() -> impl Strategy<Value = Change> {
    let marker = prop_oneof![any::<u8>(), 0xc0..=0xdfu8];
    prop_oneof![
        (any::<Index>(), marker.clone()).prop_map(|(at, byte)| Change::Set(at, byte)),
        (any::<Index>(), marker).prop_map(|(at, byte)| Change::Insert(at, byte)),
        any::<Index>().prop_map(Change::Cut),
        (any::<Index>(), any::<Index>()).prop_map(|(at, other)| Change::Splice(at, other)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn the_property_holds_near_the_corpus(of in any::<Index>(), changes in prop::collection::vec(change(), 1..6)) {
        static CORPUS: std::sync::LazyLock<Vec<Vec<u8>>> = std::sync::LazyLock::new(|| corpus().into_values().collect());
        let mut input = of.get(&CORPUS).clone();
        for change in changes {
            match change {
                _ if input.is_empty() => break,
                Change::Set(at, byte) => *at.get_mut(&mut input) = byte,
                Change::Insert(at, byte) => input.insert(at.index(input.len()), byte),
                Change::Cut(at) => input.truncate(at.index(input.len())),
                Change::Splice(at, other) => {
                    let (other, from) = (other.get(&CORPUS), at.index(input.len()));
                    input.truncate(from);
                    input.extend(&other[from.min(other.len())..]);
                }
            }
        }
        property::holds(&input);
    }
}
