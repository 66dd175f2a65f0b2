//! Numbers with more digits than a machine number holds, from the configuration into the state.

use std::sync::Mutex;

use tf_provider::lifecycle::{ApplyRequest, Driver, DynResource as _, PlanRequest, Stored};
use tf_provider::private::Private;
use tf_provider::value::{Number, Value};
use tf_provider::{Context, Fault, FaultKind, Lifecycle, Progress, Resource, Service};
use tokio_util::sync::CancellationToken;

/// Something that is weighed.
#[derive(Clone, Debug, Resource)]
#[resource(identity(name))]
struct Parcel {
    /// What it is called.
    name: String,
    /// What it weighs, to the last digit.
    weight: Option<Number>,
    /// What it costs.
    price: Option<f64>,
    /// How many things are in it.
    count_of_things: Option<i64>,
}

/// Keeps one parcel as it is.
#[derive(Default)]
struct Post(Mutex<Option<Parcel>>);

impl Post {
    fn put(&self, parcel: &Parcel) {
        *self.0.lock().expect("no panic") = Some(parcel.clone());
    }
}

impl Service for Post {
    type Error = Fault;
    type Task = String;

    async fn task(&self, _: &String) -> Result<Progress, Fault> {
        Ok(Progress::Ready)
    }
}

impl Lifecycle for Parcel {
    type Service = Post;
    type Remote = Self;

    async fn create(&mut self, cx: &Context<'_, Post>) -> Result<Option<String>, Fault> {
        cx.service().put(self);
        Ok(None)
    }

    async fn read(&self, cx: &Context<'_, Post>) -> Result<Self, Fault> {
        let found = cx.service().0.lock().expect("no panic").clone();
        found.ok_or_else(|| Fault::new(FaultKind::NotFound, "No such parcel", ""))
    }

    fn progress(_: &Self) -> Progress {
        Progress::Ready
    }

    fn absorb(&mut self, remote: &Self) {
        self.clone_from(remote);
    }

    async fn update(&mut self, _: &Self, _: &Self, cx: &Context<'_, Post>) -> Result<(), Fault> {
        cx.service().put(self);
        Ok(())
    }

    async fn delete(&self, _: &Context<'_, Post>) -> Result<Option<String>, Fault> {
        Ok(None)
    }
}

fn number(digits: &str) -> Value {
    Value::Number(digits.parse().expect("a number"))
}

fn parcel(attribute: &str, value: Value) -> Value {
    let mut members = tf_provider::schema::null_object(Driver::<Parcel>::new().schema().attributes.as_slice());
    members.insert("name".to_owned(), "p".into());
    members.insert(attribute.to_owned(), value);
    Value::Object(members)
}

/// What validation says of it.
fn said(config: &Value) -> String {
    let diagnostics = Driver::<Parcel>::new().validate(config, true);
    diagnostics.iter().map(|d| format!("{}: {}", d.summary, d.detail)).collect()
}

/// Plans and applies a new parcel, and answers its state.
async fn apply(config: &Value) -> Value {
    let driver = Driver::<Parcel>::new();
    let nothing = Stored { state: Value::Null, identity: Value::Null, private: Private::default() };
    let request = PlanRequest { prior: nothing, config: config.clone(), proposed: config.clone() };
    let plan = driver.plan(request, Some(&Post::default())).await;
    assert!(plan.diagnostics.is_empty(), "{:?}", plan.diagnostics);
    let request = ApplyRequest { prior: Value::Null, planned: plan.planned, config: config.clone() };
    let outcome = driver.apply(request, &Post::default(), &CancellationToken::new()).await;
    assert!(outcome.diagnostics.is_empty(), "{:?}", outcome.diagnostics);
    outcome.stored.state
}

#[tokio::test(start_paused = true)]
async fn a_third_keeps_its_digits() {
    let third = number(&format!("0.{}", "3".repeat(154)));
    let config = parcel("weight", third.clone());
    assert_eq!(said(&config), "");
    assert_eq!(apply(&config).await.get("weight"), Some(&third));
}

#[test]
fn what_a_machine_number_cannot_hold_is_refused_before_anything_is_done() {
    for digits in [&format!("0.{}", "3".repeat(154)), "1e400", "1e-400", "0.12345678901234567890"] {
        let said = said(&parcel("price", number(digits)));
        assert!(said.starts_with("Invalid value for `price`: The value cannot be represented exactly"), "{said}");
    }
    for digits in ["1.5", "9223372036854775808", "1e400"] {
        let said = said(&parcel("count_of_things", number(digits)));
        let wanted = match digits {
            "1.5" => "The value must be a whole number, but is 1.5.",
            _ => "must be a whole number from -9223372036854775808 to 9223372036854775807.",
        };
        assert!(said.contains(wanted), "{digits}: {said}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_it_can_hold_is_stored_as_written() {
    for digits in ["0.1", "0.3333333333333333", "1e300", "-2.5", "0", "123456789012345"] {
        let config = parcel("price", number(digits));
        assert_eq!(said(&config), "", "{digits}");
        assert_eq!(apply(&config).await.get("price"), Some(&number(digits)), "{digits}");
    }
}
