//! Every kind beyond resources, over the calls of the protocol, on the example provider.

#[allow(dead_code, reason = "the example is a program of its own")]
#[path = "../examples/notes/main.rs"]
mod example;

use std::collections::BTreeMap;

use example::Notes;
use futures_util::StreamExt as _;
use tf_provider::Server;
use tf_provider::value::{Dynamic, Type, Value, msgpack};
use tfplugin::v6;
use tfplugin::v6::provider_server::Provider as _;
use tonic::Request;

/// The example provider on an empty folder.
struct Peer {
    server: Server<Notes>,
    folder: tempfile::TempDir,
}

fn encode(value: &Value, ty: &Type) -> Option<v6::DynamicValue> {
    let msgpack = msgpack::encode(value, ty).expect("a value of this type").into();
    Some(v6::DynamicValue { msgpack, ..Default::default() })
}

fn decode(value: Option<v6::DynamicValue>, ty: &Type) -> Value {
    value.map_or(Value::Null, |value| msgpack::decode(&value.msgpack, ty).expect("a value of this type"))
}

fn object(members: &[(&str, Type)]) -> Type {
    Type::Object(members.iter().map(|(name, ty)| ((*name).to_owned(), ty.clone())).collect())
}

fn texts(diagnostics: &[v6::Diagnostic]) -> Vec<String> {
    diagnostics.iter().map(|d| format!("{}: {}", d.summary, d.detail)).collect()
}

impl Peer {
    async fn new() -> Self {
        let peer = Self { server: Server::new(), folder: tempfile::tempdir().expect("a folder") };
        let folder = peer.folder.path().to_str().expect("a path in UTF-8");
        let ty = object(&[("folder", Type::String)]);
        let config = encode(&Value::object([("folder", Value::from(folder))]), &ty);
        let request = v6::configure_provider::Request { config, ..Default::default() };
        let reply = peer.server.configure_provider(Request::new(request)).await.expect("an answer").into_inner();
        assert_eq!(texts(&reply.diagnostics), Vec::<String>::new());
        peer
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.folder.path().join(format!("{name}.txt")), text).expect("a written note");
    }

    fn text(&self, name: &str) -> Option<String> {
        std::fs::read_to_string(self.folder.path().join(format!("{name}.txt"))).ok()
    }

    async fn list(&self, prefix: Option<&str>, limit: i64, whole: bool) -> Vec<v6::list_resource::Event> {
        let ty = object(&[("prefix", Type::String)]);
        let config = Value::object([("prefix", prefix.map_or(Value::Null, Value::from))]);
        let request = v6::list_resource::Request {
            type_name: "notes_note".to_owned(),
            config: encode(&config, &ty),
            include_resource_object: whole,
            limit,
        };
        let events = self.server.list_resource(Request::new(request)).await.expect("a stream").into_inner();
        events.map(|event| event.expect("an event")).collect().await
    }

    async fn call(&self, name: &str, arguments: Vec<Option<v6::DynamicValue>>) -> v6::call_function::Response {
        let arguments = arguments.into_iter().flatten().collect();
        let request = v6::call_function::Request { name: name.to_owned(), arguments };
        self.server.call_function(Request::new(request)).await.expect("an answer").into_inner()
    }
}

fn note_type() -> Type {
    let timeouts = object(&[("create", Type::String)]);
    object(&[("name", Type::String), ("text", Type::String), ("length", Type::Number), ("timeouts", timeouts)])
}

fn stamp_type() -> Type {
    object(&[("notes", Type::List(Box::new(Type::String))), ("line", Type::String), ("pause", Type::Number)])
}

fn note(name: &str, text: &str) -> Value {
    Value::object([
        ("name", Value::from(name)),
        ("text", text.into()),
        ("length", Value::from(i64::try_from(text.len()).expect("a short text"))),
        ("timeouts", Value::Null),
    ])
}

