use super::*;
use crate::cluster::maintenance::{AutoUpgrade, Channel, MaintenanceWindow};
use crate::cluster::resource::Spec;
use crate::cluster::tests::flannel;
use crate::cluster::version::Version;

fn sent(change: impl FnOnce(&mut Cluster)) -> Vec<(String, Json)> {
    sent_from(flannel(), &json!({}), change)
}

fn sent_from(present: Cluster, remote: &Json, change: impl FnOnce(&mut Cluster)) -> Vec<(String, Json)> {
    let mut own = present.clone();
    change(&mut own);
    let changes = changes(&own, &present, remote);
    changes.iter().map(|c| (c.attribute.to_string(), c.body.json.clone())).collect()
}

fn one(attribute: &str, body: Json) -> Vec<(String, Json)> {
    vec![(attribute.to_owned(), body)]
}

#[test]
fn nothing_is_sent_where_nothing_differs() {
    assert_eq!(sent(|_| ()), vec![]);
}

#[test]
fn each_setting_is_sent_alone() {
    assert_eq!(sent(|own| own.name.set("new".to_owned())), one("name", json!({"cluster_name": "new"})));
    assert_eq!(
        sent(|own| own.deletion_protection = false),
        one("deletion_protection", json!({"deletion_protection": false}))
    );
    assert_eq!(
        sent(|own| own.timezone.set("Asia/Tokyo".to_owned())),
        one("timezone", json!({"timezone": "Asia/Tokyo"}))
    );
    assert_eq!(
        sent(|own| own.vswitch_ids = ["b".to_owned(), "a".to_owned()].into_iter().collect()),
        one("vswitch_ids", json!({"vswitch_ids": ["a", "b"]}))
    );
    assert_eq!(
        sent(|own| own.security_group_id.set("sg-2".to_owned())),
        one("security_group_id", json!({"security_group_id": "sg-2"}))
    );
    assert_eq!(
        sent(|own| own.resource_group_id.set("rg-2".to_owned())),
        one("resource_group_id", json!({"resource_group_id": "rg-2"}))
    );
    assert_eq!(
        sent(|own| own.auto_upgrade = Some(AutoUpgrade { enabled: true, channel: Channel::Stable })),
        one(
            "auto_upgrade",
            json!({"operation_policy": {"cluster_auto_upgrade": {"enabled": true, "channel": "stable"}}})
        )
    );
    assert_eq!(
        sent(|own| own.extra_sans = Some(["b".to_owned(), "a".to_owned()].into_iter().collect())),
        one(
            "extra_sans",
            json!({"api_server_custom_cert_sans": {"action": "overwrite", "subject_alternative_names": ["a", "b"]}})
        )
    );
}

#[test]
fn several_settings_are_several_calls() {
    let sent = sent(|own| {
        own.name.set("new".to_owned());
        own.deletion_protection = false;
    });
    assert_eq!(sent.len(), 2);
    assert!(sent.iter().all(|(_, body)| body.as_object().is_some_and(|fields| fields.len() == 1)));
}

#[test]
fn what_is_removed_is_switched_off_or_emptied() {
    let mut present = flannel();
    present.extra_sans = Some(["a".to_owned()].into_iter().collect());
    present.auto_upgrade = Some(AutoUpgrade { enabled: true, channel: Channel::Patch });
    present.maintenance_window = Some(MaintenanceWindow {
        maintenance_time: "03:00:00Z".to_owned(),
        duration: "3h".to_owned(),
        weekly_period: None,
        recurrence: Some("FREQ=WEEKLY".to_owned()),
    });
    let sent = sent_from(present, &json!({}), |own| {
        own.extra_sans = None;
        own.auto_upgrade = None;
        own.maintenance_window = None;
    });
    assert_eq!(
        sent,
        vec![
            (
                "extra_sans".to_owned(),
                json!({"api_server_custom_cert_sans": {"action": "overwrite", "subject_alternative_names": []}})
            ),
            ("maintenance_window".to_owned(), json!({"maintenance_window": {"enable": false}})),
            ("auto_upgrade".to_owned(), json!({"operation_policy": {"cluster_auto_upgrade": {"enabled": false}}})),
        ]
    );
}

#[test]
fn what_the_service_may_choose_is_left_to_it() {
    let mut present = flannel();
    present.timezone.set("Asia/Shanghai".to_owned());
    assert_eq!(sent_from(present, &json!({}), |own| own.timezone.set(None)), vec![]);
}

#[test]
fn the_steps_of_an_update_are_in_the_order_of_its_calls() {
    let present = flannel();
    let mut own = present.clone();
    own.name.set("other".to_owned());
    own.spec = Spec::Pro;
    own.version.set(Version::parse("1.35"));
    own.api_server_eip_id = Some("eip-1".to_owned());
    let changes = changes(&own, &present, &json!({}));
    let tags = Difference::between(&Tags::new(), &[("a".to_owned(), "b".to_owned())].into());
    let named = |steps: Vec<Path>| steps.iter().map(Path::to_string).collect::<Vec<_>>();
    assert_eq!(
        named(steps(&own, &present, &changes, &tags)),
        ["spec", "name", "endpoint_public_access", "tags", "version"]
    );
    assert_eq!(named(steps(&present, &present, &[], &Difference::default())), [""; 0]);
}
