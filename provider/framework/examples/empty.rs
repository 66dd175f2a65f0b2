//! The smallest provider there is: no resources, no configuration. `tests/process` starts it to see how a provider
//! process behaves, also with calls that never end.

use std::process::ExitCode;

use tf_provider::serve::{ServeOptions, run};
use tfplugin::v6;
use tfplugin::v6::provider_server::Provider;
use tonic::codegen::BoxStream;
use tonic::{Request, Response, Status};

struct Empty;

#[tonic::async_trait]
impl Provider for Empty {
    async fn get_provider_schema(
        &self,
        _request: Request<v6::get_provider_schema::Request>,
    ) -> Result<Response<v6::get_provider_schema::Response>, Status> {
        let provider = v6::Schema { block: Some(v6::schema::Block::default()), ..Default::default() };
        Ok(Response::new(v6::get_provider_schema::Response { provider: Some(provider), ..Default::default() }))
    }

    /// Never answers.
    async fn read_data_source(
        &self,
        _request: Request<v6::read_data_source::Request>,
    ) -> Result<Response<v6::read_data_source::Response>, Status> {
        std::future::pending().await
    }

    /// Never answers, and lets nothing else run in its thread.
    async fn call_function(
        &self,
        _request: Request<v6::call_function::Request>,
    ) -> Result<Response<v6::call_function::Response>, Status> {
        loop {
            std::thread::park();
        }
    }

    /// Finds nothing, and never ends.
    async fn list_resource(
        &self,
        _request: Request<v6::list_resource::Request>,
    ) -> Result<Response<BoxStream<v6::list_resource::Event>>, Status> {
        Ok(Response::new(Box::pin(tokio_stream::pending())))
    }
}

fn main() -> ExitCode {
    run(Empty, ServeOptions::new("registry.terraform.io/acme/empty", "0.1.0"))
}