#[tokio::test]
async fn the_schema_has_every_kind() {
    let server = Server::<Notes>::new();
    let schema = server.get_provider_schema(Request::new(Default::default())).await.expect("an answer").into_inner();
    assert_eq!(schema.resource_schemas.keys().collect::<Vec<_>>(), ["notes_journal", "notes_note"]);
    assert_eq!(schema.data_source_schemas.keys().collect::<Vec<_>>(), ["notes_note", "notes_notes"]);
    assert_eq!(schema.ephemeral_resource_schemas.keys().collect::<Vec<_>>(), ["notes_lock"]);
    assert_eq!(schema.list_resource_schemas.keys().collect::<Vec<_>>(), ["notes_note"]);
    assert_eq!(schema.action_schemas.keys().collect::<Vec<_>>(), ["notes_stamp"]);
    assert_eq!(schema.functions.keys().collect::<Vec<_>>(), ["describe", "entry", "lines", "slug"]);
    let capabilities = schema.server_capabilities.expect("capabilities");
    assert!(capabilities.plan_destroy && capabilities.get_provider_schema_optional);
    assert!(capabilities.move_resource_state && capabilities.generate_resource_config);
    let lines = &schema.functions["lines"];
    assert_eq!(lines.parameters.len(), 1);
    assert!(lines.parameters[0].allow_null_value && !lines.parameters[0].allow_unknown_values);
    assert_eq!(lines.variadic_parameter.as_ref().expect("a variadic one").r#type.as_ref(), b"\"string\"");
    assert!(schema.functions["describe"].parameters[0].allow_unknown_values);

    let names = server.get_metadata(Request::new(Default::default())).await.expect("an answer").into_inner();
    assert_eq!((names.resources.len(), names.data_sources.len(), names.ephemeral_resources.len()), (2, 2, 1));
    assert_eq!((names.list_resources.len(), names.actions.len(), names.functions.len()), (1, 1, 4));
}

#[test]
fn no_rule_is_broken() {
    assert_eq!(Server::<Notes>::broken_rules(), Vec::<String>::new());
}

#[tokio::test]
async fn a_data_source_is_read() {
    let peer = Peer::new().await;
    for name in ["buy", "build", "sell"] {
        peer.write(name, "");
    }
    let ty = object(&[("prefix", Type::String), ("names", Type::List(Box::new(Type::String)))]);
    let config = encode(&Value::object([("prefix", Value::from("b")), ("names", Value::Null)]), &ty);
    let request = v6::read_data_source::Request { type_name: "notes_notes".to_owned(), config, ..Default::default() };
    let reply = peer.server.read_data_source(Request::new(request)).await.expect("an answer").into_inner();
    assert_eq!(texts(&reply.diagnostics), Vec::<String>::new());
    let expected = Value::List(vec!["build".into(), "buy".into()]);
    assert_eq!(decode(reply.state, &ty).get("names"), Some(&expected));
}

#[tokio::test]
async fn an_ephemeral_resource_is_opened_renewed_and_closed_with_its_notes_alone() {
    let peer = Peer::new().await;
    let ty = object(&[("name", Type::String), ("token", Type::String)]);
    let config = encode(&Value::object([("name", Value::from("x")), ("token", Value::Null)]), &ty);
    let type_name = "notes_lock".to_owned();
    let request = v6::open_ephemeral_resource::Request { type_name: type_name.clone(), config, ..Default::default() };
    let opened = peer.server.open_ephemeral_resource(Request::new(request)).await.expect("an answer").into_inner();
    assert_eq!(texts(&opened.diagnostics), Vec::<String>::new());
    assert_eq!(decode(opened.result, &ty).get("token"), Some(&"token-of-x".into()));
    assert!(opened.renew_at.is_some());
    assert_eq!(peer.text(".x-lock").as_deref(), Some("held"));

    let request =
        v6::renew_ephemeral_resource::Request { type_name: type_name.clone(), private: opened.private.clone() };
    let renewed = peer.server.renew_ephemeral_resource(Request::new(request)).await.expect("an answer").into_inner();
    assert!(renewed.renew_at.is_some() && renewed.diagnostics.is_empty());
    assert_eq!(peer.text(".x-lock").as_deref(), Some("held, and renewed"));

    // An interrupt does not keep it from being closed.
    peer.server.stop_provider(Request::new(Default::default())).await.expect("an answer");
    let request = v6::close_ephemeral_resource::Request { type_name, private: opened.private };
    let closed = peer.server.close_ephemeral_resource(Request::new(request)).await.expect("an answer").into_inner();
    assert_eq!(texts(&closed.diagnostics), Vec::<String>::new());
    assert_eq!(peer.text(".x-lock"), None);
}

#[tokio::test]
async fn a_list_streams_identities_and_whole_objects_up_to_the_limit() {
    let peer = Peer::new().await;
    for i in 0..40 {
        peer.write(&format!("n{i:02}"), "text");
    }
    let identity_ty = object(&[("name", Type::String)]);
    let found = peer.list(Some("n1"), 100, false).await;
    assert_eq!(found.len(), 10);
    assert_eq!(found[0].display_name, "n10");
    assert!(found[0].resource_object.is_none());
    let identity = found[0].identity.clone().expect("an identity");
    assert_eq!(
        decode(identity.identity_data, &identity_ty),
        Value::object([("name", "n10")].map(|(k, v)| (k, Value::from(v))))
    );

    let found = peer.list(None, 3, true).await;
    assert_eq!(found.len(), 3);
    let whole = decode(found[0].resource_object.clone(), &note_type());
    assert_eq!((whole.get("name"), whole.get("text")), (Some(&"n00".into()), Some(&"text".into())));
    assert_eq!(peer.list(None, 0, true).await.len(), 0);
}

#[tokio::test]
async fn a_list_that_nobody_reads_any_more_ends() {
    let peer = Peer::new().await;
    for i in 0..200 {
        peer.write(&format!("n{i:03}"), "");
    }
    let ty = object(&[("prefix", Type::String)]);
    let request = v6::list_resource::Request {
        type_name: "notes_note".to_owned(),
        config: encode(&Value::object([("prefix", Value::Null)]), &ty),
        limit: 200,
        ..Default::default()
    };
    let mut events = peer.server.list_resource(Request::new(request)).await.expect("a stream").into_inner();
    assert!(events.next().await.is_some());
    drop(events);
    // The server answers the next one.
    assert_eq!(peer.list(Some("n19"), 100, false).await.len(), 10);
}

#[tokio::test(start_paused = true)]
async fn an_action_that_nobody_listens_to_any_more_ends() {
    let peer = Peer::new().await;
    peer.write("a", "");
    peer.write("b", "");
    let notes = Value::List(vec!["a".into(), "b".into()]);
    let config = Value::object([("notes", notes), ("line", "two".into()), ("pause", 3600.into())]);
    let (action_type, config) = ("notes_stamp".to_owned(), encode(&config, &stamp_type()));
    let request = v6::invoke_action::Request { action_type, config, ..Default::default() };
    let mut events = peer.server.invoke_action(Request::new(request)).await.expect("a stream").into_inner();
    assert!(events.next().await.is_some());
    drop(events);
    tokio::time::sleep(std::time::Duration::from_secs(7200)).await;
    assert_eq!((peer.text("a").as_deref(), peer.text("b").as_deref()), (Some("two\n"), Some("")));
}

#[tokio::test(start_paused = true)]
async fn an_action_ends_with_its_time_limit() {
    let peer = Peer::new().await;
    peer.write("a", "");
    let notes = Value::List(vec!["a".into()]);
    let config = Value::object([("notes", notes), ("line", "two".into()), ("pause", 3600.into())]);
    let (action_type, config) = ("notes_stamp".to_owned(), encode(&config, &stamp_type()));
    let request = v6::invoke_action::Request { action_type, config, ..Default::default() };
    let begun = tokio::time::Instant::now();
    let events = peer.server.invoke_action(Request::new(request)).await.expect("a stream").into_inner();
    let events: Vec<_> = events.map(|event| event.expect("an event").r#type).collect().await;
    let Some(Some(v6::invoke_action::event::Type::Completed(ended))) = events.last() else { panic!("{events:?}") };
    assert!(texts(&ended.diagnostics)[0].contains("The action took longer than 1m"), "{ended:?}");
    assert!(begun.elapsed() < std::time::Duration::from_secs(62), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn an_action_reports_progress_and_how_it_ended() {
    use v6::invoke_action::event::Type as Event;
    let peer = Peer::new().await;
    peer.write("a", "one\n");
    let ty = stamp_type();
    let config = |notes: &[&str]| {
        let notes = Value::List(notes.iter().map(|name| Value::from(*name)).collect());
        encode(&Value::object([("notes", notes), ("line", "two".into()), ("pause", Value::Null)]), &ty)
    };
    let invoke = async |config| {
        let request =
            v6::invoke_action::Request { action_type: "notes_stamp".to_owned(), config, ..Default::default() };
        let events = peer.server.invoke_action(Request::new(request)).await.expect("a stream").into_inner();
        events.map(|event| event.expect("an event").r#type.expect("a type")).collect::<Vec<_>>().await
    };
    let events = invoke(config(&["a"])).await;
    assert!(matches!(&events[0], Event::Progress(progress) if progress.message == "stamped a"), "{events:?}");
    assert!(matches!(&events[1], Event::Completed(end) if end.diagnostics.is_empty()), "{events:?}");
    assert_eq!(peer.text("a").as_deref(), Some("one\ntwo\n"));

    let events = invoke(config(&["a", "missing"])).await;
    let Some(Event::Completed(end)) = events.last() else { panic!("{events:?}") };
    assert!(texts(&end.diagnostics)[0].starts_with("The note missing cannot be used"), "{events:?}");

    let request = v6::validate_action_config::Request { type_name: "notes_stamp".to_owned(), config: config(&[]) };
    let reply = peer.server.validate_action_config(Request::new(request)).await.expect("an answer").into_inner();
    assert_eq!(texts(&reply.diagnostics), ["Invalid value for `notes`: The value must not be empty."]);
}

#[tokio::test]
async fn functions_take_their_arguments_and_blame_them() {
    let server = Server::<Notes>::new();
    let peer = Peer { server, folder: tempfile::tempdir().expect("a folder") };
    let text = |text: &str| encode(&Value::from(text), &Type::String);
    let reply = peer.call("slug", vec![text("Buy Milk!")]).await;
    assert_eq!(decode(reply.result, &Type::String), "buy-milk".into());
    let wrong = peer.call("slug", vec![text("!!!")]).await.error.expect("an error");
    assert_eq!((wrong.text.as_str(), wrong.function_argument), ("there is no letter and no digit in it", Some(0)));
    let wrong = peer.call("slug", vec![text("")]).await.error.expect("an error");
    assert_eq!(wrong.text, "`text` must have from 1 to 200 characters, but has 0.");

    let null = || encode(&Value::Null, &Type::String);
    let reply = peer.call("lines", vec![null(), text("a"), text("b")]).await;
    assert_eq!(decode(reply.result, &Type::String), "a\nb\n".into());
    let wrong = peer.call("lines", vec![null(), text("a"), text("b\nc")]).await.error.expect("an error");
    assert_eq!((wrong.text.as_str(), wrong.function_argument), ("holds more than one line", Some(2)));

    for (value, kind) in [
        (Value::Null, "nothing"),
        (Value::Dynamic(Box::new(Dynamic { ty: Type::String, value: Value::Null })), "nothing"),
        (Value::Unknown, "not known yet"),
        (Value::Dynamic(Box::new(Dynamic { ty: Type::Bool, value: Value::Bool(true) })), "bool"),
    ] {
        let reply = peer.call("describe", vec![encode(&value, &Type::Dynamic)]).await;
        let Value::Dynamic(result) = decode(reply.result, &Type::Dynamic) else { panic!("no dynamic value") };
        assert!(result.value.as_str().is_some_and(|text| text.contains(kind)), "{:?}", result.value.as_str());
    }
    assert!(peer.call("nothing", Vec::new()).await.error.expect("an error").text.contains("no function nothing"));
}

#[tokio::test]
async fn a_state_becomes_the_configuration_that_a_user_would_write() {
    let peer = Peer::new().await;
    let generate = async |state: Option<v6::DynamicValue>| {
        let request = v6::generate_resource_config::Request { type_name: "notes_note".to_owned(), state };
        peer.server.generate_resource_config(Request::new(request)).await.expect("an answer").into_inner()
    };
    let reply = generate(encode(&note("a", "text"), &note_type())).await;
    let config = decode(reply.config, &note_type());
    assert_eq!((config.get("name"), config.get("text")), (Some(&"a".into()), Some(&"text".into())));
    assert_eq!(config.get("length"), Some(&Value::Null));
    let reply = generate(encode(&note("a", ""), &note_type())).await;
    assert_eq!(decode(reply.config, &note_type()).get("text"), Some(&Value::Null), "the default");
    assert!(texts(&generate(None).await.diagnostics)[0].contains("1.14.1"));
}

#[tokio::test]
async fn objects_of_other_types_are_taken_over_under_every_address() {
    let server = Server::<Notes>::new();
    let take_over = async |provider: &str, type_name: &str, state: &str| {
        let request = v6::move_resource_state::Request {
            source_provider_address: provider.to_owned(),
            source_type_name: type_name.to_owned(),
            source_state: Some(v6::RawState {
                json: state.to_owned().into(),
                flatmap: BTreeMap::new().into_iter().collect(),
            }),
            target_type_name: "notes_note".to_owned(),
            ..Default::default()
        };
        server.move_resource_state(Request::new(request)).await.expect("an answer").into_inner()
    };
    let file = r#"{"filename":"/tmp/groceries.txt","content":"milk","id":"123"}"#;
    for address in [
        "registry.terraform.io/hashicorp/local",
        "registry.opentofu.org/hashicorp/local",
        "mirror.example/hashicorp/local",
    ] {
        let reply = take_over(address, "local_file", file).await;
        assert_eq!(texts(&reply.diagnostics), Vec::<String>::new());
        let state = decode(reply.target_state, &note_type());
        assert_eq!((state.get("name"), state.get("text")), (Some(&"groceries".into()), Some(&"milk".into())));
    }
    let same = r#"{"name":"a","text":"b","length":1,"timeouts":null}"#;
    let reply = take_over("registry.opentofu.org/example/notes", "notes_note", same).await;
    assert_eq!(decode(reply.target_state, &note_type()), note("a", "b"));
    let reply = take_over("registry.terraform.io/hashicorp/random", "random_id", "{}").await;
    assert!(texts(&reply.diagnostics)[0].starts_with("random_id of registry.terraform.io/hashicorp/random cannot"));
    assert!(reply.target_state.is_none());
}

/// A provider whose block is not known yet.
async fn waiting() -> Server<Notes> {
    let server = Server::<Notes>::new();
    let ty = object(&[("folder", Type::String)]);
    let config = encode(&Value::object([("folder", Value::Unknown)]), &ty);
    let request = v6::configure_provider::Request { config, ..Default::default() };
    server.configure_provider(Request::new(request)).await.expect("an answer");
    server
}

#[tokio::test]
async fn everything_waits_for_an_unknown_provider_where_that_is_allowed() {
    let server = waiting().await;
    let client_capabilities = Some(v6::ClientCapabilities { deferral_allowed: true, ..Default::default() });
    macro_rules! deferred {
        ($rpc:ident { $($request:tt)* }) => {{
            let request = v6::$rpc::Request { client_capabilities, $($request)* };
            let reply = server.$rpc(Request::new(request)).await.expect("an answer").into_inner();
            assert_eq!(texts(&reply.diagnostics), Vec::<String>::new());
            let reason = reply.deferred.as_ref().map(v6::Deferred::reason);
            assert_eq!(reason, Some(v6::deferred::Reason::ProviderConfigUnknown), stringify!($rpc));
            reply
        }};
    }

    let wanted = Value::object([
        ("name", Value::from("a")),
        ("text", Value::Null),
        ("length", Value::Null),
        ("timeouts", Value::Null),
    ]);
    let planned = deferred!(plan_resource_change {
        type_name: "notes_note".to_owned(),
        config: encode(&wanted, &note_type()),
        proposed_new_state: encode(&wanted, &note_type()),
        ..Default::default()
    });
    assert_eq!(decode(planned.planned_state, &note_type()).get("length"), Some(&Value::Unknown));

    let stored = note("a", "b");
    let read = deferred!(read_resource {
        type_name: "notes_note".to_owned(),
        current_state: encode(&stored, &note_type()),
        private: "{}".into(),
        ..Default::default()
    });
    assert_eq!((decode(read.new_state, &note_type()), &read.private[..]), (stored, &b"{}"[..]));

    let imported =
        deferred!(import_resource_state { type_name: "notes_note".to_owned(), id: "a".to_owned(), identity: None });
    assert_eq!(imported.imported_resources.len(), 1);

    let names = object(&[("prefix", Type::String), ("names", Type::List(Box::new(Type::String)))]);
    let config = Value::object([("prefix", Value::from("a")), ("names", Value::Null)]);
    let data = deferred!(read_data_source {
        type_name: "notes_notes".to_owned(),
        config: encode(&config, &names),
        ..Default::default()
    });
    let expected = Value::object([("prefix", Value::from("a")), ("names", Value::Unknown)]);
    assert_eq!(decode(data.state, &names), expected);

    let lock = object(&[("name", Type::String), ("token", Type::String)]);
    let config = Value::object([("name", Value::from("a")), ("token", Value::Null)]);
    let opened =
        deferred!(open_ephemeral_resource { type_name: "notes_lock".to_owned(), config: encode(&config, &lock) });
    assert_eq!(decode(opened.result, &lock).get("token"), Some(&Value::Unknown));

    let stamp = stamp_type();
    let notes = Value::List(vec!["a".into()]);
    let config = encode(&Value::object([("notes", notes), ("line", "b".into()), ("pause", Value::Null)]), &stamp);
    deferred!(plan_action { action_type: "notes_stamp".to_owned(), config });
}

#[tokio::test]
async fn nothing_waits_where_that_is_not_allowed() {
    let server = waiting().await;
    let wanted = encode(&note("a", ""), &note_type());
    let request = v6::plan_resource_change::Request {
        type_name: "notes_note".to_owned(),
        config: encode(
            &Value::object([
                ("name", Value::from("a")),
                ("text", Value::Null),
                ("length", Value::Null),
                ("timeouts", Value::Null),
            ]),
            &note_type(),
        ),
        proposed_new_state: wanted.clone(),
        ..Default::default()
    };
    let planned = server.plan_resource_change(Request::new(request)).await.expect("an answer").into_inner();
    assert_eq!((texts(&planned.diagnostics), planned.deferred), (Vec::<String>::new(), None));

    let request =
        v6::read_resource::Request { type_name: "notes_note".to_owned(), current_state: wanted, ..Default::default() };
    let read = server.read_resource(Request::new(request)).await.expect("an answer").into_inner();
    assert!(texts(&read.diagnostics)[0].starts_with("The provider's `folder` is not known yet"));
    assert_eq!(read.deferred, None);
}

#[tokio::test]
async fn a_replacement_is_planned_without_the_identity_of_the_old_object() {
    let peer = Peer::new().await;
    let identity_ty = object(&[("name", Type::String)]);
    let old = encode(&Value::object([("name", Value::from("old"))]), &identity_ty);
    let mut plan = v6::plan_resource_change::Request {
        type_name: "notes_note".to_owned(),
        prior_state: encode(&note("old", ""), &note_type()),
        prior_identity: Some(v6::ResourceIdentityData { identity_data: old }),
        config: encode(&note("new", ""), &note_type()),
        proposed_new_state: encode(&note("new", ""), &note_type()),
        ..Default::default()
    };
    let mut names = Vec::new();
    // Terraform's second call plans the new object, and gives along what the first one said of the identity.
    for _ in 0..2 {
        let reply = peer.server.plan_resource_change(Request::new(plan.clone())).await.expect("an answer").into_inner();
        let identity = reply.planned_identity.clone().expect("an identity").identity_data;
        names.push(decode(identity, &identity_ty).get("name").cloned());
        plan.prior_state = encode(&Value::Null, &note_type());
        plan.prior_identity = reply.planned_identity;
    }
    assert_eq!(names, [Some("old".into()), Some("new".into())]);
}

#[tokio::test]
async fn an_identity_of_an_older_version_is_brought_into_shape() {
    let server = Server::<Notes>::new();
    let upgrade = async |version: i64, json: &'static str| {
        let request = v6::upgrade_resource_identity::Request {
            type_name: "notes_journal".to_owned(),
            version,
            raw_identity: Some(v6::RawState { json: json.into(), flatmap: BTreeMap::new().into_iter().collect() }),
        };
        server.upgrade_resource_identity(Request::new(request)).await.expect("an answer").into_inner()
    };
    for (version, json) in [(0, r#"{"title":"trip"}"#), (1, r#"{"name":"trip"}"#)] {
        let reply = upgrade(version, json).await;
        assert_eq!(texts(&reply.diagnostics), Vec::<String>::new());
        let identity = reply.upgraded_identity.expect("an identity").identity_data;
        assert_eq!(decode(identity, &object(&[("name", Type::String)])).get("name"), Some(&"trip".into()));
    }
    let refused = upgrade(2, r#"{"name":"trip"}"#).await;
    assert!(texts(&refused.diagnostics)[0].contains("was written by a newer version of this provider"));

    let schemas = server.get_resource_identity_schemas(Request::new(Default::default())).await.expect("an answer");
    assert_eq!(schemas.into_inner().identity_schemas["notes_journal"].version, 1);
}

/// Whoever writes a resource writes what is its own, and nothing else.
#[test]
fn a_resource_with_identity_import_time_limits_a_list_and_three_attributes_is_short() {
    let note = include_str!("../examples/notes/note.rs");
    for feature in ["identity(", "timeouts(", "ListResource", "fn take_over"] {
        assert!(note.contains(feature), "it has no {feature}");
    }
    assert!(note.lines().count() < 120, "{} lines", note.lines().count());
}
