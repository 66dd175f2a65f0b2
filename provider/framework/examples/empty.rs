//! The smallest provider there is: no resources, no configuration. `tests/process.rs` starts it to see how a provider
//! process behaves.

use std::process::ExitCode;

use tf_provider::serve::{ServeOptions, run};
use tfplugin::v6;
use tfplugin::v6::provider_server::Provider;
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
}

fn main() -> ExitCode {
    run(Empty, ServeOptions::new("registry.terraform.io/acme/empty", "0.1.0"))
}
