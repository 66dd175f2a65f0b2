//! What one more attribute costs, and what one more object does.

use std::time::Instant;

use serde_json::{Value, json};
use tf_provider::kit::Core;
use tf_provider::{
    Context, Diagnostics, Fault, FaultKind, Lifecycle, Model, Progress, Provider, Resource, Resources, Server, Service,
    View,
};

use crate::budget::{ATTRIBUTES, OBJECTS, Report};
use crate::median;
use crate::memory::{self, FEW, MANY};

const PLANS: usize = 200;

/// A service without objects.
pub(crate) struct Nothing;

impl Service for Nothing {
    type Error = Fault;
    type Task = std::convert::Infallible;

    async fn task(&self, task: &Self::Task) -> Result<Progress, Fault> {
        match *task {}
    }
}

fn refused() -> Fault {
    Fault::new(FaultKind::Other, "This is planned only", "")
}

/// A resource of so many attributes.
macro_rules! resource {
    ($name:ident: $($field:ident)*) => {
        /// Has many attributes.
        #[derive(Clone, Resource)]
        #[resource(identity(id))]
        pub(crate) struct $name {
            /// Its id.
            pub(crate) id: String,
            $(
                /// One of many.
                #[attr(len = 1..=100)]
                pub(crate) $field: Option<String>,
            )*
        }

        impl Lifecycle for $name {
            type Service = Nothing;
            type Remote = ();

            async fn create(&mut self, _: &Context<'_, Nothing>) -> Result<Option<std::convert::Infallible>, Fault> {
                Err(refused())
            }

            async fn read(&self, _: &Context<'_, Nothing>) -> Result<(), Fault> {
                Err(refused())
            }

            fn progress(_: &()) -> Progress {
                Progress::Ready
            }

            fn absorb(&mut self, _: &()) {}

            async fn update(&mut self, _: &Self, _: &(), _: &Context<'_, Nothing>) -> Result<(), Fault> {
                Err(refused())
            }

            async fn delete(&self, _: &Context<'_, Nothing>) -> Result<Option<std::convert::Infallible>, Fault> {
                Err(refused())
            }
        }
    };
}

resource!(Single: a1 a2 a3 a4 a5 a6 a7 a8 a9 b1 b2 b3 b4 b5 b6 b7 b8 b9 c1 c2 c3 c4 c5 c6 c7 c8 c9 d1 d2 d3);
resource!(Double: a1 a2 a3 a4 a5 a6 a7 a8 a9 b1 b2 b3 b4 b5 b6 b7 b8 b9 c1 c2 c3 c4 c5 c6 c7 c8 c9 d1 d2 d3
    e1 e2 e3 e4 e5 e6 e7 e8 e9 f1 f2 f3 f4 f5 f6 f7 f8 f9 g1 g2 g3 g4 g5 g6 g7 g8 g9 h1 h2 h3);

/// The provider block.
#[derive(Clone, Model)]
pub(crate) struct Config {}

/// The provider.
pub(crate) struct Wide;

impl Provider for Wide {
    type Config = Config;
    type Service = Nothing;

    const NAME: &'static str = "wide";
    const ADDRESS: &'static str = "registry.terraform.io/example/wide";
    const VERSION: &'static str = "1.0.0";

    fn resources() -> Resources<Nothing> {
        Resources::new().with::<Single>().with::<Double>()
    }

    fn configure(_: &View<'_, Config>, _: &str) -> Result<Nothing, Diagnostics> {
        Ok(Nothing)
    }
}

pub(crate) async fn measure(report: &mut Report) -> anyhow::Result<()> {
    let core = Core::start(Server::<Wide>::new(), json!({})).await?;
    let (single, half) = plan::<Single>(&core).await?;
    let (double, whole) = plan::<Double>(&core).await?;
    report.judge(&ATTRIBUTES, double / single);
    let each = (double - single) / (whole - half) as f64;
    report.tell("time to plan one attribute more, both sides of the call", &format!("{each:9.2} µs"));

    if !cfg!(target_os = "linux") {
        report.skip("the cost of an object", "it is measured together with memory");
        return Ok(());
    }
    let (few, many) = (memory::read(FEW).await?.time.as_secs_f64(), memory::read(MANY).await?.time.as_secs_f64());
    report.judge(&OBJECTS, many / few);
    let each = (many - few) * 1e3 / (MANY - FEW) as f64;
    report.tell("time to read one object more, both sides of the call", &format!("{each:9.2} ms"));
    Ok(())
}

/// Plans with every attribute set: microseconds, and how many there are.
async fn plan<R: Resource>(core: &Core) -> anyhow::Result<(f64, usize)> {
    let mut object = core.resource(&format!("{}_{}", Wide::NAME, R::NAME))?;
    let attributes = R::attributes();
    let config: Value = attributes.iter().map(|a| (a.name.to_owned(), json!("some text"))).collect();
    let mut times = Vec::new();
    for _ in 0..PLANS {
        let began = Instant::now();
        object.plan(&config).await?;
        times.push(began.elapsed().as_secs_f64() * 1e6);
    }
    Ok((median(times), attributes.len()))
}
