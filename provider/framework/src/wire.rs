//! The wire: the only place that knows the protocol's messages.
//!
//! Each call is translated `from` the wire, answered by the [`Server`], and translated `to` the wire. What cannot be
//! translated, and what panics, becomes a diagnostic of that call.

mod action;
mod data_source;
mod ephemeral_resource;
mod from;
mod function;
mod list_resource;
mod provider;
mod resource;
mod to;

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt as _;
use tfplugin::v6::{self, provider_server};
use tonic::codegen::BoxStream;
use tonic::{Request, Response, Status};
use tracing::Span;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::fault::Fault;
use crate::provider::Provider;
use crate::serve::log;
use crate::server::Server;

type Answer<T> = Result<Response<T>, Status>;

/// Answers a call; a refusal or a panic becomes the diagnostics of that call alone.
async fn answer<T>(
    rpc: &'static str,
    work: impl Future<Output = Result<T, Diagnostics>>,
    refuse: impl FnOnce(Vec<v6::Diagnostic>) -> T,
) -> Answer<T> {
    let refused = match AssertUnwindSafe(work).catch_unwind().await {
        Ok(Ok(response)) => return Ok(Response::new(response)),
        Ok(Err(diagnostics)) => diagnostics,
        Err(payload) => Diagnostic::from(Fault::panic(rpc, &*payload)).into(),
    };
    Ok(Response::new(refuse(to::diagnostics(refused))))
}

/// One method a call, each a line that says who answers, and under which field the log has the type that it is about.
macro_rules! calls {
    (
        $($rpc:ident $(($log:ident: $name:ident))? => $answerer:path;)*
        => streams:
        $($stream:ident ($stream_log:ident: $stream_name:ident) => $streamer:path;)*
    ) => {
        #[tonic::async_trait]
        impl<P: Provider> provider_server::Provider for Server<P> {
            $(async fn $rpc(&self, request: Request<v6::$rpc::Request>) -> Answer<v6::$rpc::Response> {
                let request = request.into_inner();
                $(Span::current().record(stringify!($log), &request.$name);)?
                log::answering($answerer(self, request)).await
            })*

            $(async fn $stream(
                &self,
                request: Request<v6::$stream::Request>,
            ) -> Answer<BoxStream<v6::$stream::Event>> {
                let request = request.into_inner();
                Span::current().record(stringify!($stream_log), &request.$stream_name);
                log::answering($streamer(self, request)).await
            })*
        }
    };
}

calls! {
    get_metadata => provider::metadata;
    get_provider_schema => provider::schema;
    get_resource_identity_schemas => provider::identity_schemas;
    validate_provider_config => provider::validate;
    configure_provider => provider::configure;
    stop_provider => provider::stop;
    validate_resource_config(tf_resource_type: type_name) => resource::validate;
    upgrade_resource_state(tf_resource_type: type_name) => resource::upgrade;
    upgrade_resource_identity(tf_resource_type: type_name) => resource::upgrade_identity;
    read_resource(tf_resource_type: type_name) => resource::read;
    plan_resource_change(tf_resource_type: type_name) => resource::plan;
    apply_resource_change(tf_resource_type: type_name) => resource::apply;
    import_resource_state(tf_resource_type: type_name) => resource::import;
    move_resource_state(tf_resource_type: target_type_name) => resource::move_state;
    generate_resource_config(tf_resource_type: type_name) => resource::generate;
    validate_ephemeral_resource_config(tf_ephemeral_resource_type: type_name) => ephemeral_resource::validate;
    open_ephemeral_resource(tf_ephemeral_resource_type: type_name) => ephemeral_resource::open;
    renew_ephemeral_resource(tf_ephemeral_resource_type: type_name) => ephemeral_resource::renew;
    close_ephemeral_resource(tf_ephemeral_resource_type: type_name) => ephemeral_resource::close;
    validate_list_resource_config(tf_list_resource_type: type_name) => list_resource::validate;
    validate_action_config(tf_action_type: type_name) => action::validate;
    plan_action(tf_action_type: action_type) => action::plan;
    get_functions => function::list;
    call_function(tf_function_name: name) => function::call;
    validate_data_resource_config(tf_data_source_type: type_name) => data_source::validate;
    read_data_source(tf_data_source_type: type_name) => data_source::read;
    => streams:
    list_resource(tf_list_resource_type: type_name) => list_resource::list;
    invoke_action(tf_action_type: action_type) => action::invoke;
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An import runs no code of the resource's author, but what can panic in the framework is caught all the same.
    #[tokio::test]
    async fn whatever_panics_in_a_call_is_the_refusal_of_that_call() {
        let refuse = |diagnostics| v6::import_resource_state::Response { diagnostics, ..Default::default() };
        let work = async { panic!("an import that cannot be") };
        let response = answer("ImportResourceState", work, refuse).await.unwrap().into_inner();
        let [diagnostic] = &response.diagnostics[..] else { panic!("not one diagnostic: {response:?}") };
        assert_eq!(diagnostic.summary, "The provider panicked during ImportResourceState");
        assert!(diagnostic.detail.starts_with("an import that cannot be"), "{}", diagnostic.detail);
        assert!(response.imported_resources.is_empty());
    }
}
