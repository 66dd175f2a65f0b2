//! Requests are held to the facts in `operations.json`; whatever is wrong is named.

use std::collections::HashSet;

use serde_json::{Map, Value};

use crate::assumptions::{Assumptions, DeprecatedFields};
use crate::cluster::deprecated;
use crate::error::ApiError;
use crate::operations::{Kind, Operation, Schema};

/// Marked required, yet only so when something else is not given: the nouns check these.
const CONDITIONALLY_REQUIRED: [&str; 6] = [
    "scaling_group.instance_types",
    "kubernetes_config.runtime_version",
    "tag_keys",
    "next_version",
    "key_pair",
    "login_password",
];
/// Marked deprecated in CreateCluster, yet still needed: Terway's pod vSwitches.
const DEPRECATED_BUT_NEEDED: [&str; 1] = ["pod_vswitch_ids"];
/// Values that are in use although the documented lists lack them: field, value.
const FURTHER_VALUES: [(&str, &str); 5] = [
    ("profile", "Acs"),
    ("profile", "Lingjun"),
    ("Profile", "Acs"),
    ("Profile", "Lingjun"),
    ("rolling_policy.pause_policy", "NoPause"),
];
/// A value outside the documented range that switches the matter off. For the bandwidth it is assumed: the documents have
/// 1 to 100, the vendor's own provider takes 0 to 100.
const OUTSIDE_RANGE: [(&str, f64); 2] =
    [("rolling_policy.batch_interval", 0.0), ("scaling_group.internet_max_bandwidth_out", 0.0)];

/// The query as typed values by name.
pub(crate) fn query(
    operation: &Operation,
    raw: &str,
    assumptions: &Assumptions,
) -> Result<Map<String, Value>, ApiError> {
    let parameters = operation.query.as_deref().unwrap_or_default();
    let mut values = Map::new();
    for (name, text) in url::form_urlencoded::parse(raw.as_bytes()) {
        let Some(parameter) = parameters.iter().find(|parameter| parameter.name == name) else {
            if assumptions.refuse_unknown_fields {
                return Err(unknown(
                    &operation.action,
                    "query parameter",
                    &name,
                    parameters.iter().map(|parameter| &parameter.name),
                ));
            }
            continue;
        };
        // Older clients send these for what is not set.
        let is_number = matches!(parameter.schema.kind, Kind::Integer | Kind::Number);
        let nothing = text.is_empty() && parameter.schema.kind != Kind::String || text == "0" && is_number;
        if nothing && assumptions.zero_means_unset {
            continue;
        }
        let value = typed(&name, parameter.encoding.as_deref(), parameter.schema.kind, &text)?;
        let checker = Checker { operation, assumptions };
        checker.value(&parameter.schema, &name, &value)?;
        if values.insert(name.clone().into_owned(), value).is_some() {
            return Err(ApiError::invalid(&name, "the parameter was sent twice"));
        }
    }
    for parameter in parameters {
        if required(&parameter.schema, &parameter.name) && !values.contains_key(&parameter.name) {
            return Err(missing(&parameter.name));
        }
    }
    Ok(values)
}

/// Reads a query value: plain text by type, JSON text, or a comma-joined list.
fn typed(name: &str, encoding: Option<&str>, kind: Kind, text: &str) -> Result<Value, ApiError> {
    let wrong = |expected: &str| type_error(expected, &format!("string {text:?}"), name);
    match (encoding, kind) {
        (Some("json-text"), _) => serde_json::from_str(text).map_err(|_| wrong("JSON text")),
        (Some(_), _) => Ok(text.split(',').map(Value::from).collect()),
        (None, Kind::Integer) => text.parse::<i64>().map(Value::from).map_err(|_| wrong("integer")),
        (None, Kind::Number) => text.parse::<f64>().map(Value::from).map_err(|_| wrong("number")),
        // The vendor's Python SDK sends `True`, the others `true`.
        (None, Kind::Boolean) => match text {
            "true" | "True" => Ok(Value::Bool(true)),
            "false" | "False" => Ok(Value::Bool(false)),
            _ => Err(wrong("bool")),
        },
        (None, _) => Ok(Value::from(text)),
    }
}

