//! What must not bring the process down: messages that nobody sane would send, and very large sane ones. Each is an error
//! of its own call, and the next call is answered.

#[allow(dead_code, reason = "the example is a program of its own")]
#[path = "../examples/notes/main.rs"]
mod example;

use std::time::{Duration, Instant};

use example::Notes;
use proptest::prelude::{ProptestConfig, any, proptest};
use tf_provider::Server;
use tf_provider::conformance::{apply_violations, plan_violations};
use tf_provider::schema::{Attribute, Kind, Presence};
use tf_provider::value::{Type, Value, msgpack};
use tfplugin::v6;
use tfplugin::v6::provider_server::Provider as _;
use tonic::Request;

/// Far more than any of these takes, far less than what one of them would if it were quadratic.
const BOUND: Duration = Duration::from_secs(20);

fn raw(bytes: &[u8]) -> Option<v6::DynamicValue> {
    Some(v6::DynamicValue { msgpack: bytes.to_vec().into(), ..Default::default() })
}

async fn validate(server: &Server<Notes>, config: Option<v6::DynamicValue>) -> Vec<v6::Diagnostic> {
    let request =
        v6::validate_resource_config::Request { type_name: "notes_note".to_owned(), config, ..Default::default() };
    server.validate_resource_config(Request::new(request)).await.expect("an answer").into_inner().diagnostics
}

fn note(text: &str) -> Vec<u8> {
    let timeouts = Type::object([("create", Type::String)]);
    let ty = Type::object([
        ("name", Type::String),
        ("text", Type::String),
        ("length", Type::Number),
        ("timeouts", timeouts),
    ]);
    let value = Value::object([
        ("name", Value::from("a")),
        ("text", text.into()),
        ("length", Value::Null),
        ("timeouts", Value::Null),
    ]);
    msgpack::encode(&value, &ty).expect("a note")
}

async fn describe(server: &Server<Notes>, argument: &[u8]) -> v6::call_function::Response {
    let arguments = raw(argument).into_iter().collect();
    let request = v6::call_function::Request { name: "describe".to_owned(), arguments };
    server.call_function(Request::new(request)).await.expect("an answer").into_inner()
}

#[tokio::test]
async fn hostile_lengths_and_depths_are_errors() {
    let server = Server::<Notes>::new();
    // Each says that gigabytes follow, and ends.
    for bytes in [
        &[0xdd, 0xff, 0xff, 0xff, 0xff][..],
        &[0xdf, 0xff, 0xff, 0xff, 0xff],
        &[0xdb, 0xff, 0xff, 0xff, 0xff],
        &[0xc6, 0xff, 0xff, 0xff, 0xff],
        &[0xc9, 0xff, 0xff, 0xff, 0xff, 0x0c],
        &[0x81],
        &[0xc1],
        b"\xa4name",
    ] {
        assert_eq!(validate(&server, raw(bytes)).await.len(), 1, "{bytes:02x?}");
    }
    // A value in a list in a list ... a hundred thousand deep, as the type says.
    let depth = 100_000;
    let ty = format!("{}\"bool\"{}", "[\"list\",".repeat(depth), "]".repeat(depth));
    let mut nested = vec![0x92, 0xc6];
    nested.extend(u32::try_from(ty.len()).expect("a length").to_be_bytes());
    nested.extend(ty.as_bytes());
    nested.extend(vec![0x91; depth]);
    nested.push(0xc3);
    let reply = describe(&server, &nested).await;
    assert!(reply.error.is_some() && reply.result.is_none());
    assert_eq!(validate(&server, raw(&note("fine"))).await.len(), 0, "the next one is answered");
}

/// What Terraform knows of an unknown value is read, and nothing is promised of it.
#[tokio::test]
async fn refined_unknowns_are_planned_as_unknown() {
    let server = Server::<Notes>::new();
    let refined: [&[u8]; 4] = [
        &[0xc7, 3, 12, 0x81, 1, 0xc2],                            // not null
        &[0xc7, 8, 12, 0x82, 1, 0xc2, 2, 0xa3, b'a', b'b', b'-'], // and begins with "ab-"
        &[0xc7, 3, 12, 0x81, 99, 0x01],                           // something of the future
        &[0xd4, 0, 0],                                            // nothing
    ];
    for refined in refined {
        let whole = note("@");
        let at = whole.windows(2).position(|bytes| bytes == b"\xa1@").expect("the text");
        let config = [&whole[..at], refined, &whole[at + 2..]].concat();
        assert_eq!(validate(&server, raw(&config)).await, [], "{refined:02x?}");
        let request = v6::plan_resource_change::Request {
            type_name: "notes_note".to_owned(),
            config: raw(&config),
            proposed_new_state: raw(&config),
            prior_state: raw(&[0xc0]),
            ..Default::default()
        };
        let reply = server.plan_resource_change(Request::new(request)).await.expect("an answer").into_inner();
        assert_eq!(reply.diagnostics, [], "{refined:02x?}");
        let planned = reply.planned_state.expect("a plan").msgpack;
        assert!(planned.windows(7).any(|bytes| bytes == [b't', b'e', b'x', b't', 0xd4, 0, 0]), "{planned:02x?}");
    }
}

