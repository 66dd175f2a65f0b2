//! The way to a provider: in this process, or over a connection.

use tfplugin::v6::provider_server::{Provider, ProviderServer};
use tonic::body::Body;
use tonic::codegen::{StdError, http};
use tonic::transport::Channel;
use tower::ServiceExt;
use tower::util::BoxCloneSyncService;

/// Takes requests of gRPC and brings back the answers.
pub(super) type Transport = BoxCloneSyncService<http::Request<Body>, http::Response<Body>, StdError>;

/// To a provider in this process.
pub(super) fn here(provider: impl Provider) -> Transport {
    let server = ServiceExt::<http::Request<Body>>::map_err(ProviderServer::new(provider), StdError::from);
    BoxCloneSyncService::new(server)
}

/// To a provider at the other end of a connection.
pub(super) fn to(channel: Channel) -> Transport {
    BoxCloneSyncService::new(channel.map_err(StdError::from))
}
