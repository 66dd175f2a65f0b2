//! Resources on the wire.

use tfplugin::v6;

use super::{Answer, answer, from, to};
use crate::diagnostic::Diagnostics;
use crate::lifecycle::{ApplyRequest, ImportBy, PlanRequest, Stored};
use crate::private::Private;
use crate::provider::Provider;
use crate::resource::Moved;
use crate::server::Server;
use crate::value::Type;

fn stored(
    resource_ty: &Type,
    identity_ty: &Type,
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

pub(super) async fn validate<P: Provider>(
    server: &Server<P>,
    request: v6::validate_resource_config::Request,
) -> Answer<v6::validate_resource_config::Response> {
    use v6::validate_resource_config::Response as Reply;
    let work = async {
        let config = from::value(request.config, &server.resource(&request.type_name)?.schema().ty())?;
        let write_only = request.client_capabilities.is_some_and(|c| c.write_only_attributes_allowed);
        let diagnostics = server.validate(&request.type_name, &config, write_only)?;
        Ok(Reply { diagnostics: to::diagnostics(diagnostics) })
    };
    answer("ValidateResourceConfig", work, |diagnostics| Reply { diagnostics }).await
}

pub(super) async fn upgrade<P: Provider>(
    server: &Server<P>,
    request: v6::upgrade_resource_state::Request,
) -> Answer<v6::upgrade_resource_state::Response> {
    use v6::upgrade_resource_state::Response as Reply;
    let work = async {
        let json = from::raw_state(request.raw_state)?;
        let state = server.upgrade(&request.type_name, request.version, &json)?;
        let ty = server.resource(&request.type_name)?.schema().ty();
        Ok(Reply { upgraded_state: Some(to::value(&state, &ty)?), ..Reply::default() })
    };
    answer("UpgradeResourceState", work, |diagnostics| Reply { diagnostics, ..Reply::default() }).await
}

pub(super) async fn upgrade_identity<P: Provider>(
    server: &Server<P>,
    request: v6::upgrade_resource_identity::Request,
) -> Answer<v6::upgrade_resource_identity::Response> {
    use v6::upgrade_resource_identity::Response as Reply;
    let work = async {
        let json = from::raw_state(request.raw_identity)?;
        let identity = server.upgrade_identity(&request.type_name, request.version, &json)?;
        let ty = server.resource(&request.type_name)?.identity_type();
        Ok(Reply { upgraded_identity: to::identity(&identity, &ty)?, ..Reply::default() })
    };
    answer("UpgradeResourceIdentity", work, |diagnostics| Reply { diagnostics, ..Reply::default() }).await
}

pub(super) async fn read<P: Provider>(
    server: &Server<P>,
    r: v6::read_resource::Request,
) -> Answer<v6::read_resource::Response> {
    use v6::read_resource::Response as Reply;
    let work = async {
        let resource = server.resource(&r.type_name)?;
        let (ty, identity_ty) = (resource.schema().ty(), resource.identity_type());
        let deferred = to::deferred(server.waits(), r.client_capabilities.as_ref());
        if deferred.is_some() {
            let (new_state, new_identity, private) = (r.current_state, r.current_identity, r.private);
            return Ok(Reply { new_state, new_identity, private, deferred, ..Reply::default() });
        }
        let stored = stored(&ty, &identity_ty, r.current_state, r.current_identity, &r.private)?;
        let outcome = server.read(&r.type_name, stored).await?;
        Ok(Reply {
            new_state: Some(to::value(&outcome.stored.state, &ty)?),
            new_identity: to::identity(&outcome.stored.identity, &identity_ty)?,
            private: outcome.stored.private.to_bytes().into(),
            diagnostics: to::diagnostics(outcome.diagnostics),
            deferred,
        })
    };
    answer("ReadResource", work, |diagnostics| Reply { diagnostics, ..Reply::default() }).await
}

pub(super) async fn plan<P: Provider>(
    server: &Server<P>,
    r: v6::plan_resource_change::Request,
) -> Answer<v6::plan_resource_change::Response> {
    use v6::plan_resource_change::Response as Reply;
    let work = async {
        let resource = server.resource(&r.type_name)?;
        let (ty, identity_ty) = (resource.schema().ty(), resource.identity_type());
        // In the apply, newer clients give back what the plan noted; it began with the prior notes.
        let private = if r.planned_private.is_empty() { r.prior_private } else { r.planned_private };
        let plan = PlanRequest {
            prior: stored(&ty, &identity_ty, r.prior_state, r.prior_identity, &private)?,
            config: from::value(r.config, &ty)?,
            proposed: from::value(r.proposed_new_state, &ty)?,
        };
        let plan = server.plan(&r.type_name, plan).await?;
        Ok(Reply {
            planned_state: Some(to::planned(&plan.planned.state, &ty, &plan.refinements)?),
            requires_replace: plan.replace.iter().map(to::path).collect(),
            planned_private: plan.planned.private.to_bytes().into(),
            planned_identity: to::identity(&plan.planned.identity, &identity_ty)?,
            diagnostics: to::diagnostics(plan.diagnostics),
            deferred: to::deferred(server.waits().or(plan.deferred), r.client_capabilities.as_ref()),
            ..Reply::default()
        })
    };
    answer("PlanResourceChange", work, |diagnostics| Reply { diagnostics, ..Reply::default() }).await
}

pub(super) async fn apply<P: Provider>(
    server: &Server<P>,
    r: v6::apply_resource_change::Request,
) -> Answer<v6::apply_resource_change::Response> {
    use v6::apply_resource_change::Response as Reply;
    let kept = (r.prior_state.clone(), r.planned_identity.clone(), r.planned_private.clone());
    let work = async {
        let resource = server.resource(&r.type_name)?;
        let (ty, identity_ty) = (resource.schema().ty(), resource.identity_type());
        let change = ApplyRequest {
            prior: from::value(r.prior_state, &ty)?,
            planned: stored(&ty, &identity_ty, r.planned_state, r.planned_identity, &r.planned_private)?,
            config: from::value(r.config, &ty)?,
        };
        let outcome = server.apply(&r.type_name, change).await?;
        Ok(Reply {
            new_state: Some(to::value(&outcome.stored.state, &ty)?),
            private: outcome.stored.private.to_bytes().into(),
            new_identity: to::identity(&outcome.stored.identity, &identity_ty)?,
            diagnostics: to::diagnostics(outcome.diagnostics),
            ..Reply::default()
        })
    };
    answer("ApplyResourceChange", work, |diagnostics| Reply {
        new_state: kept.0,
        new_identity: kept.1,
        private: kept.2,
        diagnostics,
        ..Reply::default()
    })
    .await
}

pub(super) async fn import<P: Provider>(
    server: &Server<P>,
    r: v6::import_resource_state::Request,
) -> Answer<v6::import_resource_state::Response> {
    use v6::import_resource_state::{ImportedResource, Response as Reply};
    let work = async {
        let resource = server.resource(&r.type_name)?;
        let (ty, identity_ty) = (resource.schema().ty(), resource.identity_type());
        let by = match r.identity {
            Some(identity) => ImportBy::Identity(from::value(identity.identity_data, &identity_ty)?),
            None => ImportBy::Id(r.id),
        };
        let stored = server.import(&r.type_name, by)?;
        Ok(Reply {
            imported_resources: vec![ImportedResource {
                type_name: r.type_name,
                state: Some(to::value(&stored.state, &ty)?),
                private: stored.private.to_bytes().into(),
                identity: to::identity(&stored.identity, &identity_ty)?,
            }],
            deferred: to::deferred(server.waits(), r.client_capabilities.as_ref()),
            ..Reply::default()
        })
    };
    answer("ImportResourceState", work, |diagnostics| Reply { diagnostics, ..Reply::default() }).await
}

pub(super) async fn move_state<P: Provider>(
    server: &Server<P>,
    r: v6::move_resource_state::Request,
) -> Answer<v6::move_resource_state::Response> {
    use v6::move_resource_state::Response as Reply;
    let work = async {
        let resource = server.resource(&r.target_type_name)?;
        let (ty, identity_ty) = (resource.schema().ty(), resource.identity_type());
        let source = Moved {
            provider: r.source_provider_address,
            type_name: r.source_type_name,
            version: r.source_schema_version,
            state: from::stored_json(&from::raw_state(r.source_state)?)?,
            identity: match r.source_identity.filter(|identity| !identity.json.is_empty()) {
                Some(identity) => from::stored_json(&identity.json)?,
                None => serde_json::Value::Null,
            },
            private: Private::from_bytes(&r.source_private),
        };
        let stored = server.take_over(&r.target_type_name, &source)?;
        Ok(Reply {
            target_state: Some(to::value(&stored.state, &ty)?),
            target_private: stored.private.to_bytes().into(),
            target_identity: to::identity(&stored.identity, &identity_ty)?,
            ..Reply::default()
        })
    };
    answer("MoveResourceState", work, |diagnostics| Reply { diagnostics, ..Reply::default() }).await
}

pub(super) async fn generate<P: Provider>(
    server: &Server<P>,
    request: v6::generate_resource_config::Request,
) -> Answer<v6::generate_resource_config::Response> {
    use v6::generate_resource_config::Response as Reply;
    let work = async {
        let ty = server.resource(&request.type_name)?.schema().ty();
        let config = server.generate(&request.type_name, &from::value(request.state, &ty)?)?;
        Ok(Reply { config: Some(to::value(&config, &ty)?), diagnostics: Vec::new() })
    };
    answer("GenerateResourceConfig", work, |diagnostics| Reply { diagnostics, ..Reply::default() }).await
}