/// The body, with `null` fields left out, which mean the same as absent ones.
pub(crate) fn body(operation: &Operation, raw: &[u8], assumptions: &Assumptions) -> Result<Value, ApiError> {
    let Some(schema) = &operation.body else {
        return if raw.is_empty() || raw == b"{}" {
            Ok(Value::Null)
        } else {
            Err(ApiError::bad_request("InvalidParameter.Body", format!("{} takes no body", operation.action)))
        };
    };
    let mut value: Value = match raw {
        [] if schema.kind == Kind::Array => Value::Array(Vec::new()),
        [] => Value::Object(Map::new()),
        _ => serde_json::from_slice(raw).map_err(|error| {
            ApiError::bad_request("InvalidParameter.Format", format!("the body is no JSON: {error}"))
        })?,
    };
    drop_nulls(&mut value);
    if !assumptions.exact_field_names {
        recase(schema, &mut value);
    }
    let checker = Checker { operation, assumptions };
    let mut old = Map::new();
    if operation.action == "CreateCluster"
        && assumptions.deprecated_fields != DeprecatedFields::Refused
        && let Some(fields) = value.as_object_mut()
    {
        let names: Vec<_> = fields.keys().filter(|name| is_refused_as_deprecated(schema, name)).cloned().collect();
        old.extend(names.into_iter().filter_map(|name| fields.remove_entry(&name)));
        // Nobody looks at them closely, but what is of another type cannot be carried out.
        old.retain(|name, value| checker.value(&schema.properties[name], name, value).is_ok());
    }
    if assumptions.zero_means_unset {
        drop_unset(schema, "", &mut value);
    }
    checker.value(schema, "", &value)?;
    if assumptions.deprecated_fields == DeprecatedFields::CarriedOut
        && let Some(fields) = value.as_object_mut()
    {
        deprecated::carry_out(schema, &old, fields);
    }
    Ok(value)
}

/// Gives fields the documented case; a field that is there in it already wins.
fn recase(schema: &Schema, value: &mut Value) {
    match value {
        Value::Object(fields) => {
            let strangers: Vec<_> =
                fields.keys().filter(|name| !schema.properties.contains_key(*name)).cloned().collect();
            for name in strangers {
                let known = schema.properties.keys().find(|known| known.eq_ignore_ascii_case(&name));
                if let Some(known) = known.filter(|known| !fields.contains_key(*known))
                    && let Some(field) = fields.remove(&name)
                {
                    fields.insert(known.clone(), field);
                }
            }
            for (name, field) in fields {
                if let Some(schema) = schema.properties.get(name).or(schema.additional_properties.as_deref()) {
                    recase(schema, field);
                }
            }
        }
        Value::Array(items) => {
            if let Some(schema) = &schema.items {
                items.iter_mut().for_each(|item| recase(schema, item));
            }
        }
        _ => {}
    }
}

/// Takes out the zeros and empty words that no rule allows: they stand for what is not set.
fn drop_unset(schema: &Schema, path: &str, value: &mut Value) {
    match value {
        Value::Object(fields) => fields.retain(|name, field| {
            let Some(schema) = schema.properties.get(name) else { return true };
            let path = join(path, name);
            drop_unset(schema, &path, field);
            let zero = *field == 0 || *field == 0.0;
            !(*field == "" && !schema.values.is_empty() || zero && scalar(schema, &path, field).is_err())
        }),
        Value::Array(items) => {
            if let Some(schema) = &schema.items {
                items.iter_mut().for_each(|item| drop_unset(schema, path, item));
            }
        }
        _ => {}
    }
}

fn drop_nulls(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|_, field| !field.is_null());
            fields.values_mut().for_each(drop_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(drop_nulls),
        _ => {}
    }
}

fn is_refused_as_deprecated(schema: &Schema, name: &str) -> bool {
    !DEPRECATED_BUT_NEEDED.contains(&name) && schema.properties.get(name).is_some_and(|field| field.deprecated)
}

fn required(schema: &Schema, path: &str) -> bool {
    schema.required && schema.default.is_none() && !CONDITIONALLY_REQUIRED.iter().any(|known| path.ends_with(known))
}

struct Checker<'a> {
    operation: &'a Operation,
    assumptions: &'a Assumptions,
}

