//! Every resource, called as Terraform calls it, in a process of the provider that served nothing before.
//!
//! Nothing here needs a service: there is none, and no credentials.
#![cfg(unix)]

use std::net::TcpListener;
use std::process::Command;
use std::time::Duration;

use serde_json::{Value as Document, json};
use tempfile::TempDir;
use terraform_provider_ack::{Ack, Connection};
use tf_provider::lifecycle::DynResource;
use tf_provider::schema::{Attribute, Kind, Nesting, Presence, null_object};
use tf_provider::value::json::{Strictness, decode};
use tf_provider::value::{Type, Value, msgpack};
use tf_provider::{Provider as _, Server, kit};
use tfplugin::v6;
use tfplugin::v6::provider_client::ProviderClient;
use tonic::transport::Channel;
use tonic::{Response, Status};

const REGION: &str = "cn-hangzhou";

/// Far longer than anything here takes; a hang fails instead of blocking.
const LIMIT: Duration = Duration::from_secs(20);

async fn within<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(LIMIT, future).await.expect("an answer in time")
}

/// What a call answers: with diagnostics at worst, for Terraform takes a status for an error of the plugin.
async fn answered<T>(call: impl Future<Output = Result<Response<T>, Status>>) -> T {
    within(call).await.expect("an answer of the plugin").into_inner()
}

/// A process of the provider that knows no more of its environment than it is told here.
struct Process {
    client: ProviderClient<Channel>,
    _process: kit::Process,
    _directory: TempDir,
}

impl Process {
    async fn start(environment: &[(&str, &str)]) -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let mut command = Command::new(env!("CARGO_BIN_EXE_terraform-provider-ack"));
        command.env_clear().env("TMPDIR", directory.path()).envs(environment.iter().copied());
        let process = within(kit::Process::start(command)).await.expect("the provider starts");
        Self { client: ProviderClient::new(process.channel()), _process: process, _directory: directory }
    }

    /// A process that knows its region and is configured with an empty provider block.
    async fn configured() -> Self {
        let mut process = Self::start(&[("ALIBABA_CLOUD_REGION", REGION)]).await;
        assert_eq!(process.configure(Value::Null).await, []);
        process
    }

    /// Configures with the same value for every argument.
    async fn configure(&mut self, each: Value) -> Vec<v6::Diagnostic> {
        let request = v6::configure_provider::Request {
            config: provider_block(each),
            terraform_version: "1.15.0".to_owned(),
            ..Default::default()
        };
        answered(self.client.configure_provider(request)).await.diagnostics
    }
}

fn provider_block(each: Value) -> Option<v6::DynamicValue> {
    let schema = Server::<Ack>::new().provider_schema().ty();
    let Type::Object(attributes) = &schema else { panic!("a block is an object") };
    encode(&Value::Object(attributes.keys().map(|name| (name.clone(), each.clone())).collect()), &schema)
}

fn encode(value: &Value, ty: &Type) -> Option<v6::DynamicValue> {
    let msgpack = msgpack::encode(value, ty).expect("a value of this type").into();
    Some(v6::DynamicValue { msgpack, ..Default::default() })
}

fn parse(document: &Document, ty: &Type) -> Value {
    decode(document.to_string().as_bytes(), ty, Strictness::Lenient).expect("a document of this type")
}

/// The least that objects of these attributes have to say.
fn least(attributes: &[Attribute]) -> Document {
    let value = |a: &Attribute| match &a.kind {
        _ if a.name == "cluster_id" => json!("c1"),
        Kind::Value(Type::Bool) => json!(true),
        Kind::Value(Type::Number) => json!(1),
        Kind::Value(Type::List(_) | Type::Set(_)) => json!(["a"]),
        Kind::Value(Type::Map(_)) => json!({}),
        Kind::Value(_) => json!("a"),
        Kind::Nested(Nesting::Single, inner) => least(inner),
        Kind::Nested(Nesting::Map, inner) => json!({"a": least(inner)}),
        Kind::Nested(_, inner) => json!([least(inner)]),
    };
    let required = attributes.iter().filter(|a| a.presence == Presence::Required);
    required.map(|a| (a.name.to_owned(), value(a))).collect()
}

