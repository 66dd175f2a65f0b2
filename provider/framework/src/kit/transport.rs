//! The way to a provider: in this process, or over a connection.

use tfplugin::v6::provider_client::ProviderClient;
use tfplugin::v6::provider_server::{Provider, ProviderServer};
use tonic::body::Body;
use tonic::codegen::{StdError, http};
use tonic::transport::Channel;
use tower::ServiceExt;
use tower::util::BoxCloneSyncService;

/// Makes the calls of the protocol, wherever the provider is.
pub(super) type Client = ProviderClient<BoxCloneSyncService<http::Request<Body>, http::Response<Body>, StdError>>;

/// What core accepts of a schema; of anything else it accepts more.
const LARGEST: usize = 64 << 20;

/// To a provider in this process.
pub(super) fn here(provider: impl Provider) -> Client {
    let server = ServiceExt::<http::Request<Body>>::map_err(ProviderServer::new(provider), StdError::from);
    ProviderClient::new(BoxCloneSyncService::new(server)).max_decoding_message_size(LARGEST)
}

/// To a provider at the other end of a connection.
pub(super) fn to(channel: Channel) -> Client {
    let channel = BoxCloneSyncService::new(channel.map_err(StdError::from));
    ProviderClient::new(channel).max_decoding_message_size(LARGEST)
}