impl Checker<'_> {
    fn value(&self, schema: &Schema, path: &str, value: &Value) -> Result<(), ApiError> {
        let fits = match schema.kind {
            Kind::String => value.is_string(),
            Kind::Integer => value.is_i64() || value.is_u64(),
            Kind::Number => value.is_number(),
            Kind::Boolean => value.is_boolean(),
            Kind::Object => value.is_object(),
            Kind::Array => value.is_array(),
            Kind::Any => true,
        };
        if !fits {
            return Err(type_error(kind_name(schema.kind), json_kind(value), path));
        }
        match value {
            Value::Object(fields) => self.object(schema, path, fields),
            Value::Array(items) => {
                let Some(item_schema) = &schema.items else { return Ok(()) };
                items
                    .iter()
                    .enumerate()
                    .try_for_each(|(index, item)| self.value(item_schema, &format!("{path}[{index}]"), item))
            }
            // Whoever takes a deprecated field does not look at it closely.
            _ if schema.deprecated && self.assumptions.deprecated_fields != DeprecatedFields::Refused => Ok(()),
            _ => scalar(schema, path, value),
        }
    }

    fn object(&self, schema: &Schema, path: &str, fields: &Map<String, Value>) -> Result<(), ApiError> {
        if schema.free_form {
            return Ok(());
        }
        for (name, value) in fields {
            let field_path = join(path, name);
            if let Some(item) = &schema.additional_properties {
                self.value(item, &field_path, value)?;
                continue;
            }
            match schema.properties.get(name) {
                Some(field) => {
                    self.not_retired(field, &field_path)?;
                    self.value(field, &field_path, value)?;
                }
                None if self.assumptions.refuse_unknown_fields => {
                    return Err(unknown(&self.operation.action, "field", &field_path, schema.properties.keys()));
                }
                None => {}
            }
        }
        for (name, field) in &schema.properties {
            let field_path = join(path, name);
            if required(field, &field_path) && !fields.contains_key(name) {
                return Err(missing(&field_path));
            }
        }
        Ok(())
    }

    /// Refuses fields that have lost their effect, and deprecated ones at the top of CreateCluster.
    fn not_retired(&self, field: &Schema, path: &str) -> Result<(), ApiError> {
        if self.assumptions.deprecated_fields != DeprecatedFields::Refused {
            return Ok(());
        }
        let instead = match field.successors.as_slice() {
            [] => String::new(),
            successors => format!("; use {}", successors.join(" or ")),
        };
        if let Some(day) = &field.sunset {
            return Err(ApiError::invalid(path, format!("the field has had no effect since {day}{instead}")));
        }
        if field.deprecated
            && self.operation.action == "CreateCluster"
            && !path.contains('.')
            && !DEPRECATED_BUT_NEEDED.contains(&path)
        {
            return Err(ApiError::invalid(path, format!("the field is no longer accepted{instead}")));
        }
        Ok(())
    }
}

fn scalar(schema: &Schema, path: &str, value: &Value) -> Result<(), ApiError> {
    let plain = without_indices(path);
    if !schema.values.is_empty() {
        let allowed = |candidate: &Value| {
            schema.values.contains(candidate)
                || FURTHER_VALUES.iter().any(|(field, further)| *field == plain && candidate == further)
        };
        let legal = match value.as_str().filter(|_| schema.comma_list) {
            Some(list) => list.is_empty() || list.split(',').all(|item| allowed(&Value::from(item.trim()))),
            None => allowed(value) || value == "",
        };
        if !legal {
            let list: Vec<_> = schema.values.iter().map(|allowed| allowed.to_string().replace('"', "")).collect();
            return Err(ApiError::invalid(path, format!("{value} is none of {}", list.join(", "))));
        }
    }
    if let Some([low, high]) = schema.range
        && value != ""
    {
        let exempt = |number: f64| OUTSIDE_RANGE.contains(&(plain.as_str(), number));
        let numbers = numbers(value);
        if numbers.is_empty() || !numbers.iter().all(|&number| (low..=high).contains(&number) || exempt(number)) {
            return Err(ApiError::invalid(path, format!("{value} is not in the range {low} to {high}")));
        }
    }
    Ok(())
}

/// The numbers in a value: itself, `3h`, `100%`, or both ends of `30000-32767`.
fn numbers(value: &Value) -> Vec<f64> {
    match value {
        Value::Number(number) => number.as_f64().into_iter().collect(),
        Value::String(text) => {
            let parts: Result<Vec<f64>, _> =
                text.split('-').map(|part| part.trim_end_matches(['h', '%']).parse::<f64>()).collect();
            parts.unwrap_or_default()
        }
        _ => Vec::new(),
    }
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

fn without_indices(path: &str) -> String {
    let mut plain = String::new();
    let mut inside = false;
    for letter in path.chars() {
        match letter {
            '[' => inside = true,
            ']' => inside = false,
            _ if !inside => plain.push(letter),
            _ => {}
        }
    }
    plain
}

fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::String => "string",
        Kind::Integer => "integer",
        Kind::Number => "number",
        Kind::Boolean => "bool",
        Kind::Object => "object",
        Kind::Array => "array",
        Kind::Any => "any",
    }
}