/// A resource, with what is needed to call for it.
struct Subject<'a> {
    resource: &'a dyn DynResource<Connection>,
    type_name: String,
}

impl<'a> Subject<'a> {
    fn new(resource: &'a dyn DynResource<Connection>) -> Self {
        Self { resource, type_name: format!("{}_{}", Ack::NAME, resource.name()) }
    }

    fn ty(&self) -> Type {
        self.resource.schema().ty()
    }

    /// The least that a configuration has to say.
    fn minimum(&self) -> Document {
        match self.resource.name() {
            "cluster" => json!({
                "name": "main",
                "vpc_id": "vpc-1",
                "vswitch_ids": ["vsw-1"],
                "network_plugin": "flannel",
                "pod_cidr": "10.64.0.0/16",
            }),
            "node_pool" => json!({
                "cluster_id": "c1",
                "name": "main",
                "instance_types": ["ecs.g7.xlarge"],
                "vswitch_ids": ["vsw-1"],
                "key_pair": "operations",
                "desired_size": 1,
            }),
            "addon" => json!({ "cluster_id": "c1", "name": "loongcollector" }),
            // What is required is enough, of nouns without rules over several attributes.
            _ => least(&self.resource.schema().attributes),
        }
    }

    fn config(&self) -> Option<v6::DynamicValue> {
        encode(&parse(&self.minimum(), &self.ty()), &self.ty())
    }

    /// What identifies one object.
    fn identity(&self) -> Document {
        let parts = self.resource.identity_attributes().iter();
        parts.map(|part| (part.name.to_owned(), json!(if part.name == "region" { REGION } else { "c1" }))).collect()
    }

    fn identity_data(&self) -> v6::ResourceIdentityData {
        let ty = self.resource.identity_type();
        v6::ResourceIdentityData { identity_data: encode(&parse(&self.identity(), &ty), &ty) }
    }

    fn stored(&self) -> Document {
        let mut stored = self.minimum();
        for part in self.resource.identity_attributes() {
            stored[part.name] = self.identity()[part.name].clone();
        }
        stored
    }

    fn state(&self) -> Option<v6::DynamicValue> {
        encode(&parse(&self.stored(), &self.ty()), &self.ty())
    }

    fn nothing(&self) -> Option<v6::DynamicValue> {
        encode(&Value::Null, &self.ty())
    }

    fn creation(&self) -> v6::plan_resource_change::Request {
        v6::plan_resource_change::Request {
            type_name: self.type_name.clone(),
            prior_state: self.nothing(),
            proposed_new_state: self.config(),
            config: self.config(),
            ..Default::default()
        }
    }
}

fn subjects<'a>(resources: &'a tf_provider::Resources<Connection>) -> impl Iterator<Item = Subject<'a>> {
    resources.iter().map(Subject::new)
}

#[track_caller]
fn assert_fine(diagnostics: &[v6::Diagnostic], subject: &Subject<'_>) {
    assert!(diagnostics.is_empty(), "{}: {diagnostics:?}", subject.type_name);
}

/// The one complaint of an operation that needs the service.
#[track_caller]
fn assert_lacks_credentials(diagnostics: &[v6::Diagnostic], subject: &Subject<'_>) {
    let said: Vec<_> = diagnostics.iter().map(|one| one.summary.as_str()).collect();
    assert_eq!(said, ["The provider has no `access_key_id` and no `access_key_secret`"], "{}", subject.type_name);
}

/// Plans a creation while the provider block waits for another resource, so that there is no service to ask.
async fn plan_without_asking(subject: &Subject<'_>) -> Option<v6::DynamicValue> {
    let mut process = Process::start(&[]).await;
    assert_eq!(process.configure(Value::Unknown).await, []);
    let answer = answered(process.client.plan_resource_change(subject.creation())).await;
    assert_fine(&answer.diagnostics, subject);
    answer.planned_state
}

