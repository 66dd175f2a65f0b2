//! Data sources on the wire.

use tfplugin::v6;

use super::{Answer, answer, from, to};
use crate::plan;
use crate::provider::Provider;
use crate::server::Server;

pub(super) async fn validate<P: Provider>(
    server: &Server<P>,
    request: v6::validate_data_resource_config::Request,
) -> Answer<v6::validate_data_resource_config::Response> {
    use v6::validate_data_resource_config::Response as Reply;
    let work = async {
        let config = from::value(
            request.config,
            &server.find(&server.data_sources, "data source", &request.type_name)?.schema().ty(),
        )?;
        let diagnostics = server.validate_data_source(&request.type_name, &config)?;
        Ok(Reply { diagnostics: to::diagnostics(diagnostics) })
    };
    answer("ValidateDataResourceConfig", work, |diagnostics| Reply { diagnostics }).await
}

pub(super) async fn read<P: Provider>(
    server: &Server<P>,
    request: v6::read_data_source::Request,
) -> Answer<v6::read_data_source::Response> {
    use v6::read_data_source::Response as Reply;
    let work = async {
        let data_source = server.find(&server.data_sources, "data source", &request.type_name)?;
        let ty = data_source.schema().ty();
        let config = from::value(request.config, &ty)?;
        let deferred = to::deferred(server.waits(), request.client_capabilities.as_ref());
        if deferred.is_some() {
            let state = plan::of_new(&data_source.schema().attributes, &config);
            return Ok(Reply { state: Some(to::value(&state, &ty)?), deferred, ..Reply::default() });
        }
        let (state, diagnostics) = server.read_data_source(&request.type_name, config).await?;
        Ok(Reply {
            state: Some(to::value(&state, &ty)?),
            diagnostics: to::diagnostics(diagnostics),
            ..Reply::default()
        })
    };
    answer("ReadDataSource", work, |diagnostics| Reply { diagnostics, ..Reply::default() }).await
}
