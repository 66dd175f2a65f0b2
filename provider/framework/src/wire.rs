//! The wire: the only place that knows the protocol's messages.
//!
//! Each call is translated `from` the wire, answered by the [`Server`], and translated `to` the wire. What cannot be
//! translated, and what panics, becomes a diagnostic of that call.

mod from;
mod to;

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt as _;
use tfplugin::v6::{self, provider_server};
use tonic::{Request, Response, Status};

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::fault::Fault;
use crate::lifecycle::{ApplyRequest, ImportBy, PlanRequest, Stored};
use crate::private::Private;
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

fn stored(
    resource_ty: &crate::value::Type,
    identity_ty: &crate::value::Type,
    state: Option<v6::DynamicValue>,
    identity: Option<v6::ResourceIdentityData>,
    private: &[u8],
) -> Result<Stored, Diagnostics> {
    Ok(Stored {
        state: from::value(state, resource_ty)?,
        identity: from::value(identity.and_then(|i| i.identity_data), identity_ty)?,
        private: Private::from_bytes(private),
    })
}

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

    async fn validate_provider_config(
        &self,
        request: Request<v6::validate_provider_config::Request>,
    ) -> Answer<v6::validate_provider_config::Response> {
        use v6::validate_provider_config::Response as Reply;
        let work = async {
            let config = from::value(request.into_inner().config, &self.provider_schema().ty())?;
            Ok(Reply { diagnostics: to::diagnostics(self.validate_provider(&config)) })
        };
        answer("ValidateProviderConfig", work, |diagnostics| Reply { diagnostics }).await
    }

    async fn configure_provider(
        &self,
        request: Request<v6::configure_provider::Request>,
    ) -> Answer<v6::configure_provider::Response> {
        use v6::configure_provider::Response as Reply;
        let work = async {
            let request = request.into_inner();
            let config = from::value(request.config, &self.provider_schema().ty())?;
            self.configure(&config, &request.terraform_version)?;
            Ok(Reply::default())
        };
        answer("ConfigureProvider", work, |diagnostics| Reply { diagnostics }).await
    }

    async fn validate_resource_config(
        &self,
        request: Request<v6::validate_resource_config::Request>,
    ) -> Answer<v6::validate_resource_config::Response> {
        use v6::validate_resource_config::Response as Reply;
        let work = async {
            let request = request.into_inner();
            let config = from::value(request.config, &self.resource(&request.type_name)?.schema().ty())?;
            let write_only = request.client_capabilities.is_some_and(|c| c.write_only_attributes_allowed);
            let diagnostics = self.validate(&request.type_name, &config, write_only)?;
            Ok(Reply { diagnostics: to::diagnostics(diagnostics) })
        };
        answer("ValidateResourceConfig", work, |diagnostics| Reply { diagnostics }).await
    }

    async fn upgrade_resource_state(
        &self,
        request: Request<v6::upgrade_resource_state::Request>,
    ) -> Answer<v6::upgrade_resource_state::Response> {
        use v6::upgrade_resource_state::Response as Reply;
        let work = async {
            let request = request.into_inner();
            let json = from::raw_state(request.raw_state)?;
            let state = self.upgrade(&request.type_name, request.version, &json)?;
            let ty = self.resource(&request.type_name)?.schema().ty();
            Ok(Reply { upgraded_state: Some(to::value(&state, &ty)?), ..Reply::default() })
        };
        answer("UpgradeResourceState", work, |diagnostics| Reply { diagnostics, ..Reply::default() }).await
    }

    async fn upgrade_resource_identity(
        &self,
        request: Request<v6::upgrade_resource_identity::Request>,
    ) -> Answer<v6::upgrade_resource_identity::Response> {
        use v6::upgrade_resource_identity::Response as Reply;
        let work = async {
            let request = request.into_inner();
            let json = from::raw_state(request.raw_identity)?;
            let identity = self.upgrade_identity(&request.type_name, &json)?;
            let ty = self.resource(&request.type_name)?.identity_type();
            Ok(Reply { upgraded_identity: to::identity(&identity, &ty)?, ..Reply::default() })
        };
        answer("UpgradeResourceIdentity", work, |diagnostics| Reply { diagnostics, ..Reply::default() }).await
    }

    async fn read_resource(&self, request: Request<v6::read_resource::Request>) -> Answer<v6::read_resource::Response> {
        use v6::read_resource::Response as Reply;
        let work = async {
            let r = request.into_inner();
            let resource = self.resource(&r.type_name)?;
            let (ty, identity_ty) = (resource.schema().ty(), resource.identity_type());
            let stored = stored(&ty, &identity_ty, r.current_state, r.current_identity, &r.private)?;
            let outcome = self.read(&r.type_name, stored).await?;
            Ok(Reply {
                new_state: Some(to::value(&outcome.stored.state, &ty)?),
                new_identity: to::identity(&outcome.stored.identity, &identity_ty)?,
                private: outcome.stored.private.to_bytes().into(),
                diagnostics: to::diagnostics(outcome.diagnostics),
                deferred: None,
            })
        };
        answer("ReadResource", work, |diagnostics| Reply { diagnostics, ..Reply::default() }).await
    }

    async fn plan_resource_change(
        &self,
        request: Request<v6::plan_resource_change::Request>,
    ) -> Answer<v6::plan_resource_change::Response> {
        use v6::plan_resource_change::Response as Reply;
        let work = async {
            let r = request.into_inner();
            let resource = self.resource(&r.type_name)?;
            let (ty, identity_ty) = (resource.schema().ty(), resource.identity_type());
            let plan = PlanRequest {
                prior: stored(&ty, &identity_ty, r.prior_state, r.prior_identity, &r.prior_private)?,
                config: from::value(r.config, &ty)?,
                proposed: from::value(r.proposed_new_state, &ty)?,
            };
            let plan = self.plan(&r.type_name, plan).await?;
            Ok(Reply {
                planned_state: Some(to::value(&plan.planned.state, &ty)?),
                requires_replace: plan.replace.iter().map(to::path).collect(),
                planned_private: plan.planned.private.to_bytes().into(),
                planned_identity: to::identity(&plan.planned.identity, &identity_ty)?,
                diagnostics: to::diagnostics(plan.diagnostics),
                ..Reply::default()
            })
        };
        answer("PlanResourceChange", work, |diagnostics| Reply { diagnostics, ..Reply::default() }).await
    }

    async fn apply_resource_change(
        &self,
        request: Request<v6::apply_resource_change::Request>,
    ) -> Answer<v6::apply_resource_change::Response> {
        use v6::apply_resource_change::Response as Reply;
        let r = request.into_inner();
        let (prior_state, prior_identity) = (r.prior_state.clone(), r.planned_identity.clone());
        let work = async {
            let resource = self.resource(&r.type_name)?;
            let (ty, identity_ty) = (resource.schema().ty(), resource.identity_type());
            let change = ApplyRequest {
                prior: from::value(r.prior_state, &ty)?,
                planned: stored(&ty, &identity_ty, r.planned_state, r.planned_identity, &r.planned_private)?,
                config: from::value(r.config, &ty)?,
            };
            let outcome = self.apply(&r.type_name, change).await?;
            Ok(Reply {
                new_state: Some(to::value(&outcome.stored.state, &ty)?),
                private: outcome.stored.private.to_bytes().into(),
                new_identity: to::identity(&outcome.stored.identity, &identity_ty)?,
                diagnostics: to::diagnostics(outcome.diagnostics),
                ..Reply::default()
            })
        };
        answer("ApplyResourceChange", work, |diagnostics| Reply {
            new_state: prior_state,
            new_identity: prior_identity,
            diagnostics,
            ..Reply::default()
        })
        .await
    }

    async fn import_resource_state(
        &self,
        request: Request<v6::import_resource_state::Request>,
    ) -> Answer<v6::import_resource_state::Response> {
        use v6::import_resource_state::{ImportedResource, Response as Reply};
        let work = async {
            let r = request.into_inner();
            let resource = self.resource(&r.type_name)?;
            let (ty, identity_ty) = (resource.schema().ty(), resource.identity_type());
            let by = match r.identity {
                Some(identity) => ImportBy::Identity(from::value(identity.identity_data, &identity_ty)?),
                None => ImportBy::Id(r.id),
            };
            let stored = self.import(&r.type_name, by)?;
            Ok(Reply {
                imported_resources: vec![ImportedResource {
                    type_name: r.type_name,
                    state: Some(to::value(&stored.state, &ty)?),
                    private: stored.private.to_bytes().into(),
                    identity: to::identity(&stored.identity, &identity_ty)?,
                }],
                ..Reply::default()
            })
        };
        answer("ImportResourceState", work, |diagnostics| Reply { diagnostics, ..Reply::default() }).await
    }

    async fn move_resource_state(
        &self,
        request: Request<v6::move_resource_state::Request>,
    ) -> Answer<v6::move_resource_state::Response> {
        let request = request.into_inner();
        let refusal = Diagnostic::error(
            format!("{} cannot be moved to {}", request.source_type_name, request.target_type_name),
            "This version of the provider takes over no state of other types. Remove the old resource from the state with a `removed` block, and import the object as the new type.",
        );
        Ok(Response::new(v6::move_resource_state::Response {
            diagnostics: to::diagnostics(refusal.into()),
            ..Default::default()
        }))
    }

    async fn stop_provider(&self, _: Request<v6::stop_provider::Request>) -> Answer<v6::stop_provider::Response> {
        self.stop();
        Ok(Response::new(v6::stop_provider::Response::default()))
    }
}