/// R30 and R31: what only looks at configuration and state needs neither a schema call nor credentials.
#[tokio::test]
async fn validate_upgrade_and_import_are_first_calls_of_a_process() {
    let resources = Ack::resources();
    for subject in subjects(&resources) {
        let type_name = subject.type_name.clone();

        let mut process = Process::start(&[]).await;
        let request = v6::validate_resource_config::Request {
            type_name: type_name.clone(),
            config: subject.config(),
            ..Default::default()
        };
        let answer = answered(process.client.validate_resource_config(request)).await;
        assert_fine(&answer.diagnostics, &subject);

        let mut process = Process::start(&[]).await;
        let request = v6::upgrade_resource_state::Request {
            type_name: type_name.clone(),
            version: subject.resource.schema().version,
            raw_state: Some(v6::RawState { json: subject.stored().to_string().into(), ..Default::default() }),
        };
        let answer = answered(process.client.upgrade_resource_state(request)).await;
        assert_fine(&answer.diagnostics, &subject);
        assert_eq!(answer.upgraded_state, subject.state());

        let mut process = Process::start(&[]).await;
        let request = v6::upgrade_resource_identity::Request {
            type_name: type_name.clone(),
            version: 0,
            raw_identity: Some(v6::RawState { json: subject.identity().to_string().into(), ..Default::default() }),
        };
        let answer = answered(process.client.upgrade_resource_identity(request)).await;
        assert_fine(&answer.diagnostics, &subject);
        assert_eq!(answer.upgraded_identity.and_then(|one| one.identity_data), subject.identity_data().identity_data);

        let mut process = Process::start(&[]).await;
        let request = v6::move_resource_state::Request {
            source_type_name: "alicloud_instance".to_owned(),
            target_type_name: type_name,
            ..Default::default()
        };
        let answer = answered(process.client.move_resource_state(request)).await;
        assert_eq!(answer.diagnostics.len(), 1, "{:?}", answer.diagnostics);
    }
}

/// R30: with an id and with an identity, in a process that was configured and nothing else.
#[tokio::test]
async fn an_import_is_the_first_call_after_configure() {
    let resources = Ack::resources();
    for subject in subjects(&resources) {
        let identity = subject.identity();
        let parts = subject.resource.identity_attributes().iter();
        let id: Vec<_> = parts.map(|part| identity[part.name].as_str().unwrap_or_default()).collect();
        for (id, identity) in [(id.join(":"), None), (String::new(), Some(subject.identity_data()))] {
            let mut process = Process::configured().await;
            let request = v6::import_resource_state::Request {
                type_name: subject.type_name.clone(),
                id,
                identity,
                ..Default::default()
            };
            let answer = answered(process.client.import_resource_state(request)).await;
            assert_fine(&answer.diagnostics, &subject);
            let [imported] = &answer.imported_resources[..] else { panic!("not one resource: {answer:?}") };
            assert_eq!(imported.type_name, subject.type_name);
            let state = msgpack::decode(&imported.state.as_ref().unwrap().msgpack, &subject.ty()).unwrap();
            let mut expected = null_object(&subject.resource.schema().attributes);
            for part in subject.resource.identity_attributes() {
                expected.insert(part.name.to_owned(), subject.identity()[part.name].as_str().unwrap().into());
            }
            assert_eq!(state, Value::Object(expected), "{}", subject.type_name);
        }
    }
}

