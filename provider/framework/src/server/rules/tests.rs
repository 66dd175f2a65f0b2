use std::collections::BTreeMap;
use std::convert::Infallible;
use std::time::Duration;

use super::*;
use crate::function::{Call, Function, WrongArgument};
use crate::lifecycle::Context;
use crate::list::{Found, List};
use crate::model::{Model, View};
use crate::provider::{DataSources, Functions, ListResources, Resources, Service};
use crate::resource::{IdentityAttribute, Lifecycle, Progress, Resource, Timeouts};
use crate::value::{Dynamic, Value, ValueError};
use crate::{DataSource, Diagnostics, Fault, Read};

struct Nowhere;

impl Service for Nowhere {
    type Error = Fault;
    type Task = Infallible;

    async fn task(&self, task: &Infallible) -> Result<Progress, Fault> {
        match *task {}
    }
}

/// A model as no derive would make it.
macro_rules! model {
    ($name:ident, $($attribute:literal: $kind:expr),*) => {
        #[derive(Clone)]
        struct $name;

        impl Model for $name {
            const DESCRIPTION: &'static str = "Something.";

            fn attributes() -> Vec<Attribute> {
                vec![$(Attribute::new($attribute, "Something.", $kind, crate::schema::Presence::Required)),*]
            }

            fn from_members(_: BTreeMap<String, Value>, _: &crate::path::Path) -> Result<Self, ValueError> {
                Ok(Self)
            }

            fn to_members(&self) -> BTreeMap<String, Value> {
                BTreeMap::new()
            }
        }
    };
}

const TEXT: Kind = Kind::Value(Type::String);

model!(Block, "alias": TEXT);
model!(Thing, "labels": Kind::Value(Type::map(Type::String)), "count": TEXT, "tags": Kind::Value(Type::list(Type::String)));
model!(Unlisted, "name": TEXT);
model!(Listing,);
model!(Fact, "name": TEXT);
model!(Reverse, "same": Kind::Value(Type::list(Type::Dynamic)), "same": TEXT, "not-a-name": TEXT);

macro_rules! resource {
    ($name:ident, $called:literal, $identity_version:literal, [$($part:literal),*]) => {
        impl Resource for $name {
            const NAME: &'static str = $called;
            const SPOKEN: &'static str = $called;
            const IDENTITY: &'static [IdentityAttribute] = &[$(IdentityAttribute { name: $part, required: true }),*];
            const IDENTITY_VERSION: i64 = $identity_version;
            const TIMEOUTS: Timeouts = Timeouts { create: None, read: None, update: None, delete: None };
        }

        impl Lifecycle for $name {
            type Service = Nowhere;
            type Remote = ();

            async fn create(&mut self, _: &Context<'_, Nowhere>) -> Result<Option<Infallible>, Fault> {
                Ok(None)
            }

            async fn read(&self, _: &Context<'_, Nowhere>) -> Result<(), Fault> {
                Ok(())
            }

            fn progress((): &()) -> Progress {
                Progress::Ready
            }

            fn absorb(&mut self, (): &()) {}

            async fn update(&mut self, _: &Self, (): &(), _: &Context<'_, Nowhere>) -> Result<(), Fault> {
                Ok(())
            }

            async fn delete(&self, _: &Context<'_, Nowhere>) -> Result<Option<Infallible>, Fault> {
                Ok(None)
            }
        }
    };
}

resource!(Thing, "Thing", -1, ["labels", "nothing", "tags", "tags"]);
resource!(Unlisted, "unlisted", 0, []);

impl crate::list::ListResource for Listing {
    type Resource = Unlisted;
    const TIMEOUT: Duration = Duration::from_secs(1);
}

impl List for Listing {
    async fn list(&self, _: &Context<'_, Nowhere>, _: &mut Found<'_, Unlisted>) -> Result<(), Fault> {
        Ok(())
    }
}

impl DataSource for Fact {
    const NAME: &'static str = "fact";
    const TIMEOUT: Duration = Duration::from_secs(1);
}

impl Read for Fact {
    type Service = Nowhere;

    async fn read(&mut self, _: &Context<'_, Nowhere>) -> Result<(), Fault> {
        Ok(())
    }
}

impl Function for Reverse {
    const NAME: &'static str = "to reverse";
    const VARIADIC: bool = true;
    const UNKNOWN: &'static [bool] = &[false; 3];
}

impl Call for Reverse {
    type Output = Vec<Dynamic>;

    fn call(self) -> Result<Vec<Dynamic>, WrongArgument> {
        Ok(Vec::new())
    }
}

struct Bad;

impl Provider for Bad {
    type Config = Block;
    type Service = Nowhere;

    const NAME: &'static str = "bad_one";
    const ADDRESS: &'static str = "example.com/test/bad";
    const VERSION: &'static str = "0.0.0";

    fn resources() -> Resources<Nowhere> {
        Resources::new().with::<Thing>()
    }

    fn data_sources() -> DataSources<Nowhere> {
        DataSources::new().with::<Fact>().with::<Fact>()
    }

    fn list_resources() -> ListResources<Nowhere> {
        ListResources::new().with::<Listing>()
    }

    fn functions() -> Functions {
        Functions::new().with::<Reverse>()
    }

    fn configure(_: &View<'_, Block>, _: &str) -> Result<Nowhere, Diagnostics> {
        Ok(Nowhere)
    }
}

/// With [`Unlisted`] as a resource.
struct Nameless;

impl Provider for Nameless {
    type Config = Listing;
    type Service = Nowhere;

    const NAME: &'static str = "good";
    const ADDRESS: &'static str = "example.com/test/good";
    const VERSION: &'static str = "0.0.0";

    fn resources() -> Resources<Nowhere> {
        Resources::new().with::<Unlisted>()
    }

    fn configure(_: &View<'_, Listing>, _: &str) -> Result<Nowhere, Diagnostics> {
        Ok(Nowhere)
    }
}

#[test]
fn each_rule_of_a_provider_finds_its_offender() {
    let expected = [
        "The provider: `bad_one` is not a name in lower case and without underscores.",
        "The provider: `alias` belongs to Terraform in a provider block.",
        "The resource `Thing`: `Thing` is not a name in lower case.",
        "The data source `fact`: There are two of that name.",
        "The function `to reverse`: `to reverse` is not a name in lower case.",
        "The resource `Thing`: `count` belongs to Terraform in a resource.",
        "The resource `Thing`: The version of the identity is negative.",
        "The resource `Thing`: `labels` is in the identity, but neither a string, a number, a bool nor a list of those.",
        "The resource `Thing`: `nothing` is in the identity, but not an attribute.",
        "The resource `Thing`: `tags` is in the identity twice.",
        "The list `unlisted`: There is no resource of that name.",
        "The function `to reverse`: `same` has a collection of values of any type.",
        "The function `to reverse`: `same` is there twice.",
        "The function `to reverse`: `not-a-name` is not a name in lower case.",
        "The function `to reverse`: The result has a collection of values of any type.",
    ];
    assert_eq!(Server::<Bad>::broken_rules(), expected);
    assert_eq!(Server::<Nameless>::broken_rules(), ["The resource `unlisted`: It has no identity."]);
}

#[test]
#[should_panic(expected = "breaks rules that Terraform has")]
fn a_server_that_breaks_a_rule_does_not_start() {
    let _ = Server::<Bad>::new();
}
