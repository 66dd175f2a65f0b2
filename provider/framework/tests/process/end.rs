//! How a process ends that is told to.

use std::time::{Duration, Instant};

use tf_provider::kit::{Caller, Certificate};
use tfplugin::v6;
use tfplugin::v6::provider_client::ProviderClient;
use tokio::task::JoinHandle;
use tonic::transport::Channel;

use crate::client::Plugin;
use crate::{shut_down, within};

/// Half of what a process took when it still waited for such calls, and more than twice what it may take.
const BOUND: Duration = Duration::from_millis(50);

/// A busy machine may stretch one end, but not the shortest of some.
const ATTEMPTS: usize = 8;

/// R28: whatever it is doing, for nobody waits for that any more.
#[tokio::test]
async fn calls_that_never_end_do_not_hold_up_the_end() {
    for call in ["waiting", "streaming", "blocking"] {
        let mut shortest = Duration::MAX;
        for _ in 0..ATTEMPTS {
            shortest = shortest.min(end_during(call).await);
            if shortest < BOUND {
                break;
            }
        }
        assert!(shortest < BOUND, "{call}: {shortest:?}");
    }
}

async fn end_during(call: &str) -> Duration {
    let client = Certificate::new().expect("a certificate");
    let mut plugin = within(Plugin::start(Some(&client), |_| ())).await;
    let channel = within(plugin.connect(Caller::Known(&client))).await.expect("a connection");
    let call = begin(call, &channel);
    // The call is on its way before any that follows it on the same connection.
    tokio::task::yield_now().await;
    let mut provider = ProviderClient::new(channel.clone());
    within(provider.get_provider_schema(v6::get_provider_schema::Request {})).await.expect("an answer");
    assert!(!call.is_finished());

    let asked = Instant::now();
    shut_down(&channel).await;
    let status = within(plugin.child.wait()).await.expect("it ends");
    let took = asked.elapsed();
    assert_eq!(status.code(), Some(0));
    within(call).await.expect("no panic");
    assert_eq!(std::fs::read_dir(plugin.directory.path()).expect("the directory").count(), 0);
    took
}

/// Makes a call of this kind, which is over when the process is.
fn begin(call: &str, channel: &Channel) -> JoinHandle<()> {
    let mut provider = ProviderClient::new(channel.clone());
    match call {
        "waiting" => tokio::spawn(async move {
            provider.read_data_source(v6::read_data_source::Request::default()).await.expect_err("no answer");
        }),
        "streaming" => tokio::spawn(async move {
            let stream = provider.list_resource(v6::list_resource::Request::default()).await;
            assert!(!matches!(stream.expect("a stream").into_inner().message().await, Ok(Some(_))));
        }),
        _ => tokio::spawn(async move {
            provider.call_function(v6::call_function::Request::default()).await.expect_err("no answer");
        }),
    }
}
