//! The calls of the protocol, made on the server without a process around it.

mod bookshelf;

use bookshelf::Books;
use tf_provider::Server;
use tf_provider::value::{Type, Value, msgpack};
use tfplugin::v6::{self, provider_server::Provider as _};
use tonic::Request;

fn book_type(server: &Server<Books>) -> Type {
    server.resource("books_book").expect("the bookshelf has books").schema().ty()
}

fn encode(value: &Value, ty: &Type) -> Option<v6::DynamicValue> {
    Some(v6::DynamicValue {
        msgpack: msgpack::encode(value, ty).expect("a value of this type").into(),
        ..Default::default()
    })
}

fn decode(value: Option<v6::DynamicValue>, ty: &Type) -> Value {
    value.map_or(Value::Null, |value| msgpack::decode(&value.msgpack, ty).expect("a value of this type"))
}

fn book(server: &Server<Books>, title: &str) -> Value {
    let mut members = tf_provider::schema::null_object(
        &server.resource("books_book").expect("the bookshelf has books").schema().attributes,
    );
    members.insert("title".to_owned(), title.into());
    Value::Object(members)
}

async fn configure(server: &Server<Books>) {
    let request = v6::configure_provider::Request::default();
    let reply =
        server.configure_provider(Request::new(request)).await.expect("calls answer with diagnostics").into_inner();
    assert!(reply.diagnostics.is_empty());
}

/// R30: Terraform makes no schema call in most of the processes that it starts.
#[tokio::test(start_paused = true)]
async fn every_call_works_in_a_process_that_never_served_a_schema_call() {
    let server = Server::<Books>::new();
    configure(&server).await;
    let ty = book_type(&server);
    let config = book(&server, "Emma");
    let valid = server
        .validate_resource_config(Request::new(v6::validate_resource_config::Request {
            type_name: "books_book".to_owned(),
            config: encode(&config, &ty),
            ..Default::default()
        }))
        .await
        .unwrap()
        .into_inner();
    assert!(valid.diagnostics.is_empty());
    let plan = server
        .plan_resource_change(Request::new(v6::plan_resource_change::Request {
            type_name: "books_book".to_owned(),
            config: encode(&config, &ty),
            proposed_new_state: encode(&config, &ty),
            prior_state: encode(&Value::Null, &ty),
            ..Default::default()
        }))
        .await
        .unwrap()
        .into_inner();
    assert!(plan.diagnostics.is_empty(), "{:?}", plan.diagnostics);
    let applied = server
        .apply_resource_change(Request::new(v6::apply_resource_change::Request {
            type_name: "books_book".to_owned(),
            config: encode(&config, &ty),
            planned_state: plan.planned_state,
            prior_state: encode(&Value::Null, &ty),
            ..Default::default()
        }))
        .await
        .unwrap()
        .into_inner();
    assert!(applied.diagnostics.is_empty(), "{:?}", applied.diagnostics);
    assert_eq!(decode(applied.new_state.clone(), &ty).get("id"), Some(&"b1".into()));
    let read = server
        .read_resource(Request::new(v6::read_resource::Request {
            type_name: "books_book".to_owned(),
            current_state: applied.new_state.clone(),
            current_identity: applied.new_identity,
            ..Default::default()
        }))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(read.new_state, applied.new_state);
    assert!(read.new_identity.is_some());
}

/// R40.
#[tokio::test]
async fn a_panic_in_one_call_is_a_diagnostic_and_the_next_call_is_served() {
    let server = Server::<Books>::new();
    let ty = book_type(&server);
    for (title, expected) in [("panic", true), ("Emma", false)] {
        let reply = server
            .validate_resource_config(Request::new(v6::validate_resource_config::Request {
                type_name: "books_book".to_owned(),
                config: encode(&book(&server, title), &ty),
                ..Default::default()
            }))
            .await
            .unwrap()
            .into_inner();
        let said = format!("{:?}", reply.diagnostics);
        assert_eq!(said.contains("panicked during ValidateResourceConfig"), expected, "{said}");
        assert_eq!(said.contains("no such title"), expected, "{said}");
    }
}

#[tokio::test]
async fn the_schema_is_what_the_struct_says() {
    let server = Server::<Books>::new();
    let reply = server.get_provider_schema(Request::new(Default::default())).await.unwrap().into_inner();
    assert!(reply.server_capabilities.as_ref().unwrap().get_provider_schema_optional);
    assert!(reply.server_capabilities.unwrap().plan_destroy);
    let block = reply.resource_schemas["books_book"].block.clone().unwrap();
    let attribute = |name: &str| block.attributes.iter().find(|a| a.name == name).unwrap().clone();
    assert!(attribute("title").required && !attribute("title").optional && !attribute("title").computed);
    assert!(attribute("pages").optional && !attribute("pages").computed);
    assert!(attribute("id").computed && !attribute("id").optional);
    assert!(attribute("shelf").computed && attribute("shelf").optional);
    assert!(attribute("locked").computed && attribute("locked").optional, "a default is computed");
    assert!(attribute("code").write_only && attribute("code").sensitive);
    assert!(attribute("timeouts").nested_type.is_some() && attribute("timeouts").r#type.is_empty());
    let identity = server.get_resource_identity_schemas(Request::new(Default::default())).await.unwrap().into_inner();
    let identity = &identity.identity_schemas["books_book"].identity_attributes;
    assert!(identity[0].optional_for_import && identity[1].required_for_import);
}

#[tokio::test]
async fn what_cannot_be_read_is_a_diagnostic_that_names_the_place() {
    let server = Server::<Books>::new();
    for (type_name, bytes, expected) in [
        ("books_book", &b"\xc1"[..], "does not fit the schema"),
        ("books_film", &b"\xc0"[..], "Unknown resource type books_film"),
    ] {
        let reply = server
            .validate_resource_config(Request::new(v6::validate_resource_config::Request {
                type_name: type_name.to_owned(),
                config: Some(v6::DynamicValue { msgpack: bytes::Bytes::from_static(bytes), ..Default::default() }),
                ..Default::default()
            }))
            .await
            .unwrap()
            .into_inner();
        let said = format!("{:?}", reply.diagnostics);
        assert!(said.contains(expected), "{said}");
    }
}

#[tokio::test]
async fn work_before_configuration_is_refused() {
    let server = Server::<Books>::new();
    let ty = book_type(&server);
    let reply = server
        .read_resource(Request::new(v6::read_resource::Request {
            type_name: "books_book".to_owned(),
            current_state: encode(&book(&server, "Emma"), &ty),
            ..Default::default()
        }))
        .await
        .unwrap()
        .into_inner();
    assert!(format!("{:?}", reply.diagnostics).contains("not configured"));
}
