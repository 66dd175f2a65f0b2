//! A provider whose answers at one step are spoilt, and what the kit must say to that.

use std::collections::BTreeSet;

use futures_util::TryStreamExt as _;
use tf_provider::kit::{Failure, Rule};
use tf_provider::{Provider, Server};
use tfplugin::v6;
use tonic::codegen::BoxStream;
use tonic::{Request, Response, Status};

/// A rule, a step at which it is held, and what breaks it there.
pub(crate) type Mutant = (Rule, &'static str, Spoil);
pub(crate) type Spoil = fn(&mut Answer<'_>);

/// A server of which one step is spoilt.
pub(crate) struct Spoilt<P: Provider> {
    pub(crate) inner: Server<P>,
    pub(crate) step: &'static str,
    pub(crate) spoil: Spoil,
}

impl<P: Provider> Spoilt<P> {
    pub(crate) fn new(step: &'static str, spoil: Spoil) -> Self {
        Self { inner: Server::new(), step, spoil }
    }

    fn answer(&self, mut answer: Answer<'_>) {
        if answer.is_of(self.step) {
            (self.spoil)(&mut answer);
        }
    }
}

/// What the kit says of a mutant: this rule at this step, and nothing else.
pub(crate) fn assert_found((rule, step, _): Mutant, ended: Result<(), Failure>) {
    let Err(failure) = ended else { panic!("nobody saw that {rule:?} was broken at {step}") };
    let rules: BTreeSet<Rule> = failure.violations.iter().map(|violation| violation.rule).collect();
    assert!(failure.step == step && rules == BTreeSet::from([rule]), "{rule:?} at {step} was taken for: {failure}");
    assert!(failure.errors.iter().all(|error| error.starts_with("while ")), "{failure}");
}

/// An answer of the provider, with the request where a mutant asks for it.
pub(crate) enum Answer<'a> {
    Schema(&'a mut v6::get_provider_schema::Response),
    Plan(&'a mut v6::plan_resource_change::Response, &'a v6::plan_resource_change::Request),
    Apply(&'a mut v6::apply_resource_change::Response, &'a v6::apply_resource_change::Request),
    Read(&'a mut v6::read_resource::Response),
    Import(&'a mut v6::import_resource_state::Response, &'a v6::import_resource_state::Request),
    Move(&'a mut v6::move_resource_state::Response),
    Upgrade(&'a mut v6::upgrade_resource_state::Response),
    Generate(&'a mut v6::generate_resource_config::Response),
    Data(&'a mut v6::read_data_source::Response),
    Open(&'a mut v6::open_ephemeral_resource::Response),
    PlanAction(&'a mut v6::plan_action::Response),
    Call(&'a mut v6::call_function::Response),
    List(&'a mut Vec<v6::list_resource::Event>),
    Action(&'a mut Vec<v6::invoke_action::Event>),
}

impl Answer<'_> {
    /// Whether it can be wrong at this step.
    fn is_of(&self, step: &str) -> bool {
        let steps: &[&str] = match self {
            Self::Schema(_) => &["move"],
            Self::Plan(..) => &["plan", "plan again"],
            Self::Apply(..) => &["apply"],
            Self::Read(_) => &["read"],
            Self::Import(..) => &["import"],
            Self::Move(_) => &["move"],
            Self::Upgrade(_) => &["upgrade"],
            Self::Generate(_) => &["generate"],
            Self::Data(_) => &["read data"],
            Self::Open(_) => &["open"],
            Self::PlanAction(_) => &["plan action"],
            Self::Call(_) => &["call"],
            Self::List(_) => &["list"],
            Self::Action(_) => &["invoke"],
        };
        steps.contains(&step)
    }

    /// The object that it gives; for a call the result.
    pub(crate) fn object(&mut self) -> Option<&mut Option<v6::DynamicValue>> {
        match self {
            Self::Plan(reply, _) => Some(&mut reply.planned_state),
            Self::Apply(reply, _) => Some(&mut reply.new_state),
            Self::Read(reply) => Some(&mut reply.new_state),
            Self::Import(reply, _) => reply.imported_resources.first_mut().map(|imported| &mut imported.state),
            Self::Move(reply) => Some(&mut reply.target_state),
            Self::Upgrade(reply) => Some(&mut reply.upgraded_state),
            Self::Generate(reply) => Some(&mut reply.config),
            Self::Data(reply) => Some(&mut reply.state),
            Self::Open(reply) => Some(&mut reply.result),
            Self::Call(reply) => Some(&mut reply.result),
            Self::List(events) => events.first_mut().map(|event| &mut event.resource_object),
            Self::Schema(_) | Self::PlanAction(_) | Self::Action(_) => None,
        }
    }

    pub(crate) fn identity(&mut self) -> Option<&mut Option<v6::ResourceIdentityData>> {
        match self {
            Self::Plan(reply, _) => Some(&mut reply.planned_identity),
            Self::Apply(reply, _) => Some(&mut reply.new_identity),
            Self::Read(reply) => Some(&mut reply.new_identity),
            Self::Import(reply, _) => reply.imported_resources.first_mut().map(|imported| &mut imported.identity),
            Self::Move(reply) => Some(&mut reply.target_identity),
            Self::List(events) => events.first_mut().map(|event| &mut event.identity),
            _ => None,
        }
    }

    fn deferred(&mut self) -> Option<&mut Option<v6::Deferred>> {
        match self {
            Self::Plan(reply, _) => Some(&mut reply.deferred),
            Self::Read(reply) => Some(&mut reply.deferred),
            Self::Import(reply, _) => Some(&mut reply.deferred),
            Self::Data(reply) => Some(&mut reply.deferred),
            Self::Open(reply) => Some(&mut reply.deferred),
            Self::PlanAction(reply) => Some(&mut reply.deferred),
            _ => None,
        }
    }

    /// Whether it is about an object that stays.
    pub(crate) fn is_update(&self) -> bool {
        match self {
            Self::Plan(_, asked) => !is_null(asked.prior_state.as_ref()) && !is_null(asked.config.as_ref()),
            Self::Apply(_, asked) => !is_null(asked.prior_state.as_ref()) && !is_null(asked.config.as_ref()),
            _ => false,
        }
    }

    pub(crate) fn is_destroy(&self) -> bool {
        match self {
            Self::Plan(_, asked) => is_null(asked.config.as_ref()),
            Self::Apply(_, asked) => is_null(asked.config.as_ref()),
            _ => false,
        }
    }

    /// Changes a member of the object, if there is one.
    pub(crate) fn set(&mut self, name: &str, to: impl Into<rmpv::Value>) {
        self.edit(name, |member| *member = to.into());
    }

    /// Changes a member of the object, if there is one, to something made of it.
    pub(crate) fn edit(&mut self, name: &str, edit: impl FnOnce(&mut rmpv::Value)) {
        if let Some(Some(object)) = self.object() {
            change(object, name, edit);
        }
    }

    /// Changes a member of the identity, if there is one.
    pub(crate) fn set_identity(&mut self, name: &str, to: impl Into<rmpv::Value>) {
        if let Some(Some(identity)) = self.identity()
            && let Some(data) = &mut identity.identity_data
        {
            change(data, name, |member| *member = to.into());
        }
    }
}

fn change(object: &mut v6::DynamicValue, name: &str, edit: impl FnOnce(&mut rmpv::Value)) {
    let mut value = rmpv::decode::read_value(&mut object.msgpack.as_ref()).expect("msgpack");
    let rmpv::Value::Map(members) = &mut value else { return };
    if let Some((_, member)) = members.iter_mut().find(|(key, _)| key.as_str() == Some(name)) {
        edit(member);
    }
    *object = encoded(&value);
}

pub(crate) fn encoded(value: &rmpv::Value) -> v6::DynamicValue {
    let mut msgpack = Vec::new();
    rmpv::encode::write_value(&mut msgpack, value).expect("a value");
    v6::DynamicValue { msgpack: msgpack.into(), ..Default::default() }
}

pub(crate) fn is_null(value: Option<&v6::DynamicValue>) -> bool {
    value.is_none_or(|value| value.msgpack.as_ref() == [0xc0])
}

/// Whether a member of an object is unknown.
pub(crate) fn is_unknown(object: Option<&v6::DynamicValue>, name: &str) -> bool {
    let object = object.and_then(|object| rmpv::decode::read_value(&mut object.msgpack.as_ref()).ok());
    object.is_some_and(|object| matches!(object[name], rmpv::Value::Ext(..)))
}

pub(crate) fn unknown() -> rmpv::Value {
    rmpv::Value::Ext(0, vec![0])
}

/// Breaks `Rule::Type` everywhere.
pub(crate) fn another_type(answer: &mut Answer<'_>) {
    if let Some(object) = answer.object() {
        *object = Some(encoded(&rmpv::Value::Array(vec!["no object".into()])));
    }
}

/// Breaks `Rule::IdentityType` everywhere.
pub(crate) fn another_identity_type(answer: &mut Answer<'_>) {
    if let Some(Some(identity)) = answer.identity() {
        identity.identity_data = Some(encoded(&"no identity".into()));
    }
}

/// Breaks `Rule::Identity` where one must be given.
pub(crate) fn no_identity(answer: &mut Answer<'_>) {
    if let Some(identity) = answer.identity() {
        *identity = None;
    }
}

/// Breaks `Rule::Deferral` everywhere.
pub(crate) fn deferred(answer: &mut Answer<'_>) {
    if let Some(deferred) = answer.deferred() {
        *deferred = Some(v6::Deferred { reason: v6::deferred::Reason::AbsentPrereq.into() });
    }
}

/// Breaks `Rule::Result` where something must be there.
pub(crate) fn nothing(answer: &mut Answer<'_>) {
    if let Some(object) = answer.object() {
        *object = Some(encoded(&rmpv::Value::Nil));
    }
}

/// Breaks `Rule::Unknown` of any object.
pub(crate) fn nothing_known(answer: &mut Answer<'_>) {
    if let Some(object) = answer.object() {
        *object = Some(encoded(&unknown()));
    }
}

/// Implements the calls of a spoilt provider: the answers of its inner server, changed.
macro_rules! spoilt {
    ($($rpc:ident: $answer:expr;)* @ streams $($stream:ident: $events:path;)*) => {
        #[tonic::async_trait]
        impl<P: Provider> v6::provider_server::Provider for Spoilt<P> {
            $(async fn $rpc(
                &self,
                request: Request<v6::$rpc::Request>,
            ) -> Result<Response<v6::$rpc::Response>, Status> {
                let asked = request.get_ref().clone();
                let mut reply = v6::provider_server::Provider::$rpc(&self.inner, request).await?;
                let spoil: fn(&Self, &mut v6::$rpc::Response, &v6::$rpc::Request) = $answer;
                spoil(self, reply.get_mut(), &asked);
                Ok(reply)
            })*

            $(async fn $stream(
                &self,
                request: Request<v6::$stream::Request>,
            ) -> Result<Response<BoxStream<v6::$stream::Event>>, Status> {
                let events = v6::provider_server::Provider::$stream(&self.inner, request).await?.into_inner();
                let mut events: Vec<v6::$stream::Event> = events.try_collect().await?;
                self.answer($events(&mut events));
                Ok(Response::new(Box::pin(futures_util::stream::iter(events.into_iter().map(Ok)))))
            })*
        }
    };
}

spoilt! {
    get_provider_schema: |own, reply, _| own.answer(Answer::Schema(reply));
    get_resource_identity_schemas: |_, _, _| {};
    validate_provider_config: |_, _, _| {};
    configure_provider: |_, _, _| {};
    validate_resource_config: |_, _, _| {};
    plan_resource_change: |own, reply, asked| own.answer(Answer::Plan(reply, asked));
    apply_resource_change: |own, reply, asked| own.answer(Answer::Apply(reply, asked));
    read_resource: |own, reply, _| own.answer(Answer::Read(reply));
    import_resource_state: |own, reply, asked| own.answer(Answer::Import(reply, asked));
    move_resource_state: |own, reply, _| own.answer(Answer::Move(reply));
    upgrade_resource_state: |own, reply, _| own.answer(Answer::Upgrade(reply));
    generate_resource_config: |own, reply, _| own.answer(Answer::Generate(reply));
    validate_data_resource_config: |_, _, _| {};
    read_data_source: |own, reply, _| own.answer(Answer::Data(reply));
    validate_ephemeral_resource_config: |_, _, _| {};
    open_ephemeral_resource: |own, reply, _| own.answer(Answer::Open(reply));
    renew_ephemeral_resource: |_, _, _| {};
    close_ephemeral_resource: |_, _, _| {};
    validate_list_resource_config: |_, _, _| {};
    validate_action_config: |_, _, _| {};
    plan_action: |own, reply, _| own.answer(Answer::PlanAction(reply));
    call_function: |own, reply, _| own.answer(Answer::Call(reply));
    @ streams
    list_resource: Answer::List;
    invoke_action: Answer::Action;
}
