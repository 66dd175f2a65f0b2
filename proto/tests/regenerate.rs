//! The committed code is what the `.proto` files say, and what they say is safe to print.

use std::fs;
use std::path::{Path, PathBuf};

use tonic_prost_build::FileDescriptorSet;

/// Messages that may hold secrets. `src/redacted.rs` writes their `Debug`.
const WITHOUT_DEBUG: [&str; 18] = [
    ".tfplugin6.DynamicValue",
    ".tfplugin6.RawState",
    ".tfplugin6.ReadResource.Request",
    ".tfplugin6.ReadResource.Response",
    ".tfplugin6.PlanResourceChange.Request",
    ".tfplugin6.PlanResourceChange.Response",
    ".tfplugin6.ApplyResourceChange.Request",
    ".tfplugin6.ApplyResourceChange.Response",
    ".tfplugin6.ImportResourceState.ImportedResource",
    ".tfplugin6.MoveResourceState.Request",
    ".tfplugin6.MoveResourceState.Response",
    ".tfplugin6.OpenEphemeralResource.Response",
    ".tfplugin6.RenewEphemeralResource.Request",
    ".tfplugin6.RenewEphemeralResource.Response",
    ".tfplugin6.CloseEphemeralResource.Request",
    ".tfplugin6.ReadStateBytes.Response",
    ".tfplugin6.WriteStateBytes.RequestChunk",
    ".plugin.StdioData",
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn descriptors(proto: &str) -> FileDescriptorSet {
    protox::compile([proto], [root()]).unwrap_or_else(|error| panic!("{proto} does not compile: {error:?}"))
}

fn generate(proto: &str, default_stubs: bool, out: &Path) {
    tonic_prost_build::configure()
        .out_dir(out)
        .bytes(".")
        .btree_map(".")
        .skip_debug(WITHOUT_DEBUG)
        .generate_default_stubs(default_stubs)
        .build_transport(false)
        .client_mod_attribute(".", "#[cfg(feature = \"client\")]")
        .compile_fds(descriptors(proto))
        .unwrap_or_else(|error| panic!("no code for {proto}: {error}"));
}

#[test]
fn the_committed_code_is_what_the_proto_files_say() {
    let fresh = tempfile::tempdir().unwrap();
    // Default stubs make streams boxed, which only the provider service wants.
    generate("tfplugin6.proto", true, fresh.path());
    generate("go_plugin.proto", false, fresh.path());
    generate("grpc_health_v1.proto", false, fresh.path());

    let committed = root().join("src/generated");
    for file in ["tfplugin6.rs", "plugin.rs", "grpc.health.v1.rs"] {
        let expected = fs::read_to_string(fresh.path().join(file)).unwrap();
        if std::env::var_os("UPDATE").is_some() {
            fs::write(committed.join(file), &expected).unwrap();
        }
        let actual = fs::read_to_string(committed.join(file)).unwrap_or_default();
        assert!(
            actual == expected,
            "src/generated/{file} is not what the .proto files give: run UPDATE=1 cargo test -p tfplugin --test regenerate"
        );
    }
}

/// Every `bytes` field is a type (public) or sits in a message whose `Debug` is written by hand.
#[test]
fn no_message_prints_bytes() {
    fn check(scope: &str, messages: &[prost_types::DescriptorProto]) {
        for message in messages {
            let name = format!("{scope}.{}", message.name());
            for field in &message.field {
                let public =
                    field.r#type() != prost_types::field_descriptor_proto::Type::Bytes || field.name() == "type";
                assert!(
                    public || WITHOUT_DEBUG.contains(&name.as_str()),
                    "{name}.{} would be printed by Debug: add {name} to WITHOUT_DEBUG and to src/redacted.rs",
                    field.name()
                );
            }
            check(&name, &message.nested_type);
        }
    }
    for proto in ["tfplugin6.proto", "go_plugin.proto", "grpc_health_v1.proto"] {
        for file in descriptors(proto).file {
            if !file.package().starts_with("google.") {
                check(&format!(".{}", file.package()), &file.message_type);
            }
        }
    }
}