#[tokio::test]
async fn large_values_are_answered() {
    let server = Server::<Notes>::new();
    let started = Instant::now();
    assert_eq!(validate(&server, raw(&note(&"x".repeat(6 << 20)))).await.len(), 0);
    let digits = "1".repeat(150);
    let argument = msgpack::encode(
        &Value::Dynamic(Box::new(tf_provider::value::Dynamic {
            ty: Type::Number,
            value: Value::Number(format!("0.{digits}").parse().expect("a number")),
        })),
        &Type::Dynamic,
    );
    let reply = describe(&server, &argument.expect("an argument")).await;
    assert!(reply.error.is_none());
    let lines = (0..10_000).map(|i| msgpack::encode(&Value::from(format!("line {i}")), &Type::String));
    let mut arguments: Vec<_> = raw(&[0xc0]).into_iter().collect();
    arguments.extend(lines.filter_map(|line| raw(&line.expect("a line"))));
    let request = v6::call_function::Request { name: "lines".to_owned(), arguments };
    let reply = server.call_function(Request::new(request)).await.expect("an answer").into_inner();
    assert!(reply.error.is_none());
    assert!(started.elapsed() < BOUND, "{:?}", started.elapsed());
}

#[test]
fn sets_of_ten_thousand_elements_are_compared() {
    let elements = |from: i64| Value::Set((from..from + 10_000).map(|i| Value::from(format!("element {i}"))).collect());
    let kind = Kind::Value(Type::set(Type::String));
    let attributes = [Attribute::new("all", "All of them.", kind, Presence::Optional)];
    let object = |set: Value| Value::object([("all", set)]);
    let mut backwards = elements(0);
    if let Value::Set(elements) = &mut backwards {
        elements.reverse();
    }
    let started = Instant::now();
    let (config, prior) = (object(elements(0)), object(elements(5_000)));
    assert!(plan_violations(&attributes, &config, &prior, &object(backwards.clone())).is_empty());
    assert!(apply_violations(&attributes, &config, &object(backwards)).is_empty());
    assert_eq!(apply_violations(&attributes, &config, &prior).len(), 1);
    assert!(started.elapsed() < BOUND, "{:?}", started.elapsed());
}

#[tokio::test]
async fn strings_are_in_normal_form_c_as_terraform_has_them() {
    let server = Server::<Notes>::new();
    let argument = |text: &str| msgpack::encode(&Value::String(text.to_owned()), &Type::String).expect("a text");
    let slug = async |text: &str| {
        let request = v6::call_function::Request {
            name: "slug".to_owned(),
            arguments: raw(&argument(text)).into_iter().collect(),
        };
        server.call_function(Request::new(request)).await.expect("an answer").into_inner().result
    };
    assert_eq!(slug("cafe\u{301}").await, slug("caf\u{e9}").await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_overlap() {
    let server = std::sync::Arc::new(Server::<Notes>::new());
    let calls = (0..64).map(|i| {
        let server = std::sync::Arc::clone(&server);
        tokio::spawn(async move {
            let config = if i % 2 == 0 { note("fine") } else { vec![0xc1] };
            (i, validate(&server, raw(&config)).await.len())
        })
    });
    for call in calls.collect::<Vec<_>>() {
        let (i, diagnostics) = call.await.expect("no panic");
        assert_eq!(diagnostics, i % 2);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// No bytes at all make a call fail as a call, or the next one go unanswered.
    #[test]
    fn no_bytes_bring_the_server_down(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        runtime.block_on(async {
            let server = Server::<Notes>::new();
            let _ = validate(&server, raw(&bytes)).await;
            let _ = describe(&server, &bytes).await;
            let request = v6::plan_resource_change::Request {
                type_name: "notes_note".to_owned(),
                config: raw(&bytes),
                proposed_new_state: raw(&bytes),
                prior_state: raw(&bytes),
                prior_private: bytes.clone().into(),
                ..Default::default()
            };
            server.plan_resource_change(Request::new(request)).await.expect("an answer");
            assert_eq!(validate(&server, raw(&note("fine"))).await.len(), 0);
        });
    }
}
