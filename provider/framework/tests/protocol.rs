//! The calls of the protocol, made on the server without a process around it.

mod bookshelf;

use std::time::Duration;

use bookshelf::{Books, ENDLESS, UNWRITTEN};
use tf_provider::Server;
use tf_provider::schema::null_object;
use tf_provider::value::{Type, Value, msgpack};
use tfplugin::v6::{self, diagnostic::Severity, provider_server::Provider as _};
use tonic::{Request, Response, Status};

const BOOK: &str = "books_book";

fn encode(value: &Value, ty: &Type) -> Option<v6::DynamicValue> {
    Some(v6::DynamicValue {
        msgpack: msgpack::encode(value, ty).expect("a value of this type").into(),
        ..Default::default()
    })
}

fn with_title(book: &Value, title: &str) -> Value {
    let Value::Object(mut members) = book.clone() else { panic!("not a book: {book:?}") };
    members.insert("title".to_owned(), title.into());
    Value::Object(members)
}

/// What a call answers: with diagnostics at worst, for Terraform takes a status for an error of the plugin.
fn answered<T>(answer: Result<Response<T>, Status>) -> T {
    answer.expect("an answer of the plugin").into_inner()
}

/// A server that was asked for no schema, and the calls that Terraform makes for a book.
struct Plugin {
    server: Server<Books>,
    ty: Type,
}

impl Plugin {
    async fn configured() -> Self {
        let server = Server::<Books>::new();
        let ty = server.resource(BOOK).expect("the bookshelf has books").schema().ty();
        let plugin = Self { server, ty };
        plugin.configure().await;
        plugin
    }

    async fn configure(&self) {
        let request = v6::configure_provider::Request::default();
        let reply = answered(self.server.configure_provider(Request::new(request)).await);
        assert_eq!(reply.diagnostics, []);
    }

    async fn stop(&self) {
        let reply = answered(self.server.stop_provider(Request::new(v6::stop_provider::Request {})).await);
        assert_eq!(reply.error, "");
    }

    /// The configuration of a book of which only the title is set.
    fn config(&self, title: &str) -> Value {
        let schema = self.server.resource(BOOK).expect("the bookshelf has books").schema();
        with_title(&Value::Object(null_object(&schema.attributes)), title)
    }

    fn decode(&self, value: Option<v6::DynamicValue>) -> Value {
        value.map_or(Value::Null, |value| msgpack::decode(&value.msgpack, &self.ty).expect("a book"))
    }

    async fn validate(&self, title: &str) -> Vec<v6::Diagnostic> {
        let request = v6::validate_resource_config::Request {
            type_name: BOOK.to_owned(),
            config: encode(&self.config(title), &self.ty),
            ..Default::default()
        };
        answered(self.server.validate_resource_config(Request::new(request)).await).diagnostics
    }

    /// Plans that the title is this, or that the book is gone.
    async fn plan(&self, prior: &Value, title: Option<&str>) -> v6::plan_resource_change::Response {
        let config = title.map_or(Value::Null, |title| self.config(title));
        let proposed = match title {
            Some(title) if !prior.is_null() => with_title(prior, title),
            _ => config.clone(),
        };
        let request = v6::plan_resource_change::Request {
            type_name: BOOK.to_owned(),
            prior_state: encode(prior, &self.ty),
            proposed_new_state: encode(&proposed, &self.ty),
            config: encode(&config, &self.ty),
            ..Default::default()
        };
        answered(self.server.plan_resource_change(Request::new(request)).await)
    }

    /// Plans and carries out that the title is this, or that the book is gone.
    async fn apply(&self, prior: &Value, title: Option<&str>) -> v6::apply_resource_change::Response {
        let plan = self.plan(prior, title).await;
        assert_eq!(plan.diagnostics, []);
        let request = v6::apply_resource_change::Request {
            type_name: BOOK.to_owned(),
            prior_state: encode(prior, &self.ty),
            planned_state: plan.planned_state,
            config: encode(&title.map_or(Value::Null, |title| self.config(title)), &self.ty),
            planned_private: plan.planned_private,
            planned_identity: plan.planned_identity,
            ..Default::default()
        };
        answered(self.server.apply_resource_change(Request::new(request)).await)
    }

    /// Creates a book and returns its state.
    async fn create(&self, title: &str) -> Value {
        let created = self.apply(&Value::Null, Some(title)).await;
        assert_eq!(created.diagnostics, []);
        self.decode(created.new_state)
    }

