//! A word on a whole kind: what to use instead of it.

use std::convert::Infallible;
use std::time::SystemTime;

use tf_provider::{
    Action, Actions, Call, Context, DataSource, DataSources, Diagnostics, EphemeralResource, EphemeralResources, Fault,
    Found, Function, Functions, Invoke, Lifecycle, List, ListResource, ListResources, Model, Open, Progress, Provider,
    Read, Reporter, Resource, Resources, Server, Service, View, WrongArgument,
};
use tfplugin::v6::{self, provider_server::Provider as _};
use tonic::Request;

struct Attic;

impl Service for Attic {
    type Error = Fault;
    type Task = Infallible;

    async fn task(&self, task: &Infallible) -> Result<Progress, Fault> {
        match *task {}
    }
}

/// A lamp.
#[derive(Clone, Resource)]
#[resource(identity(name), deprecated = "use a lantern instead")]
struct Lamp {
    /// Its name.
    name: String,
}

impl Lifecycle for Lamp {
    type Service = Attic;
    type Remote = ();

    async fn create(&mut self, _: &Context<'_, Attic>) -> Result<Option<Infallible>, Fault> {
        Ok(None)
    }

    async fn read(&self, _: &Context<'_, Attic>) -> Result<(), Fault> {
        Ok(())
    }

    fn progress((): &()) -> Progress {
        Progress::Ready
    }

    fn absorb(&mut self, (): &()) {}

    async fn update(&mut self, _: &Self, (): &(), _: &Context<'_, Attic>) -> Result<(), Fault> {
        Ok(())
    }

    async fn delete(&self, _: &Context<'_, Attic>) -> Result<Option<Infallible>, Fault> {
        Ok(None)
    }
}

/// Lamps in the attic.
#[derive(Clone, DataSource)]
#[data_source(deprecated = "use lanterns instead")]
struct Lamps {
    /// Of which colour.
    colour: Option<String>,
}

impl Read for Lamps {
    type Service = Attic;

    async fn read(&mut self, _: &Context<'_, Attic>) -> Result<(), Fault> {
        Ok(())
    }
}

/// Light.
#[derive(Clone, EphemeralResource)]
#[ephemeral_resource(deprecated = "use the sun instead")]
struct Light {
    /// Of which colour.
    colour: Option<String>,
}

impl Open for Light {
    type Service = Attic;

    async fn open(&mut self, _: &Context<'_, Attic>) -> Result<Option<SystemTime>, Fault> {
        Ok(None)
    }
}

/// Finds lamps.
#[derive(Clone, ListResource)]
#[list_resource(resource = Lamp, deprecated = "look for lanterns instead")]
struct Search {
    /// Of which colour.
    colour: Option<String>,
}

impl List for Search {
    async fn list(&self, _: &Context<'_, Attic>, _: &mut Found<'_, Lamp>) -> Result<(), Fault> {
        Ok(())
    }
}

/// Rubs a lamp.
#[derive(Clone, Action)]
#[action(deprecated = "wipe it instead")]
struct Rub {
    /// Its name.
    name: String,
}

impl Invoke for Rub {
    type Service = Attic;

    async fn invoke(self, _: &Context<'_, Attic>, progress: &Reporter) -> Result<(), Fault> {
        progress.say(self.name);
        Ok(())
    }
}

/// Tells how bright it is.
#[derive(Clone, Function)]
#[function(deprecated = "look instead")]
struct Brightness {
    /// Of which colour.
    colour: String,
}

impl Call for Brightness {
    type Output = String;

    fn call(self) -> Result<String, WrongArgument> {
        Ok(self.colour)
    }
}

/// The attic.
#[derive(Clone, Model)]
struct Config {
    /// Where it is.
    address: Option<String>,
}

struct Old;

impl Provider for Old {
    type Config = Config;
    type Service = Attic;

    const NAME: &'static str = "old";
    const ADDRESS: &'static str = "example.com/test/old";
    const VERSION: &'static str = "0.0.0";

    fn resources() -> Resources<Attic> {
        Resources::new().with::<Lamp>()
    }

    fn data_sources() -> DataSources<Attic> {
        DataSources::new().with::<Lamps>()
    }

    fn ephemeral_resources() -> EphemeralResources<Attic> {
        EphemeralResources::new().with::<Light>()
    }

    fn list_resources() -> ListResources<Attic> {
        ListResources::new().with::<Search>()
    }

    fn actions() -> Actions<Attic> {
        Actions::new().with::<Rub>()
    }

    fn functions() -> Functions {
        Functions::new().with::<Brightness>()
    }

    fn configure(_: &View<'_, Config>, _: &str) -> Result<Attic, Diagnostics> {
        Ok(Attic)
    }
}

#[tokio::test]
async fn terraform_is_told_what_to_use_instead_of_a_kind() {
    let server = Server::<Old>::new();
    let schema = server.get_provider_schema(Request::new(Default::default())).await.expect("an answer").into_inner();
    let instead = |schema: &v6::Schema| {
        let block = schema.block.clone().expect("a block");
        assert_eq!(block.deprecated, !block.deprecation_message.is_empty());
        block.deprecation_message
    };
    assert_eq!(instead(&schema.resource_schemas["old_lamp"]), "use a lantern instead");
    assert_eq!(instead(&schema.data_source_schemas["old_lamps"]), "use lanterns instead");
    assert_eq!(instead(&schema.ephemeral_resource_schemas["old_light"]), "use the sun instead");
    assert_eq!(instead(&schema.list_resource_schemas["old_lamp"]), "look for lanterns instead");
    let action = schema.action_schemas["old_rub"].schema.clone().expect("a schema");
    assert_eq!(instead(&action), "wipe it instead");
    assert_eq!(schema.functions["brightness"].deprecation_message, "look instead");
    assert_eq!(instead(&schema.provider.expect("a provider block")), "");
}