/// R30 and R31: a plan, an apply or a read that needs the service says what is missing, as a diagnostic.
#[tokio::test]
async fn without_credentials_the_first_call_that_needs_the_service_says_so() {
    let resources = Ack::resources();
    for subject in subjects(&resources) {
        let mut process = Process::configured().await;
        let answer = answered(process.client.plan_resource_change(subject.creation())).await;
        assert_lacks_credentials(&answer.diagnostics, &subject);

        let mut process = Process::configured().await;
        let request = v6::apply_resource_change::Request {
            type_name: subject.type_name.clone(),
            prior_state: subject.nothing(),
            planned_state: plan_without_asking(&subject).await,
            config: subject.config(),
            ..Default::default()
        };
        let answer = answered(process.client.apply_resource_change(request)).await;
        assert_lacks_credentials(&answer.diagnostics, &subject);
        assert_eq!(answer.new_state, subject.nothing(), "{}", subject.type_name);

        let mut process = Process::configured().await;
        let request = v6::read_resource::Request {
            type_name: subject.type_name.clone(),
            current_state: subject.state(),
            current_identity: Some(subject.identity_data()),
            ..Default::default()
        };
        let answer = answered(process.client.read_resource(request)).await;
        assert_lacks_credentials(&answer.diagnostics, &subject);
        assert_eq!(answer.new_state, subject.state(), "{}", subject.type_name);
    }
}

/// R30 and R31: the plans that need no service are made without one.
#[tokio::test]
async fn a_plan_that_needs_no_service_is_made_without_one() {
    let resources = Ack::resources();
    for subject in subjects(&resources) {
        let planned = plan_without_asking(&subject).await.expect("a planned object");
        let planned = msgpack::decode(&planned.msgpack, &subject.ty()).unwrap();
        assert_eq!(planned.get("name"), parse(&subject.minimum(), &subject.ty()).get("name"), "{}", subject.type_name);
        assert!(!planned.is_wholly_known(), "{}", subject.type_name);

        let mut process = Process::configured().await;
        let destruction = v6::plan_resource_change::Request {
            type_name: subject.type_name.clone(),
            prior_state: subject.state(),
            proposed_new_state: subject.nothing(),
            config: subject.nothing(),
            ..Default::default()
        };
        let answer = answered(process.client.plan_resource_change(destruction)).await;
        assert_fine(&answer.diagnostics, &subject);
        assert_eq!(answer.planned_state, subject.nothing(), "{}", subject.type_name);
    }
}

/// R31: with everything that a call needs, none is made before a resource needs it.
#[tokio::test]
async fn schema_validate_and_configure_make_no_network_call() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let mut process = Process::start(&[
        ("ALIBABA_CLOUD_REGION", REGION),
        ("ALIBABA_CLOUD_ACCESS_KEY_ID", "id"),
        ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "secret"),
        ("ACK_ENDPOINT", &endpoint),
    ])
    .await;
    let resources = Ack::resources();

    answered(process.client.get_metadata(v6::get_metadata::Request {})).await;
    let schema = answered(process.client.get_provider_schema(v6::get_provider_schema::Request {})).await;
    assert!(schema.server_capabilities.unwrap().get_provider_schema_optional);
    let identities = v6::get_resource_identity_schemas::Request {};
    answered(process.client.get_resource_identity_schemas(identities)).await;
    let block = v6::validate_provider_config::Request { config: provider_block(Value::Null) };
    let answer = answered(process.client.validate_provider_config(block)).await;
    assert_eq!(answer.diagnostics, []);
    assert_eq!(process.configure(Value::Null).await, []);
    for subject in subjects(&resources) {
        let request = v6::validate_resource_config::Request {
            type_name: subject.type_name.clone(),
            config: subject.config(),
            ..Default::default()
        };
        let answer = answered(process.client.validate_resource_config(request)).await;
        assert_fine(&answer.diagnostics, &subject);
    }
    // Connections wait in the listener's queue until they are accepted.
    let waiting = listener.accept().map(|(_, from)| from).map_err(|error| error.kind());
    assert_eq!(waiting, Err(std::io::ErrorKind::WouldBlock), "a call was made");

    // The listener does see the calls that are made.
    let listener = tokio::net::TcpListener::from_std(listener).unwrap();
    let cluster = subjects(&resources).next().expect("a resource");
    let request = v6::read_resource::Request {
        type_name: cluster.type_name.clone(),
        current_state: cluster.state(),
        ..Default::default()
    };
    tokio::select! {
        connection = within(listener.accept()) => drop(connection.unwrap()),
        answer = process.client.read_resource(request) => panic!("no call was made: {answer:?}"),
    }
}
