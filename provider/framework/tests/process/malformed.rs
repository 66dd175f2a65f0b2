//! Bytes that are no message: each call that carries them fails, and the next one is answered.

use std::convert::Infallible;

use bytes::{BufMut as _, Bytes, BytesMut};
use http_body_util::{BodyExt as _, Full};
use tf_provider::kit::{Caller, Certificate};
use tfplugin::v6;
use tfplugin::v6::provider_client::ProviderClient;
use tonic::body::Body;
use tonic::codegen::http;
use tonic::transport::Channel;
use tower::{Service as _, ServiceExt as _};

use crate::client::{NOTES, Plugin};
use crate::within;

/// A gRPC frame: whether it is compressed, how many bytes follow, and some bytes.
fn frame(compressed: u8, length: u32, message: &[u8]) -> Bytes {
    let mut frame = BytesMut::new();
    frame.put_u8(compressed);
    frame.put_u32(length);
    frame.put_slice(message);
    frame.freeze()
}

fn whole(message: &[u8]) -> Bytes {
    frame(0, u32::try_from(message.len()).expect("a short message"), message)
}

/// Sends a body to a call. Answers the status that gRPC has for it, or none where even the stream was cut.
async fn send(mut channel: Channel, rpc: &str, body: Bytes) -> Option<i32> {
    let request = http::Request::post(format!("http://localhost/tfplugin6.Provider/{rpc}"))
        .header("content-type", "application/grpc")
        .header("te", "trailers")
        .body(Body::new(Full::new(body).map_err(|never: Infallible| match never {})))
        .expect("a request");
    let response = channel.ready().await.expect("a connection").call(request).await.ok()?;
    let (head, body) = response.into_parts();
    let status = |headers: &http::HeaderMap| headers.get("grpc-status")?.to_str().ok()?.parse().ok();
    match status(&head.headers) {
        Some(status) => Some(status),
        None => status(body.collect().await.ok()?.trailers()?),
    }
}

#[tokio::test]
async fn malformed_messages_fail_alone() {
    let client = Certificate::new().unwrap();
    let mut plugin = within(Plugin::start_example(NOTES, Some(&client), |_| ())).await;
    let channel = within(plugin.connect(Caller::Known(&client))).await.unwrap();
    let bodies = [
        ("a tag without a value", whole(&[0x0a])),
        ("a varint without an end", whole(&[0xff; 11])),
        ("a string that ends too early", whole(&[0x0a, 0x05, b'n'])),
        ("a string of 2^63 bytes", whole(&[0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f])),
        ("a number where a string belongs", whole(&[0x08, 0x01])),
        ("a string that is not UTF-8", whole(&[0x0a, 0x02, 0xff, 0xfe])),
        ("field number 0", whole(&[0x02, 0x00])),
        ("a group without an end", whole(&[0x0b])),
        ("groups in groups", whole(&[0x7b; 100_000])),
        ("a frame that ends too early", frame(0, 100, &[0x0a])),
        ("a frame of 4 GiB", frame(0, u32::MAX, &[0x0a])),
        ("compression that was not agreed on", frame(1, 1, &[0x0a])),
        ("an unknown kind of frame", frame(7, 1, &[0x0a])),
        ("no frame at all", Bytes::new()),
        ("half a frame's head", Bytes::from_static(&[0, 0])),
    ];
    for rpc in ["ValidateResourceConfig", "PlanResourceChange", "ListResource"] {
        for (what, body) in &bodies {
            let status = within(send(channel.clone(), rpc, body.clone())).await;
            assert!(status.is_some_and(|status| status != 0), "{rpc} with {what}: {status:?}");
            let good = v6::get_provider_schema::Request {};
            let answer = within(ProviderClient::new(channel.clone()).get_provider_schema(good)).await;
            assert!(answer.unwrap().get_ref().provider.is_some(), "after {rpc} with {what}");
        }
    }
    assert_eq!(plugin.child.try_wait().unwrap(), None);
}