    async fn read(&self, state: &Value) -> v6::read_resource::Response {
        let request = v6::read_resource::Request {
            type_name: BOOK.to_owned(),
            current_state: encode(state, &self.ty),
            ..Default::default()
        };
        answered(self.server.read_resource(Request::new(request)).await)
    }

    /// Upgrades a state of version 0.
    async fn upgrade(&self, title: &str) -> v6::upgrade_resource_state::Response {
        let json = format!(r#"{{"id": "b1", "name": "{title}"}}"#).into();
        let request = v6::upgrade_resource_state::Request {
            type_name: BOOK.to_owned(),
            version: 0,
            raw_state: Some(v6::RawState { json, ..Default::default() }),
        };
        answered(self.server.upgrade_resource_state(Request::new(request)).await)
    }

    async fn import(&self, id: &str) -> v6::import_resource_state::Response {
        let request =
            v6::import_resource_state::Request { type_name: BOOK.to_owned(), id: id.to_owned(), ..Default::default() };
        answered(self.server.import_resource_state(Request::new(request)).await)
    }
}

/// R30: Terraform makes no schema call in most of the processes that it starts.
#[tokio::test(start_paused = true)]
async fn every_call_works_in_a_process_that_never_served_a_schema_call() {
    assert_eq!(Plugin::configured().await.validate("Emma").await, []);

    let upgraded = Plugin::configured().await.upgrade("Emma").await;
    assert_eq!(upgraded.diagnostics, []);
    assert!(upgraded.upgraded_state.is_some());

    let imported = Plugin::configured().await.import("b1").await;
    assert_eq!(imported.diagnostics, []);
    assert_eq!(imported.imported_resources.len(), 1);

    let plugin = Plugin::configured().await;
    let created = plugin.apply(&Value::Null, Some("Emma")).await;
    assert_eq!(created.diagnostics, []);
    let state = plugin.decode(created.new_state);
    assert_eq!(state.get("id"), Some(&"b1".into()));
    let read = plugin.read(&state).await;
    assert_eq!(plugin.decode(read.new_state), state);
    assert!(read.new_identity.is_some() && read.new_identity == created.new_identity);
    let deleted = plugin.apply(&state, None).await;
    assert_eq!(deleted.diagnostics, []);
    assert_eq!(plugin.decode(deleted.new_state), Value::Null);
}

/// R40. An import runs no code of the resource.
#[tokio::test(start_paused = true)]
async fn a_panic_in_one_call_is_a_diagnostic_and_the_next_call_is_served() {
    let plugin = Plugin::configured().await;
    let emma = plugin.create("Emma").await;
    for call in ["validate", "plan", "create", "read", "update", "delete", "upgrade"] {
        let panicking = format!("panic in {call}");
        for (title, panics) in [(panicking.as_str(), true), ("Emma", false)] {
            let state = with_title(&emma, title);
            let said = match call {
                "validate" => plugin.validate(title).await,
                "plan" => plugin.plan(&Value::Null, Some(title)).await.diagnostics,
                "create" => plugin.apply(&Value::Null, Some(title)).await.diagnostics,
                "read" => plugin.read(&state).await.diagnostics,
                "update" => plugin.apply(&emma, Some(title)).await.diagnostics,
                "delete" => plugin.apply(&state, None).await.diagnostics,
                _ => plugin.upgrade(title).await.diagnostics,
            };
            let panicked = said.iter().any(|one| one.summary.starts_with("The provider panicked during"));
            assert_eq!(panicked, panics, "{call}: {said:?}");
            assert_eq!(said.iter().any(|one| one.detail.contains("no such title")), panics, "{call}: {said:?}");
            assert_eq!(said.is_empty(), !panics, "{call}: {said:?}");
        }
    }
}

/// R40: what was created before the panic is in the state, so that it is not lost.
#[tokio::test(start_paused = true)]
async fn a_panic_after_the_create_call_keeps_the_object() {
    let plugin = Plugin::configured().await;
    let created = plugin.apply(&Value::Null, Some("panic in absorb")).await;
    let [diagnostic] = &created.diagnostics[..] else { panic!("not one diagnostic: {created:?}") };
    assert_eq!(diagnostic.severity(), Severity::Warning, "{diagnostic:?}");
    assert!(diagnostic.detail.starts_with("The provider panicked during create."), "{diagnostic:?}");
    let state = plugin.decode(created.new_state);
    assert_eq!(state.get("id"), Some(&"b1".into()));
    assert!(state.is_wholly_known(), "{state:?}");
}

/// R22: StopProvider ends what is running, and the process goes on.
#[tokio::test(start_paused = true)]
async fn after_stop_a_running_apply_ends_soon_and_the_process_serves_on() {
    let plugin = Plugin::configured().await;
    let minute = Duration::from_secs(60);
    let begun = tokio::time::Instant::now();
    let stopped = async {
        tokio::time::sleep(minute).await;
        plugin.stop().await;
    };
    let (created, ()) = tokio::join!(plugin.apply(&Value::Null, Some(ENDLESS)), stopped);
    assert!(begun.elapsed() >= minute, "it did not wait for its task: {created:?}");
    assert!(begun.elapsed() < minute + Duration::from_secs(2), "{:?}", begun.elapsed());

    // Terraform keeps what there is, and does not take it for a failed object.
    let [interrupted] = &created.diagnostics[..] else { panic!("not one diagnostic: {created:?}") };
    assert_eq!(interrupted.severity(), Severity::Warning, "{interrupted:?}");
    assert_eq!(interrupted.summary, "Creating the book was interrupted");
    let state = plugin.decode(created.new_state);
    assert_eq!(state.get("id"), Some(&"b1".into()));
    assert!(state.is_wholly_known(), "{state:?}");
    assert!(created.new_identity.is_some());

    // The same run may still read, but begins no change.
    let read = plugin.read(&state).await;
    assert_eq!(read.diagnostics, []);
    assert_eq!(plugin.decode(read.new_state).get("title"), Some(&ENDLESS.into()));
    let refused = plugin.apply(&Value::Null, Some("Emma")).await;
    assert_eq!(refused.diagnostics.len(), 1, "{refused:?}");
    assert_eq!(refused.diagnostics[0].summary, "The change of this book was not started");
    assert_eq!(plugin.decode(refused.new_state), Value::Null);

    // The next run of an attached Terraform is configured anew.
    plugin.configure().await;
    let emma = plugin.create("Emma").await;
    assert_eq!(emma.get("title"), Some(&"Emma".into()));
}

/// Programs that show a schema show no page: what a user has to know of an attribute is in its description.
#[tokio::test]
async fn descriptions_have_the_rules_and_what_a_change_means() {
    let server = Server::<Books>::new();
    let reply = answered(server.get_provider_schema(Request::new(v6::get_provider_schema::Request {})).await);
    let block = reply.resource_schemas[BOOK].block.clone().expect("a block");
    let attribute = |name: &str| block.attributes.iter().find(|a| a.name == name).cloned().expect("an attribute");
    for (name, description) in [
        ("title", "Title. 1 to 20 characters."),
        ("pages", "Number of pages. From 1 to 9999."),
        ("locked", "Whether it may be thrown away. Default: `false`."),
        ("shelf", "Shelf that it stands on. A change replaces the resource: a book cannot leave its shelf."),
        ("id", "Number of the book."),
        ("seals", "Seals on its cover, by place. A change replaces the resource: a seal cannot be taken off."),
    ] {
        assert_eq!(attribute(name).description, description);
    }
    let timeouts = attribute("timeouts").nested_type.expect("an object");
    assert_eq!(timeouts.attributes[0].description, "Limit for creating the object. Default: `10m`.");
}

#[tokio::test]
async fn the_schema_is_what_the_struct_says() {
    let server = Server::<Books>::new();
    let reply = server.get_provider_schema(Request::new(Default::default())).await.unwrap().into_inner();
    assert!(reply.server_capabilities.as_ref().unwrap().get_provider_schema_optional);
    assert!(reply.server_capabilities.unwrap().plan_destroy);
    let block = reply.resource_schemas[BOOK].block.clone().unwrap();
    let attribute = |name: &str| block.attributes.iter().find(|a| a.name == name).unwrap().clone();
    assert!(attribute("title").required && !attribute("title").optional && !attribute("title").computed);
    assert!(attribute("pages").optional && !attribute("pages").computed);
    assert!(attribute("id").computed && !attribute("id").optional);
    assert!(attribute("shelf").computed && attribute("shelf").optional);
    assert!(attribute("locked").computed && attribute("locked").optional, "a default is computed");
    assert!(attribute("code").write_only && attribute("code").sensitive);
    assert!(attribute("timeouts").nested_type.is_some() && attribute("timeouts").r#type.is_empty());
    let identity = server.get_resource_identity_schemas(Request::new(Default::default())).await.unwrap().into_inner();
    let identity = &identity.identity_schemas[BOOK].identity_attributes;
    assert!(identity[0].optional_for_import && identity[1].required_for_import);
}

#[tokio::test]
async fn what_cannot_be_read_is_a_diagnostic_that_names_the_place() {
    let server = Server::<Books>::new();
    for (type_name, bytes, expected) in [
        (BOOK, &b"\xc1"[..], "does not fit the schema"),
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
    let request = v6::read_resource::Request { type_name: BOOK.to_owned(), ..Default::default() };
    let reply = server.read_resource(Request::new(request)).await.unwrap().into_inner();
    assert!(format!("{:?}", reply.diagnostics).contains("not configured"));
}

/// R17: a plan is put off only for a client that can come back to it.
#[tokio::test(start_paused = true)]
async fn what_a_resource_waits_for_is_deferred_where_that_is_allowed() {
    let plugin = Plugin::configured().await;
    for (title, allowed, reason) in
        [(UNWRITTEN, true, Some(v6::deferred::Reason::AbsentPrereq)), (UNWRITTEN, false, None), ("Emma", true, None)]
    {
        let config = encode(&plugin.config(title), &plugin.ty);
        let request = v6::plan_resource_change::Request {
            type_name: BOOK.to_owned(),
            proposed_new_state: config.clone(),
            config,
            client_capabilities: Some(v6::ClientCapabilities { deferral_allowed: allowed, ..Default::default() }),
            ..Default::default()
        };
        let plan = answered(plugin.server.plan_resource_change(Request::new(request)).await);
        assert_eq!(plan.diagnostics, []);
        assert_eq!(plan.deferred.as_ref().map(v6::Deferred::reason), reason, "{title}, allowed: {allowed}");
        // What is put off is planned all the same, as far as it is known; where it may not be, the plan goes on.
        assert_eq!(plugin.decode(plan.planned_state).get("title"), Some(&title.into()));
    }
}

#[tokio::test(start_paused = true)]
async fn a_moved_object_brings_its_identity_and_its_notes() {
    let plugin = Plugin::configured().await;
    let json = |text: &str| Some(v6::RawState { json: text.to_owned().into(), ..Default::default() });
    let moved = async |identity: Option<v6::RawState>, private: &'static [u8]| {
        let request = v6::move_resource_state::Request {
            source_provider_address: "registry.terraform.io/old/library".to_owned(),
            source_type_name: "library_volume".to_owned(),
            source_state: json(r#"{"name": "Emma"}"#),
            source_identity: identity,
            source_private: bytes::Bytes::from_static(private),
            target_type_name: BOOK.to_owned(),
            ..Default::default()
        };
        let reply = answered(plugin.server.move_resource_state(Request::new(request)).await);
        assert_eq!(reply.diagnostics, []);
        let book = plugin.decode(reply.target_state);
        assert_eq!(book.get("title"), Some(&"Emma".into()));
        [book.get("id").cloned(), book.get("pages").cloned()]
    };
    let whole = moved(json(r#"{"number": "b7"}"#), br#"{"pages": 474}"#).await;
    assert_eq!(whole, [Some("b7".into()), Some(474.into())]);
    // Terraform before 1.12 knows no identity, and what another framework notes cannot be read.
    assert_eq!(moved(None, b"\x00\x01").await[1], Some(Value::Null));
    assert_eq!(moved(Some(v6::RawState::default()), b"").await[1], Some(Value::Null));
}

#[tokio::test]
async fn state_stores_are_not_implemented() {
    let server = Server::<Books>::new();
    let refused = [
        server.validate_state_store_config(Request::new(Default::default())).await.err(),
        server.configure_state_store(Request::new(Default::default())).await.err(),
        server.read_state_bytes(Request::new(Default::default())).await.err(),
        server.lock_state(Request::new(Default::default())).await.err(),
        server.unlock_state(Request::new(Default::default())).await.err(),
        server.get_states(Request::new(Default::default())).await.err(),
        server.delete_state(Request::new(Default::default())).await.err(),
    ];
    let codes = refused.map(|status| status.map(|status| status.code()));
    assert_eq!(codes, [Some(tonic::Code::Unimplemented); 7]);
}
