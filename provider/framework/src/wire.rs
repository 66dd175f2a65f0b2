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

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::fault::Fault;
use crate::provider::Provider;
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

/// One method a call, each a line that says who answers.
macro_rules! calls {
    ($($rpc:ident => $answerer:path;)*) => {
        #[tonic::async_trait]
        impl<P: Provider> provider_server::Provider for Server<P> {
            async fn get_metadata(&self, _: Request<v6::get_metadata::Request>) -> Answer<v6::get_metadata::Response> {
                Ok(Response::new(to::metadata(self)))
            }

            async fn get_provider_schema(
                &self,
                _: Request<v6::get_provider_schema::Request>,
            ) -> Answer<v6::get_provider_schema::Response> {
                Ok(Response::new(to::provider_schema(self)))
            }

            async fn get_resource_identity_schemas(
                &self,
                _: Request<v6::get_resource_identity_schemas::Request>,
            ) -> Answer<v6::get_resource_identity_schemas::Response> {
                Ok(Response::new(to::identity_schemas(self)))
            }

            async fn list_resource(
                &self,
                request: Request<v6::list_resource::Request>,
            ) -> Answer<BoxStream<v6::list_resource::Event>> {
                list_resource::list(self, request.into_inner()).await
            }

            async fn invoke_action(
                &self,
                request: Request<v6::invoke_action::Request>,
            ) -> Answer<BoxStream<v6::invoke_action::Event>> {
                action::invoke(self, request.into_inner()).await
            }

            $(async fn $rpc(&self, request: Request<v6::$rpc::Request>) -> Answer<v6::$rpc::Response> {
                $answerer(self, request.into_inner()).await
            })*
        }
    };
}

calls! {
    validate_provider_config => provider::validate;
    configure_provider => provider::configure;
    stop_provider => provider::stop;
    validate_resource_config => resource::validate;
    upgrade_resource_state => resource::upgrade;
    upgrade_resource_identity => resource::upgrade_identity;
    read_resource => resource::read;
    plan_resource_change => resource::plan;
    apply_resource_change => resource::apply;
    import_resource_state => resource::import;
    move_resource_state => resource::move_state;
    generate_resource_config => resource::generate;
    validate_ephemeral_resource_config => ephemeral_resource::validate;
    open_ephemeral_resource => ephemeral_resource::open;
    renew_ephemeral_resource => ephemeral_resource::renew;
    close_ephemeral_resource => ephemeral_resource::close;
    validate_list_resource_config => list_resource::validate;
    validate_action_config => action::validate;
    plan_action => action::plan;
    get_functions => function::list;
    call_function => function::call;
    validate_data_resource_config => data_source::validate;
    read_data_source => data_source::read;
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
