//! The provider as a whole, on the wire.

use tfplugin::v6;
use tonic::Response;

use super::{Answer, answer, from, to};
use crate::provider::Provider;
use crate::server::Server;

pub(super) async fn metadata<P: Provider>(
    server: &Server<P>,
    _: v6::get_metadata::Request,
) -> Answer<v6::get_metadata::Response> {
    Ok(Response::new(to::metadata(server)))
}

pub(super) async fn schema<P: Provider>(
    server: &Server<P>,
    _: v6::get_provider_schema::Request,
) -> Answer<v6::get_provider_schema::Response> {
    Ok(Response::new(to::provider_schema(server)))
}

pub(super) async fn identity_schemas<P: Provider>(
    server: &Server<P>,
    _: v6::get_resource_identity_schemas::Request,
) -> Answer<v6::get_resource_identity_schemas::Response> {
    Ok(Response::new(to::identity_schemas(server)))
}

pub(super) async fn validate<P: Provider>(
    server: &Server<P>,
    request: v6::validate_provider_config::Request,
) -> Answer<v6::validate_provider_config::Response> {
    use v6::validate_provider_config::Response as Reply;
    let work = async {
        let config = from::value(request.config, &server.provider_schema().ty())?;
        Ok(Reply { diagnostics: to::diagnostics(server.validate_provider(&config)) })
    };
    answer("ValidateProviderConfig", work, |diagnostics| Reply { diagnostics }).await
}

pub(super) async fn configure<P: Provider>(
    server: &Server<P>,
    request: v6::configure_provider::Request,
) -> Answer<v6::configure_provider::Response> {
    use v6::configure_provider::Response as Reply;
    let work = async {
        let config = from::value(request.config, &server.provider_schema().ty())?;
        server.configure(&config, &request.terraform_version)?;
        Ok(Reply::default())
    };
    answer("ConfigureProvider", work, |diagnostics| Reply { diagnostics }).await
}

pub(super) async fn stop<P: Provider>(
    server: &Server<P>,
    _: v6::stop_provider::Request,
) -> Answer<v6::stop_provider::Response> {
    server.stop();
    Ok(Response::new(v6::stop_provider::Response::default()))
}
