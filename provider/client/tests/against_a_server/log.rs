//! R50: the log has one line for each attempt of each call, by which calls that are under way at once are told apart.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex};
use std::thread::ThreadId;

use ack_client::{Client, TaskId};
use serde_json::json;
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};

use super::requests::create_pool;
use super::server::{Recorded, Reply, Server, refusal};

#[derive(Default)]
struct Fields(BTreeMap<&'static str, String>);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name(), value.to_owned());
    }
}

type Lines = Arc<Mutex<Vec<(Level, BTreeMap<&'static str, String>)>>>;

/// Keeps what the client logs for one test, which is one thread.
struct Kept(Lines, ThreadId);

impl<S: Subscriber> Layer<S> for Kept {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if event.metadata().target().starts_with("ack_client") && std::thread::current().id() == self.1 {
            let mut fields = Fields::default();
            event.record(&mut fields);
            self.0.lock().unwrap().push((*event.metadata().level(), fields.0));
        }
    }
}

/// Three pools at once: the first answer to each creation is a refusal, and each task needs two looks.
fn busy_service(request: &Recorded, _: usize) -> Reply {
    let body = |name: &str| json!({"nodepool_id": format!("np-{name}"), "task_id": format!("T-{name}"), "request_id": "R-made"});
    match request.operation.as_str() {
        "CreateClusterNodePool"
            if request.header("x-acs-signature-nonce").ends_with(['0', '1', '2', '3', '4', '5']) =>
        {
            refusal(503, "Throttling.User")
        }
        "CreateClusterNodePool" => {
            let name = request.body.as_ref().unwrap()["nodepool_info"]["name"].as_str().unwrap().to_owned();
            Reply::Json(200, body(&name))
        }
        _ => Reply::Headed(200, ("x-acs-request-id", "R-task"), json!({"state": "running"})),
    }
}

async fn make_pool(client: &Client, name: &str) {
    let made = client.call(&create_pool(name)).await.unwrap();
    client.describe_task_info(&made.task.unwrap()).await.unwrap();
}

#[tokio::test]
async fn calls_of_three_pools_at_once_are_told_apart() {
    let lines = Lines::default();
    let subscriber = tracing_subscriber::registry().with(Kept(Arc::clone(&lines), std::thread::current().id()));
    // For all threads: what a test beside this one logs first is else taken for what nobody listens to.
    tracing::subscriber::set_global_default(subscriber).unwrap();
    let server = Server::start(busy_service).await;
    let client = server.client();
    tokio::join!(make_pool(&client, "a"), make_pool(&client, "b"), make_pool(&client, "c"));

    let lines = lines.lock().unwrap();
    assert_eq!(lines.len(), server.log().len(), "one line for each request on the wire: {lines:#?}");
    for (level, line) in lines.iter() {
        assert_eq!((*level, line["region"].as_str()), (Level::DEBUG, "cn-hangzhou"), "{line:?}");
        assert!(line["duration_ms"].parse::<u64>().is_ok() && line["attempt"].parse::<u32>().is_ok(), "{line:?}");
        let text = format!("{line:?}");
        assert!(!text.contains("s3cret") && !text.contains("testsecret") && !text.contains("testtoken"), "{text}");
    }
    for name in ["a", "b", "c"] {
        let mine: Vec<_> = lines.iter().filter(|(_, line)| line.get("name").is_some_and(|n| n == name)).collect();
        for (number, (_, line)) in mine.iter().enumerate() {
            assert_eq!(line["operation"], "CreateClusterNodePool");
            assert_eq!(line["object"], "clusters/c1/nodepools");
            assert_eq!(line["attempt"], (number + 1).to_string());
            let (refused, made) = (number + 1 < mine.len(), "R-made");
            assert_eq!(line["message"], if refused { "call failed" } else { "call answered" }, "{line:?}");
            assert_eq!(line["status"], if refused { "503" } else { "200" });
            assert_eq!(line["request_id"], if refused { "R1" } else { made });
            assert_eq!(line.get("code").map(String::as_str), refused.then_some("Throttling.User"));
            assert_eq!(line.contains_key("task"), !refused);
        }
        let (_, made) = mine.last().unwrap();
        let task = TaskId::from(made["task"].as_str());
        let looks: Vec<_> =
            lines.iter().filter(|(_, line)| line["object"] == format!("tasks/{task}")).map(|(_, line)| line).collect();
        let [look] = looks[..] else { panic!("{looks:?}") };
        assert_eq!((look["operation"].as_str(), look["state"].as_str()), ("DescribeTaskInfo", "running"));
        assert_eq!(look["request_id"], "R-task");
        assert_eq!(task.as_str(), format!("T-{name}"));
    }
}
