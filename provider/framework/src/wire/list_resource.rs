//! Lists on the wire.

use futures_util::StreamExt as _;
use futures_util::stream;
use tfplugin::v6;
use tokio_stream::wrappers::ReceiverStream;
use tonic::codegen::BoxStream;
use tonic::{Response, Status};

use super::{Answer, answer, from, to};
use crate::diagnostic::Diagnostics;
use crate::list::{ListEvent, ListRequest};
use crate::provider::Provider;
use crate::server::Server;
use crate::value::Type;

pub(super) async fn validate<P: Provider>(
    server: &Server<P>,
    request: v6::validate_list_resource_config::Request,
) -> Answer<v6::validate_list_resource_config::Response> {
    use v6::validate_list_resource_config::Response as Reply;
    let work = async {
        let list = server.list(&request.type_name)?;
        let config = from::value(request.config, &list.schema().ty())?;
        Ok(Reply { diagnostics: to::diagnostics(list.validate(&config)) })
    };
    answer("ValidateListResourceConfig", work, |diagnostics| Reply { diagnostics }).await
}

pub(super) async fn list<P: Provider>(
    server: &Server<P>,
    request: v6::list_resource::Request,
) -> Result<Response<BoxStream<v6::list_resource::Event>>, Status> {
    let events: BoxStream<v6::list_resource::Event> = match begin(server, request) {
        Ok(events) => events,
        Err(refusal) => Box::pin(stream::iter([Ok(told(refusal))])),
    };
    Ok(Response::new(events))
}

fn begin<P: Provider>(
    server: &Server<P>,
    request: v6::list_resource::Request,
) -> Result<BoxStream<v6::list_resource::Event>, Diagnostics> {
    let config = from::value(request.config, &server.list(&request.type_name)?.schema().ty())?;
    let resource = server.resource(&request.type_name)?;
    let (ty, identity_ty) = (resource.schema().ty(), resource.identity_type());
    let request_of = ListRequest {
        config,
        limit: usize::try_from(request.limit).unwrap_or_default(),
        whole: request.include_resource_object,
    };
    let events = server.begin_list(&request.type_name, request_of)?;
    Ok(Box::pin(ReceiverStream::new(events).map(move |found| Ok(event(found, &ty, &identity_ty).unwrap_or_else(told)))))
}

fn event(found: ListEvent, ty: &Type, identity_ty: &Type) -> Result<v6::list_resource::Event, Diagnostics> {
    Ok(v6::list_resource::Event {
        identity: to::identity(&found.identity, identity_ty)?,
        display_name: found.display_name,
        resource_object: found.resource.map(|resource| to::value(&resource, ty)).transpose()?,
        diagnostic: to::diagnostics(found.diagnostics),
    })
}

/// An event that only tells something.
fn told(diagnostics: Diagnostics) -> v6::list_resource::Event {
    v6::list_resource::Event { diagnostic: to::diagnostics(diagnostics), ..Default::default() }
}
