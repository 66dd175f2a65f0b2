//! What go-plugin's client expects beside the provider: a health check, a way to end the process, and two streams that
//! stay silent.

use std::pin::Pin;

use futures_util::{Stream, StreamExt, stream};
use tfplugin::go_plugin::grpc_broker_server::{GrpcBroker, GrpcBrokerServer};
use tfplugin::go_plugin::grpc_controller_server::{GrpcController, GrpcControllerServer};
use tfplugin::go_plugin::grpc_stdio_server::{GrpcStdio, GrpcStdioServer};
use tfplugin::go_plugin::{ConnInfo, Empty, StdioData};
use tfplugin::health::health_check_response::ServingStatus;
use tfplugin::health::health_server::{Health, HealthServer};
use tfplugin::health::{HealthCheckRequest, HealthCheckResponse, HealthListRequest, HealthListResponse};
use tokio_util::sync::CancellationToken;
use tonic::{Request, Response, Status, Streaming};

/// The name under which go-plugin asks for the health of a plugin.
const SERVICE: &str = "plugin";

type EventStream<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

/// Says that the provider is well, as long as it can answer at all.
pub(super) fn health(shutdown: &CancellationToken) -> HealthServer<Healthy> {
    HealthServer::new(Healthy { shutdown: shutdown.clone() })
}

/// Ends the process on request.
pub(super) fn controller(shutdown: &CancellationToken) -> GrpcControllerServer<Controller> {
    GrpcControllerServer::new(Controller { shutdown: shutdown.clone() })
}

/// Would carry what is printed after the handshake; providers print nothing.
pub(super) fn stdio(shutdown: &CancellationToken) -> GrpcStdioServer<Stdio> {
    GrpcStdioServer::new(Stdio { shutdown: shutdown.clone() })
}

/// Would negotiate further connections; Terraform needs none.
pub(super) fn broker(shutdown: &CancellationToken) -> GrpcBrokerServer<Broker> {
    GrpcBrokerServer::new(Broker { shutdown: shutdown.clone() })
}

/// A stream without events that ends with the process. Left open, it would delay the exit.
fn silence<T: Send + 'static>(shutdown: &CancellationToken) -> EventStream<T> {
    let ended = shutdown.clone().cancelled_owned();
    Box::pin(stream::once(ended).filter_map(|()| async { None }))
}

pub(super) struct Healthy {
    shutdown: CancellationToken,
}

fn serving() -> HealthCheckResponse {
    HealthCheckResponse { status: ServingStatus::Serving.into() }
}

#[tonic::async_trait]
impl Health for Healthy {
    async fn check(&self, request: Request<HealthCheckRequest>) -> Result<Response<HealthCheckResponse>, Status> {
        match request.get_ref().service.as_str() {
            // The empty name is the server as a whole.
            "" | SERVICE => Ok(Response::new(serving())),
            other => Err(Status::not_found(format!("there is no service {other:?}, only {SERVICE:?}"))),
        }
    }

    async fn list(&self, _request: Request<HealthListRequest>) -> Result<Response<HealthListResponse>, Status> {
        let statuses = [(SERVICE.to_owned(), serving())].into();
        Ok(Response::new(HealthListResponse { statuses }))
    }

    type WatchStream = EventStream<HealthCheckResponse>;

    async fn watch(&self, request: Request<HealthCheckRequest>) -> Result<Response<Self::WatchStream>, Status> {
        let now = self.check(request).await?.into_inner();
        let events = stream::once(async move { Ok(now) }).chain(silence(&self.shutdown));
        Ok(Response::new(Box::pin(events)))
    }
}

pub(super) struct Controller {
    shutdown: CancellationToken,
}

#[tonic::async_trait]
impl GrpcController for Controller {
    async fn shutdown(&self, _request: Request<Empty>) -> Result<Response<Empty>, Status> {
        tracing::debug!("shutting down");
        self.shutdown.cancel();
        Ok(Response::new(Empty {}))
    }
}

pub(super) struct Stdio {
    shutdown: CancellationToken,
}

#[tonic::async_trait]
impl GrpcStdio for Stdio {
    type StreamStdioStream = EventStream<StdioData>;

    async fn stream_stdio(&self, _request: Request<()>) -> Result<Response<Self::StreamStdioStream>, Status> {
        Ok(Response::new(silence(&self.shutdown)))
    }
}

pub(super) struct Broker {
    shutdown: CancellationToken,
}

#[tonic::async_trait]
impl GrpcBroker for Broker {
    type StartStreamStream = EventStream<ConnInfo>;

    async fn start_stream(
        &self,
        _request: Request<Streaming<ConnInfo>>,
    ) -> Result<Response<Self::StartStreamStream>, Status> {
        Ok(Response::new(silence(&self.shutdown)))
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[tokio::test]
    async fn only_the_plugin_is_healthy() {
        let healthy = Healthy { shutdown: CancellationToken::new() };
        let check = async |service: &str| {
            let request = Request::new(HealthCheckRequest { service: service.into() });
            healthy.check(request).await.map(|answer| answer.get_ref().status())
        };
        assert_eq!(check("plugin").await.unwrap(), ServingStatus::Serving);
        assert_eq!(check("").await.unwrap(), ServingStatus::Serving);
        assert_eq!(check("other").await.unwrap_err().code(), tonic::Code::NotFound);
    }

    #[tokio::test]
    async fn a_watch_says_once_that_the_plugin_serves() {
        let shutdown = CancellationToken::new();
        let healthy = Healthy { shutdown: shutdown.clone() };
        let request = Request::new(HealthCheckRequest { service: SERVICE.into() });
        let mut events = healthy.watch(request).await.unwrap().into_inner();
        assert_eq!(events.next().await.unwrap().unwrap().status(), ServingStatus::Serving);
        assert!(events.next().now_or_never().is_none());
        shutdown.cancel();
        assert!(events.next().await.is_none());
    }

    #[tokio::test]
    async fn the_stdio_stream_is_open_until_shutdown() {
        let shutdown = CancellationToken::new();
        let stdio = Stdio { shutdown: shutdown.clone() };
        let mut stream = stdio.stream_stdio(Request::new(())).await.unwrap().into_inner();
        assert!(stream.next().now_or_never().is_none());
        Controller { shutdown }.shutdown(Request::new(Empty {})).await.unwrap();
        assert!(stream.next().await.is_none());
    }
}
