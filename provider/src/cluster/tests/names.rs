//! Names of new clusters: one of a name in a VPC.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use similar_asserts::assert_eq;
use tf_provider::lifecycle::{ApplyRequest, ImportBy, Outcome};

use super::*;
use crate::bridge::tests::service::{Answer, Service};
use crate::run::Run;

/// A service that has one cluster, with changes.
async fn service(changes: Json) -> Service {
    let mut cluster = json!({
        "cluster_id": "c1", "name": "prod", "state": "running", "region_id": "cn-hangzhou", "vpc_id": "vpc-1",
        "created": "2026-01-01T00:00:00+08:00",
    });
    cluster.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    let listed = json!({"cluster_id": "c1", "name": "prod", "state": "running", "vpc_id": "vpc-1"});
    Service::start(move |question| {
        Answer::Json(
            200,
            match question.operation.as_str() {
                "DescribeKubernetesVersionMetadata" => json!([{"version": "1.34.1-aliyun.1"}]),
                "DescribeClustersForRegion" => json!({"clusters": [listed]}),
                "DescribeClusterDetail" => cluster.clone(),
                other => panic!("{other}"),
            },
        )
    })
    .await
}

async fn plan_new(connection: &Connection, changes: Json) -> PlanResponse {
    let config = config(changes);
    let prior = Stored { state: Value::Null, identity: Value::Null, private: Default::default() };
    driver().plan(PlanRequest { prior, proposed: config.clone(), config }, Some(connection)).await
}

#[tokio::test]
async fn a_name_that_a_cluster_of_the_vpc_has_is_refused_by_the_plan() {
    let service = service(json!({})).await;
    let connection = service.connection();
    let plan = plan_new(&connection, json!({})).await;
    assert_eq!(errors(&plan.diagnostics), ["name: The VPC already has a cluster named \"prod\": c1"]);
    let detail = &plan.diagnostics.iter().next().unwrap().detail;
    assert!(
        detail.contains("`terraform import <address> cn-hangzhou:c1`") && detail.contains("set `name_prefix`"),
        "{detail}"
    );
    for other in [json!({"name": "other"}), json!({"vpc_id": "vpc-2"}), json!({"name": null, "name_prefix": "prod"})] {
        assert_eq!(errors(&plan_new(&connection, other.clone()).await.diagnostics), [""; 0], "{other}");
    }
    // Terraform has it in its state: it may be tainted, or about to be replaced.
    driver().notice(&state(json!({})), &connection);
    assert_eq!(errors(&plan_new(&connection, json!({})).await.diagnostics), [""; 0]);
    let lists = service.operations().into_iter().filter(|operation| operation == "DescribeClustersForRegion").count();
    assert_eq!(lists, 1, "all new clusters of a run share one list");
}

/// Lists are behind: what is gone, going or renamed has the name no more.
#[tokio::test]
async fn a_cluster_that_a_list_still_has_is_looked_at() {
    for changes in [json!({"state": "deleting"}), json!({"name": "renamed"}), json!({"vpc_id": "vpc-9"})] {
        let plan = plan_new(&service(changes.clone()).await.connection(), json!({})).await;
        assert_eq!(errors(&plan.diagnostics), [""; 0], "{changes}");
    }
}

#[tokio::test]
async fn two_new_clusters_of_one_name_are_refused_by_the_plan() {
    let connection = service(json!({})).await.connection().in_run(Run::of("1.15.5"));
    let twice = json!({"name": "new"});
    assert_eq!(errors(&plan_new(&connection, twice.clone()).await.diagnostics), [""; 0]);
    let second = plan_new(&connection, twice).await;
    assert_eq!(errors(&second.diagnostics), ["name: Two new clusters in VPC vpc-1 are named \"new\""]);
    for other in [json!({"name": "new", "vpc_id": "vpc-2"}), json!({"name": "new", "region": "cn-beijing"})] {
        assert_eq!(errors(&plan_new(&connection, other.clone()).await.diagnostics), [""; 0], "{other}");
    }
}

