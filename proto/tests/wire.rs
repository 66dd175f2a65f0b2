//! Facts of the wire that the generated code must keep, written down as bytes by hand.

use prost::Message;
use tfplugin::{go_plugin, v6};

#[track_caller]
fn assert_wire<M: Message + PartialEq + Default + std::fmt::Debug>(message: M, bytes: &[u8]) {
    assert_eq!(message.encode_to_vec(), bytes);
    assert_eq!(M::decode(bytes).expect("the bytes are a message"), message);
}

#[test]
fn planned_private_of_terraform_1_16_is_field_9() {
    let request = v6::plan_resource_change::Request { planned_private: "p".into(), ..Default::default() };
    assert_wire(request, &[9 << 3 | 2, 1, b'p']);
}

#[test]
fn a_function_error_tells_argument_0_from_no_argument() {
    let error = |function_argument| v6::FunctionError { text: "t".into(), function_argument };
    assert_wire(error(None), &[0x0a, 1, b't']);
    assert_wire(error(Some(0)), &[0x0a, 1, b't', 0x10, 0]);
}

#[test]
fn a_path_step_is_a_name_a_key_or_an_index() {
    use v6::attribute_path::{Step, step::Selector};
    let path = v6::AttributePath {
        steps: [
            Selector::AttributeName("a".into()),
            Selector::ElementKeyString("k".into()),
            Selector::ElementKeyInt(2),
        ]
        .map(|selector| Step { selector: Some(selector) })
        .to_vec(),
    };
    assert_wire(path, &[0x0a, 3, 0x0a, 1, b'a', 0x0a, 3, 0x12, 1, b'k', 0x0a, 2, 0x18, 2]);
}

#[test]
fn a_nested_attribute_keeps_the_gap_in_the_numbers_of_object() {
    let object = v6::schema::Object { nesting: v6::schema::object::NestingMode::Set.into(), ..Default::default() };
    assert_wire(object, &[3 << 3, 3]);
}

#[test]
fn unknown_fields_of_a_newer_terraform_are_skipped() {
    let newer = [0x08, 1, 0x78, 1];
    let capabilities = v6::ClientCapabilities::decode(newer.as_slice()).unwrap();
    assert_eq!(capabilities, v6::ClientCapabilities { deferral_allowed: true, ..Default::default() });
}

#[test]
fn services_are_called_by_the_names_that_terraform_uses() {
    assert_eq!(v6::provider_server::SERVICE_NAME, "tfplugin6.Provider");
    assert_eq!(go_plugin::grpc_controller_server::SERVICE_NAME, "plugin.GRPCController");
    assert_eq!(go_plugin::grpc_stdio_server::SERVICE_NAME, "plugin.GRPCStdio");
    assert_eq!(go_plugin::grpc_broker_server::SERVICE_NAME, "plugin.GRPCBroker");
    assert_eq!(tfplugin::health::health_server::SERVICE_NAME, "grpc.health.v1.Health");
}

#[test]
fn debug_shows_no_configuration() {
    let config = v6::DynamicValue { msgpack: "hunter2".into(), ..Default::default() };
    assert_eq!(format!("{config:?}"), "DynamicValue(7 bytes)");
    let request = v6::plan_resource_change::Request { prior_private: "hunter2".into(), ..Default::default() };
    assert_eq!(format!("{request:?}"), "PlanResourceChange.Request { .. }");
}
