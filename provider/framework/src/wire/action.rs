//! Actions on the wire.

use futures_util::StreamExt as _;
use futures_util::stream;
use tfplugin::v6;
use tfplugin::v6::invoke_action::event::{Completed, Progress, Type};
use tokio_stream::wrappers::UnboundedReceiverStream;
use tonic::codegen::BoxStream;
use tonic::{Response, Status};

use super::{Answer, answer, from, to};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::provider::Provider;
use crate::server::Server;

pub(super) async fn validate<P: Provider>(
    server: &Server<P>,
    request: v6::validate_action_config::Request,
) -> Answer<v6::validate_action_config::Response> {
    use v6::validate_action_config::Response as Reply;
    let work = async {
        let action = server.action(&request.type_name)?;
        let config = from::value(request.config, &action.schema().ty())?;
        Ok(Reply { diagnostics: to::diagnostics(action.validate(&config)) })
    };
    answer("ValidateActionConfig", work, |diagnostics| Reply { diagnostics }).await
}

pub(super) async fn plan<P: Provider>(
    server: &Server<P>,
    request: v6::plan_action::Request,
) -> Answer<v6::plan_action::Response> {
    use v6::plan_action::Response as Reply;
    let work = async {
        let config = from::value(request.config, &server.action(&request.action_type)?.schema().ty())?;
        let diagnostics = server.plan_action(&request.action_type, &config).await?;
        let deferred = to::deferred(server.waits(), request.client_capabilities.as_ref());
        Ok(Reply { diagnostics: to::diagnostics(diagnostics), deferred })
    };
    answer("PlanAction", work, |diagnostics| Reply { diagnostics, deferred: None }).await
}

pub(super) async fn invoke<P: Provider>(
    server: &Server<P>,
    request: v6::invoke_action::Request,
) -> Result<Response<BoxStream<v6::invoke_action::Event>>, Status> {
    let events: BoxStream<v6::invoke_action::Event> = match begin(server, request) {
        Ok(events) => events,
        Err(refusal) => Box::pin(stream::iter([Ok(completed(refusal))])),
    };
    Ok(Response::new(events))
}

fn begin<P: Provider>(
    server: &Server<P>,
    request: v6::invoke_action::Request,
) -> Result<BoxStream<v6::invoke_action::Event>, Diagnostics> {
    let config = from::value(request.config, &server.action(&request.action_type)?.schema().ty())?;
    let invocation = server.begin_action(&request.action_type, config)?;
    let progress = UnboundedReceiverStream::new(invocation.progress).map(|message| v6::invoke_action::Event {
        r#type: Some(Type::Progress(Progress { message: to::fit_for_a_terminal(&message, to::DETAIL) })),
    });
    // Terraform takes an action that never says that it is over for one that succeeded.
    let end = async move {
        completed(invocation.ended.await.unwrap_or_else(|_| {
            Diagnostic::error("The action ended without a result", "This is a bug in the provider; please report it.")
                .into()
        }))
    };
    Ok(Box::pin(progress.chain(stream::once(end)).map(Ok)))
}

fn completed(diagnostics: Diagnostics) -> v6::invoke_action::Event {
    v6::invoke_action::Event { r#type: Some(Type::Completed(Completed { diagnostics: to::diagnostics(diagnostics) })) }
}
