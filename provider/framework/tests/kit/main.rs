//! The kit that plays Terraform's core: it finds nothing in a good provider, and each rule finds its own mutant.

#[path = "../bookshelf/mod.rs"]
mod bookshelf;
#[allow(dead_code, reason = "the example is a program of its own")]
#[path = "../../examples/notes/main.rs"]
mod example;

mod others;
mod resources;

/// Implements the calls of a provider whose answers are spoilt: those of its `inner` server, changed.
macro_rules! spoilt {
    (
        $spoilt:ty;
        $($rpc:ident => $answer:expr;)*
        $(@ streams $($stream:ident => $events:expr;)*)?
    ) => {
        $crate::spoilt! {
            @ $spoilt;
            get_provider_schema => |_, _, _| {};
            get_resource_identity_schemas => |_, _, _| {};
            validate_provider_config => |_, _, _| {};
            configure_provider => |_, _, _| {};
            $($rpc => $answer;)*
            @ streams $($($stream => $events;)*)?
        }
    };
    (
        @ $spoilt:ty;
        $($rpc:ident => $answer:expr;)*
        @ streams $($stream:ident => $events:expr;)*
    ) => {
        #[tonic::async_trait]
        impl tfplugin::v6::provider_server::Provider for $spoilt {
            $(async fn $rpc(
                &self,
                request: tonic::Request<tfplugin::v6::$rpc::Request>,
            ) -> Result<tonic::Response<tfplugin::v6::$rpc::Response>, tonic::Status> {
                let asked = request.get_ref().clone();
                let mut reply = self.inner.$rpc(request).await?;
                let answer: fn(&Self, &mut tfplugin::v6::$rpc::Response, &tfplugin::v6::$rpc::Request) = $answer;
                answer(self, reply.get_mut(), &asked);
                Ok(reply)
            })*

            $(async fn $stream(
                &self,
                request: tonic::Request<tfplugin::v6::$stream::Request>,
            ) -> Result<
                tonic::Response<tonic::codegen::BoxStream<tfplugin::v6::$stream::Event>>,
                tonic::Status,
            > {
                use futures_util::TryStreamExt as _;
                let events = self.inner.$stream(request).await?.into_inner();
                let mut events: Vec<tfplugin::v6::$stream::Event> = events.try_collect().await?;
                let spoil: fn(&Self, &mut Vec<tfplugin::v6::$stream::Event>) = $events;
                spoil(self, &mut events);
                Ok(tonic::Response::new(Box::pin(futures_util::stream::iter(events.into_iter().map(Ok)))))
            })*
        }
    };
}

use spoilt;
