//! Ephemeral resources on the wire.

use tfplugin::v6;

use super::{Answer, answer, from, to};
use crate::plan;
use crate::private::Private;
use crate::provider::Provider;
use crate::server::Server;

fn notes(private: Option<&[u8]>) -> Private {
    Private::from_bytes(private.unwrap_or_default())
}

pub(super) async fn validate<P: Provider>(
    server: &Server<P>,
    request: v6::validate_ephemeral_resource_config::Request,
) -> Answer<v6::validate_ephemeral_resource_config::Response> {
    use v6::validate_ephemeral_resource_config::Response as Reply;
    let work = async {
        let ephemeral = server.ephemeral(&request.type_name)?;
        let config = from::value(request.config, &ephemeral.schema().ty())?;
        Ok(Reply { diagnostics: to::diagnostics(ephemeral.validate(&config)) })
    };
    answer("ValidateEphemeralResourceConfig", work, |diagnostics| Reply { diagnostics }).await
}

pub(super) async fn open<P: Provider>(
    server: &Server<P>,
    request: v6::open_ephemeral_resource::Request,
) -> Answer<v6::open_ephemeral_resource::Response> {
    use v6::open_ephemeral_resource::Response as Reply;
    let work = async {
        let ephemeral = server.ephemeral(&request.type_name)?;
        let ty = ephemeral.schema().ty();
        let config = from::value(request.config, &ty)?;
        let deferred = to::deferred(server.waits(), request.client_capabilities.as_ref());
        if deferred.is_some() {
            let result = plan::of_new(&ephemeral.schema().attributes, &config);
            return Ok(Reply { result: Some(to::value(&result, &ty)?), deferred, ..Reply::default() });
        }
        let opened = server.open(&request.type_name, config).await?;
        Ok(Reply {
            renew_at: opened.renew_at.map(Into::into),
            result: Some(to::value(&opened.result, &ty)?),
            private: Some(opened.private.to_bytes().into()),
            diagnostics: to::diagnostics(opened.diagnostics),
            deferred,
        })
    };
    answer("OpenEphemeralResource", work, |diagnostics| Reply { diagnostics, ..Reply::default() }).await
}

pub(super) async fn renew<P: Provider>(
    server: &Server<P>,
    request: v6::renew_ephemeral_resource::Request,
) -> Answer<v6::renew_ephemeral_resource::Response> {
    use v6::renew_ephemeral_resource::Response as Reply;
    let work = async {
        let renewed = server.renew(&request.type_name, notes(request.private.as_deref())).await?;
        Ok(Reply {
            renew_at: renewed.renew_at.map(Into::into),
            private: Some(renewed.private.to_bytes().into()),
            diagnostics: to::diagnostics(renewed.diagnostics),
        })
    };
    answer("RenewEphemeralResource", work, |diagnostics| Reply { diagnostics, ..Reply::default() }).await
}

pub(super) async fn close<P: Provider>(
    server: &Server<P>,
    request: v6::close_ephemeral_resource::Request,
) -> Answer<v6::close_ephemeral_resource::Response> {
    use v6::close_ephemeral_resource::Response as Reply;
    let work = async {
        let diagnostics = server.close(&request.type_name, notes(request.private.as_deref())).await?;
        Ok(Reply { diagnostics: to::diagnostics(diagnostics) })
    };
    answer("CloseEphemeralResource", work, |diagnostics| Reply { diagnostics }).await
}
