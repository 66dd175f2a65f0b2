//! The `.proto` files of this crate say what the published protocol says: `contract.txt` is the list of its facts.

use std::collections::BTreeSet;
use std::path::PathBuf;

use prost_types::field_descriptor_proto::{Label, Type};
use prost_types::{DescriptorProto, EnumDescriptorProto, FieldDescriptorProto, FileDescriptorProto};

fn compiled() -> Vec<FileDescriptorProto> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let set = protox::compile(["tfplugin6.proto", "go_plugin.proto", "grpc_health_v1.proto"], [root])
        .unwrap_or_else(|error| panic!("the .proto files do not compile: {error:?}"));
    set.file.into_iter().filter(|file| !file.package().starts_with("google.")).collect()
}

/// The facts of a compiled file, in the words of `contract.txt`.
#[derive(Default)]
struct Facts(BTreeSet<String>);

impl Facts {
    fn add(&mut self, fact: String) {
        assert!(self.0.insert(fact.clone()), "said twice: {fact}");
    }

    fn add_file(&mut self, file: &FileDescriptorProto) {
        let package = file.package();
        self.add_enums(package, &file.enum_type);
        for message in &file.message_type {
            self.add_message(package, message);
        }
        for service in &file.service {
            for call in &service.method {
                let side = |stream: bool, ty: &str| format!("{}{}", if stream { "stream " } else { "" }, &ty[1..]);
                self.add(format!(
                    "rpc /{package}.{}/{}: {} -> {}",
                    service.name(),
                    call.name(),
                    side(call.client_streaming(), call.input_type()),
                    side(call.server_streaming(), call.output_type()),
                ));
            }
        }
    }

    fn add_message(&mut self, scope: &str, message: &DescriptorProto) {
        let name = format!("{scope}.{}", message.name());
        if message.field.is_empty() && message.nested_type.is_empty() {
            self.add(format!("message {name}"));
        }
        for field in &message.field {
            let ty = map_type(message, field).unwrap_or_else(|| labelled_type(field));
            let choice = match field.oneof_index {
                // An optional field is a choice of one for the compiler.
                Some(index) if !field.proto3_optional() => {
                    format!(" of {}", message.oneof_decl[usize::try_from(index).expect("an index")].name())
                }
                _ => String::new(),
            };
            self.add(format!("{name}.{} = {} {ty}{choice}", field.name(), field.number()));
        }
        self.add_enums(&name, &message.enum_type);
        for nested in message.nested_type.iter().filter(|nested| !is_map_entry(nested)) {
            self.add_message(&name, nested);
        }
    }

    fn add_enums(&mut self, scope: &str, enums: &[EnumDescriptorProto]) {
        for (name, value) in enums.iter().flat_map(|one| one.value.iter().map(move |value| (one.name(), value))) {
            self.add(format!("{scope}.{name}.{} = {}", value.name(), value.number()));
        }
    }
}

fn is_map_entry(message: &DescriptorProto) -> bool {
    message.options.as_ref().is_some_and(prost_types::MessageOptions::map_entry)
}

/// The type of a map, which the compiler turns into a list of messages of its own.
fn map_type(message: &DescriptorProto, field: &FieldDescriptorProto) -> Option<String> {
    let entry = message.nested_type.iter().find(|nested| {
        is_map_entry(nested) && field.type_name().ends_with(&format!("{}.{}", message.name(), nested.name()))
    })?;
    Some(format!("map<{}, {}>", plain_type(&entry.field[0]), plain_type(&entry.field[1])))
}

fn labelled_type(field: &FieldDescriptorProto) -> String {
    let label = match field.label() {
        Label::Repeated => "repeated ",
        _ if field.proto3_optional() => "optional ",
        _ => "",
    };
    format!("{label}{}", plain_type(field))
}

fn plain_type(field: &FieldDescriptorProto) -> String {
    match field.r#type() {
        Type::Message => field.type_name()[1..].to_owned(),
        Type::Enum => format!("enum {}", &field.type_name()[1..]),
        scalar => scalar.as_str_name().trim_start_matches("TYPE_").to_lowercase(),
    }
}

#[test]
fn the_proto_files_say_what_the_published_protocol_says() {
    let published: BTreeSet<&str> =
        include_str!("contract.txt").lines().filter(|line| !line.starts_with('#')).collect();
    let mut ours = Facts::default();
    compiled().iter().for_each(|file| ours.add_file(file));
    let ours: BTreeSet<&str> = ours.0.iter().map(String::as_str).collect();

    let missing: Vec<_> = published.difference(&ours).collect();
    let invented: Vec<_> = ours.difference(&published).collect();
    assert!(
        missing.is_empty() && invented.is_empty(),
        "the .proto files differ from the protocol\nmissing in them: {missing:#?}\nonly in them: {invented:#?}"
    );
}
