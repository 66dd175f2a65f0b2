//! R48: where a cluster is, and where the one would be that replaces it.

use similar_asserts::assert_eq;
use tf_provider::lifecycle::ImportBy;
use tf_provider::private::Private;
use tf_provider::{Maybe, Severity};

use super::*;
use crate::bridge::tests::service::{Answer, Service};

/// A provider for this region, with a service that has one cluster in another one.
async fn provider_in(region: &str) -> Connection {
    let service = Service::start(|question| {
        Answer::Json(
            200,
            match question.operation.as_str() {
                "DescribeKubernetesVersionMetadata" => json!([{"version": "1.34.1-aliyun.1"}]),
                "DescribeClustersForRegion" => json!({"clusters": []}),
                "DescribeClusterDetail" => json!({"cluster_id": "c1", "name": "prod", "region_id": "cn-hangzhou"}),
                other => panic!("{other}"),
            },
        )
    })
    .await;
    Connection::new(Ok(service.client.clone()), Some(region.to_owned()), Maybe::Null)
}

async fn plan(connection: &Connection, state: Value, private: Private, changes: Json) -> PlanResponse {
    let mut wanted = json!({"deletion_protection": false});
    wanted.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    let config = config(wanted);
    let prior = Stored { state, identity: Value::Null, private };
    driver().plan(PlanRequest { prior, proposed: config.clone(), config }, Some(connection)).await
}

const MOVES: &str = "region: The cluster is in region cn-hangzhou, and its replacement would be in cn-beijing";

#[tokio::test]
async fn an_existing_cluster_stays_in_its_region_and_the_plan_says_so() {
    let beijing = provider_in("cn-beijing").await;
    let there = plan(&beijing, state(json!({})), Private::default(), json!({})).await;
    assert_eq!(errors(&there.diagnostics), ["region: The cluster stays in region cn-hangzhou"]);
    assert!(there.diagnostics.iter().all(|d| d.severity == Severity::Warning));
    assert_eq!(there.planned.state.get("region"), Some(&Value::from("cn-hangzhou")));
    assert_eq!(there.replace, []);
    let said = plan(&beijing, state(json!({})), Private::default(), json!({"region": "cn-hangzhou"})).await;
    assert_eq!(errors(&said.diagnostics), [""; 0]);
    let home = plan(&provider_in("cn-hangzhou").await, state(json!({})), Private::default(), json!({})).await;
    assert_eq!(errors(&home.diagnostics), [""; 0]);
}

#[tokio::test]
async fn a_replacement_in_another_region_is_refused_while_the_cluster_is_there() {
    let beijing = provider_in("cn-beijing").await;
    let other = json!({"service_cidr": "192.168.0.0/20"});
    let replaced = plan(&beijing, state(json!({})), Private::default(), other.clone()).await;
    assert_eq!(errors(&replaced.diagnostics), [MOVES]);
    for region in ["cn-hangzhou", "cn-beijing"] {
        let mut said = other.clone();
        said["region"] = json!(region);
        let replaced = plan(&beijing, state(json!({})), Private::default(), said.clone()).await;
        assert_eq!(errors(&replaced.diagnostics), [""; 0], "{region}");
        let made = plan(&beijing, Value::Null, replaced.planned.private, said).await;
        assert_eq!(errors(&made.diagnostics), [""; 0], "{region}");
        assert_eq!(made.planned.state.get("region"), Some(&Value::from(region)));
    }
    // `-replace`: the plan of the change knows nothing of it, and the one of the new cluster is given its notes.
    let first = plan(&beijing, state(json!({})), Private::default(), json!({})).await;
    let second = plan(&beijing, Value::Null, first.planned.private, json!({})).await;
    assert_eq!(errors(&second.diagnostics), [MOVES]);
}

#[tokio::test]
async fn an_import_by_another_region_says_where_the_cluster_is() {
    let connection = provider_in("cn-hangzhou").await;
    let imported = driver().import(ImportBy::Id("cn-beijing:c1".to_owned())).unwrap();
    let read = driver().read(imported, &connection, &Default::default()).await;
    assert_eq!(errors(&read.diagnostics), ["region: The cluster c1 is in region cn-hangzhou, not in cn-beijing"]);
    let detail = &read.diagnostics.iter().next().unwrap().detail;
    assert!(detail.contains("`cn-hangzhou:c1` as the import ID"), "{detail}");
}