#[tokio::test]
async fn a_name_that_begins_as_wanted_stays_and_another_is_known_by_its_beginning() {
    let prefix = |prefix: &str| json!({"name": null, "name_prefix": prefix, "deletion_protection": false});
    let kept = planned(state(json!({})), prefix("pr")).await;
    assert_eq!(kept.planned.state.get("name"), Some(&Value::from("prod")));
    let renamed = planned(state(json!({})), prefix("live-")).await;
    assert_eq!((renamed.planned.state.get("name"), renamed.replace), (Some(&Value::Unknown), vec![]));
    assert_eq!(renamed.refinements["name"].prefix.as_deref(), Some("live-"));
    let unknown = planned(state(json!({})), json!({"name": null, "deletion_protection": false})).await;
    assert_eq!(unknown.refinements.len(), 0);
}

/// Creates a cluster on a service that loses the answer, and has these clusters of the name afterwards.
async fn created_without_an_answer(made: &'static [&'static str]) -> (Outcome, Service) {
    let sent = Arc::new(AtomicBool::new(false));
    let service = Service::start(move |question| {
        let detail = |id: &str| {
            json!({"cluster_id": id, "name": "prod", "state": "running", "region_id": "cn-hangzhou", "vpc_id": "vpc-1"})
        };
        let answer = match question.operation.as_str() {
            "DescribeKubernetesVersionMetadata" => json!([{"version": "1.34.1-aliyun.1"}]),
            "DescribeClustersForRegion" if sent.load(Ordering::Relaxed) => {
                json!({"clusters": made.iter().map(|id| detail(id)).collect::<Vec<_>>()})
            }
            "DescribeClustersForRegion" => json!({"clusters": []}),
            "CreateCluster" => {
                sent.store(true, Ordering::Relaxed);
                return Answer::Silence;
            }
            "DescribeClusterDetail" => detail(question.path.rsplit('/').next().unwrap_or_default()),
            "DescribeClusterResources" => json!([]),
            other => panic!("{other}"),
        };
        Answer::Json(200, answer)
    })
    .await;
    let connection = service.connection().with_read_lag(Duration::ZERO);
    let config = config(json!({"deletion_protection": false}));
    let prior = Stored { state: Value::Null, identity: Value::Null, private: Default::default() };
    let request = PlanRequest { prior, proposed: config.clone(), config: config.clone() };
    let planned = driver().plan(request, Some(&connection)).await.planned;
    let request = ApplyRequest { prior: Value::Null, planned, config };
    let outcome = driver().apply(request, &connection, &Default::default()).await;
    (outcome, service)
}

#[tokio::test]
async fn the_cluster_of_a_lost_answer_is_the_only_one_of_its_name() {
    let (outcome, service) = created_without_an_answer(&["c7"]).await;
    assert_eq!(outcome.stored.state.get("id"), Some(&Value::from("c7")));
    assert_eq!(service.bodies("CreateCluster").len(), 1);
    // Which one of several it is, nobody can tell, and another one would not make it better.
    let (outcome, service) = created_without_an_answer(&["c7", "c8"]).await;
    assert_eq!(service.bodies("CreateCluster").len(), 1);
    assert!(outcome.stored.state.is_null());
    let said: Vec<_> = outcome.diagnostics.iter().map(|d| d.detail.as_str()).collect();
    assert!(
        said.iter().any(|text| text.contains("now has 2 clusters named \"prod\"") && text.contains("c7, c8")),
        "{said:?}"
    );
    // R46: the one that is to stay is imported as the error says.
    let told = said.iter().find_map(|text| text.split_once("`terraform import <address> ")).expect("a command").1;
    let id = told.split('`').next().unwrap_or_default().replace("<id>", "c8");
    let imported = driver().import(ImportBy::Id(id)).expect("an id as it is taken");
    let found = driver().read(imported, &service.connection(), &Default::default()).await;
    assert_eq!(found.stored.state.get("id"), Some(&Value::from("c8")));
}