fn json_kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// The text of the service's own JSON decoder, which names the field without list positions.
fn type_error(expected: &str, got: &str, path: &str) -> ApiError {
    let field = if path.is_empty() { "(body)".to_owned() } else { without_indices(path) };
    ApiError::bad_request(
        "InvalidParameter.Format",
        format!("Unmarshal type error: expected={expected}, got={got}, field={field}"),
    )
}

fn missing(path: &str) -> ApiError {
    ApiError::invalid(path, "the field is required")
}

fn unknown<'a>(action: &str, what: &str, path: &str, known: impl Iterator<Item = &'a String>) -> ApiError {
    let last = path.rsplit('.').next().unwrap_or(path);
    let letters =
        |name: &str| name.to_lowercase().chars().filter(|letter| letter.is_alphanumeric()).collect::<HashSet<_>>();
    let wanted = letters(last);
    // The nearest known name helps with casing and plural slips, the common cause.
    let near = known.max_by_key(|name| {
        let have = letters(name);
        (have.intersection(&wanted).count() as i64) - (have.symmetric_difference(&wanted).count() as i64)
    });
    let hint = near.map(|name| format!(" (nearest known: {name})")).unwrap_or_default();
    ApiError::bad_request("InvalidParameter.UnknownField", format!("{action} has no {what} {path}{hint}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::find;

    fn check(action: &str, body_text: &str) -> Result<Value, ApiError> {
        body(find(action).unwrap(), body_text.as_bytes(), &Assumptions::default())
    }

    fn check_strictly(action: &str, body_text: &str) -> Result<Value, ApiError> {
        body(find(action).unwrap(), body_text.as_bytes(), &Assumptions::strict())
    }

    fn message(result: Result<Value, ApiError>) -> String {
        let error = result.unwrap_err();
        assert_eq!(error.status, 400);
        format!("{} / {}", error.code, error.message)
    }

    #[test]
    fn a_wrong_type_reads_like_the_service_says_it() {
        let text =
            r#"{"nodepool_info":{"name":"a"},"scaling_group":{"vswitch_ids":["v"],"data_disks":[{"encrypted":true}]}}"#;
        assert_eq!(
            message(check("CreateClusterNodePool", text)),
            "InvalidParameter.Format / Unmarshal type error: expected=string, got=bool, field=scaling_group.data_disks.encrypted"
        );
    }

    #[test]
    fn an_unknown_field_is_named_with_its_nearest_neighbour() {
        let text = r#"{"name":"a","region_id":"r","vpc_id":"v"}"#;
        assert_eq!(
            message(check("CreateCluster", text)),
            "InvalidParameter.UnknownField / CreateCluster has no field vpc_id (nearest known: vpcid)"
        );
    }

    #[test]
    fn values_ranges_and_required_fields_are_named() {
        assert_eq!(
            message(check("CreateCluster", r#"{"name":"a","region_id":"r","cluster_type":"Managed"}"#)),
            "InvalidParameter.ClusterType / cluster_type: \"Managed\" is none of Kubernetes, ManagedKubernetes, ExternalKubernetes"
        );
        assert_eq!(
            message(check("CreateCluster", r#"{"name":"a"}"#)),
            "InvalidParameter.RegionId / region_id: the field is required"
        );
        assert_eq!(
            message(check("CreateCluster", r#"{"name":"a","region_id":"r","maintenance_window":{"duration":"25h"}}"#)),
            "InvalidParameter.Duration / maintenance_window.duration: \"25h\" is not in the range 1 to 24"
        );
        assert_eq!(
            message(check(
                "CreateCluster",
                r#"{"name":"a","region_id":"r","maintenance_window":{"weekly_period":"Monday,Noday"}}"#
            )),
            "InvalidParameter.WeeklyPeriod / maintenance_window.weekly_period: \"Monday,Noday\" is none of Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday"
        );
        assert!(check("UpgradeClusterNodepool", r#"{"rolling_policy":{"batch_interval":0}}"#).is_ok());
    }

    #[test]
    fn retired_fields_name_their_successor_where_they_are_refused() {
        assert_eq!(
            message(check_strictly("ModifyCluster", r#"{"instance_deletion_protection":true}"#)),
            "InvalidParameter.InstanceDeletionProtection / instance_deletion_protection: the field has had no effect since 2026-07-04"
        );
        assert_eq!(
            message(check_strictly("CreateCluster", r#"{"name":"a","region_id":"r","key_pair":"k"}"#)),
            "InvalidParameter.KeyPair / key_pair: the field is no longer accepted; use control_plane_config.key_pair or nodepools.scaling_group.key_pair"
        );
        let pods = r#"{"name":"a","region_id":"r","pod_vswitch_ids":["v"]}"#;
        assert!(check_strictly("CreateCluster", pods).is_ok());
        let platform =
            r#"{"nodepool_info":{"name":"a"},"scaling_group":{"vswitch_ids":["v"],"platform":"AliyunLinux3"}}"#;
        assert!(message(check_strictly("CreateClusterNodePool", platform)).contains("is none of CentOS"));

        assert!(check("ModifyCluster", r#"{"instance_deletion_protection":true}"#).is_ok());
        assert!(check("CreateClusterNodePool", platform).is_ok());
        let values =
            check("CreateCluster", r#"{"name":"a","region_id":"r","load_balancer_spec":"slb.s9","charge_type":1}"#);
        assert_eq!(values.unwrap(), serde_json::json!({"name": "a", "region_id": "r"}));
    }

    #[test]
    fn names_of_fields_come_in_any_case() {
        let text =
            r#"{"region_id":"r","resource_ids":["c"],"resource_type":"CLUSTER","tags":[{"Key":"a","Value":"b"}]}"#;
        assert_eq!(check("TagResources", text).unwrap()["tags"], serde_json::json!([{"key": "a", "value": "b"}]));
        let refusal = message(check_strictly("TagResources", text));
        assert!(refusal.contains("TagResources has no field tags[0].Key (nearest known: key)"), "{refusal}");
        // Names that the caller makes up stay as they are.
        let text = r#"{"kubelet_config":{"featureGates":{"KubeletCgroupV2":true},"MAXPODS":9}}"#;
        assert_eq!(
            check("ModifyNodePoolNodeConfig", text).unwrap()["kubelet_config"],
            serde_json::json!({"featureGates": {"KubeletCgroupV2": true}, "maxPods": 9})
        );
    }

    #[test]
    fn zeros_and_empty_words_stand_for_nothing() {
        let text = r#"{"nodepool_info":{"name":"a"},"scaling_group":{"vswitch_ids":["v"],"spot_strategy":"","spot_instance_pools":0,
            "system_disk_size":0,"internet_max_bandwidth_out":0,"desired_size":0,"data_disks":[{"size":0,"category":""}]}}"#;
        assert_eq!(
            check("CreateClusterNodePool", text).unwrap()["scaling_group"],
            serde_json::json!({"vswitch_ids": ["v"], "internet_max_bandwidth_out": 0, "desired_size": 0, "data_disks": [{}]})
        );
        assert!(message(check_strictly("CreateClusterNodePool", text)).contains("is not in the range"));
        assert!(check("ModifyCluster", r#"{"maintenance_window":{"weekly_period":""}}"#).is_ok());
        assert!(check("UpgradeClusterNodepool", r#"{"rolling_policy":{"pause_policy":"NoPause"}}"#).is_ok());
    }

    #[test]
    fn null_means_absent() {
        let value =
            check("ModifyCluster", r#"{"cluster_name":"a","timezone":null,"maintenance_window":{"enable":null}}"#)
                .unwrap();
        assert_eq!(value, serde_json::json!({"cluster_name": "a", "maintenance_window": {}}));
    }

    #[test]
    fn queries_are_typed_by_name() {
        let operation = find("DeleteCluster").unwrap();
        let typed =
            query(operation, "retain_all_resources=True&retain_resources=%5B%22a%22%5D", &Assumptions::default())
                .unwrap();
        assert_eq!(Value::Object(typed), serde_json::json!({"retain_all_resources": true, "retain_resources": ["a"]}));
        let unset = query(operation, "retain_all_resources=", &Assumptions::default());
        assert_eq!(unset, Ok(Map::new()), "an empty text is no flag");
        assert!(query(operation, "retain_all_resources=", &Assumptions::strict()).is_err());
        let error = query(operation, "retain_all=true", &Assumptions::default()).unwrap_err();
        assert_eq!(
            error.message,
            "DeleteCluster has no query parameter retain_all (nearest known: retain_all_resources)"
        );
        let error = query(operation, "retain_all_resources=yes", &Assumptions::default()).unwrap_err();
        assert_eq!(
            error.message,
            "Unmarshal type error: expected=bool, got=string \"yes\", field=retain_all_resources"
        );
    }
}
