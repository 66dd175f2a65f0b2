//! The derive macros of `tf-provider`: tokens in, tokens out.
//!
//! They read a documented struct or enum and write the implementation of a trait of `tf-provider`. What the generated
//! code does beyond naming fields is in functions of that crate. Every mistake is a compile error at the token where it
//! was made, says what to write instead, and all mistakes of a declaration are reported at once.

mod binding;
mod duration;
mod errors;
mod field;
mod fit;
mod kind;
mod model;
mod resource;
mod string_enum;
mod syntax;
mod word;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Implements `Model` and `AttributeValue` for a struct: a nested object, or the provider block.
///
/// Every named field is an attribute. The field's doc comment is its documentation, the field's type says what it holds
/// and who writes it (`T`: the user must, `Option<T>`: the user may, `Computed<T>`: the service does,
/// `OptionalComputed<T>`: either). The rest is said in `#[attr(...)]`, with these words:
///
/// | word | meaning |
/// | --- | --- |
/// | `replace = "reason"` | a change means a new object; the reason is shown to the user |
/// | `may_replace = "reason"` | some changes mean a new object: those for which the resource's plan function calls `Plan::replace` |
/// | `keep` | the computed value survives every update in place |
/// | `keep_unless(a, b)` | the computed value survives an update in place that changes neither `a` nor `b` |
/// | `unread` | no read shows the value: what is stored is what the user wrote, and an import leaves it unset |
/// | `read_once` | only the read of an import shows the value |
/// | `default = expression` | the value when the user writes none; the field is a plain `T` |
/// | `sensitive` | hidden in Terraform's output |
/// | `write_only` | sent to the provider, never stored in plan or state |
/// | `deprecated = "use ... instead"` | a warning to whoever sets it |
/// | `len = 1..=63`, `len = 1..` | characters of a string, elements of a collection |
/// | `range = 0..=100`, `range = 0.5..` | least and most of a number |
/// | `one_of("a", "b")` | the strings that are allowed; `StringEnum` is better where the code looks at them |
/// | `known("a", "b")` | the strings that are known, of a list that grows: another one is sent with a warning |
/// | `conflicts(a, b)` | attributes that may not be set together with this one |
/// | `requires(a)` | attributes that must be set together with this one |
/// | `check = path::to::function` | a rule in code: `fn(&T) -> Result<(), String>`, called with a known value |
/// | `doubt = path::to::function` | the same for a rule that is not certain: a breach is only warned of |
/// | `name = "type"` | the attribute's name, where it is not the field's |
///
/// Words that name other attributes name fields of the same struct. A raw identifier such as `r#type` is the attribute
/// `type`.
///
/// For each field there is an associated constant of type `Field`, named as the field in capitals: `cluster_id` becomes
/// `Self::CLUSTER_ID`. It is as visible as the struct.
///
/// ```
/// use tf_provider::{Model, StringEnum};
///
/// # /// Kinds of disks.
/// # #[derive(Clone, Copy, Debug, PartialEq, Eq, StringEnum)]
/// # pub enum DiskCategory {
/// #     /// Fast.
/// #     #[value("ssd")]
/// #     Ssd,
/// # }
/// #
/// /// The disk that a node starts from.
/// #[derive(Clone, Model)]
/// pub struct SystemDisk {
///     /// Size in GiB.
///     #[attr(default = 120, range = 40..=500)]
///     pub size: i64,
///     /// Kind of disk.
///     #[attr(replace = "A disk cannot change its kind.")]
///     pub category: Option<DiskCategory>,
/// }
/// ```
#[proc_macro_derive(Model, attributes(api, attr))]
pub fn derive_model(input: TokenStream) -> TokenStream {
    model::expand(&parse_macro_input!(input as DeriveInput)).into()
}

/// Implements `Model` and `Resource` for a struct: the declaration of a resource.
///
/// Fields are as in [`Model`](macro@Model). What concerns the resource as a whole is said in `#[resource(...)]`, with
/// these words:
///
/// | word | meaning |
/// | --- | --- |
/// | `identity(region?, id)` | required: the fields that identify an object for good, in the order of the import id; `?` marks those that an import may leave out. Each is text, a whole number, a `bool` or a list of those; an object whose identity has a list is imported by identity alone |
/// | `identity_version = 1` | the version of the stored identity; without it, 0 |
/// | `name = "node_pool"` | the name without the provider's prefix; without it, the struct's name in snake case |
/// | `spoken = "add-on"` | what people call one object, for messages; without it, the name with spaces |
/// | `version = 1` | the version of the stored state; without it, 0 |
/// | `timeouts(create = "40m", ...)` | default time limits of `create`, `read`, `update` and `delete`; the user can set those that are named here |
/// | `protected_by = field` | the `bool` that stops destroy and replace while it is true |
/// | `deprecated = "use ... instead"` | shown on the registry page and, from Terraform 1.15 and OpenTofu 1.12, to whoever uses it |
///
/// A duration is written in hours, minutes and seconds: `"90s"`, `"40m"`, `"1h30m"`.
///
/// `#[api(create = "CreateNodePool", modify = "ModifyNodePool", read = "DescribeNodePool")]` names the calls of the service
/// whose documents the attributes stand in; nested objects have a bare `#[api]`. A field then says where, in
/// `#[api(...)]`: see [`Binding`](../tf_provider/document/struct.Binding.html) for the nine words. Without any, the place
/// is the attribute's name.
///
/// ```
/// use tf_provider::{Computed, OptionalComputed, Resource};
///
/// /// A group of nodes.
/// #[derive(Clone, Resource)]
/// #[resource(identity(region?, id), timeouts(create = "40m", delete = "30m"), protected_by = protected)]
/// pub struct NodePool {
///     /// The region.
///     #[attr(keep, replace = "A node pool cannot move to another region.")]
///     pub region: OptionalComputed<String>,
///     /// The id that the service gave.
///     #[attr(keep)]
///     pub id: Computed<String>,
///     /// Whether Terraform must not delete it.
///     #[attr(default = true)]
///     pub protected: bool,
/// }
/// ```
#[proc_macro_derive(Resource, attributes(api, attr, resource))]
pub fn derive_resource(input: TokenStream) -> TokenStream {
    resource::expand(&parse_macro_input!(input as DeriveInput)).into()
}

/// Implements `Model` and `DataSource` for a struct: the declaration of a data source.
///
/// Fields are as in [`Model`](macro@Model), without the words that only an object with a life of its own has: `replace`,
/// `may_replace`, `keep`, `keep_unless`, `unread`, `read_once` and `write_only`. In `#[data_source(...)]`, `name = "images"` is the name without the provider's
/// prefix (without it, the struct's name in snake case), and `timeout = "5m"` the time limit of a read (without it, five
/// minutes), and `deprecated = "use ... instead"` says what to use instead of it.
///
/// ```
/// use tf_provider::{Computed, DataSource};
///
/// /// The versions that a new cluster can have.
/// #[derive(Clone, DataSource)]
/// #[data_source(timeout = "1m")]
/// pub struct Versions {
///     /// Only versions that begin so.
///     pub prefix: Option<String>,
///     /// What was found, newest first.
///     pub versions: Computed<Vec<String>>,
/// }
/// ```
#[proc_macro_derive(DataSource, attributes(attr, data_source))]
pub fn derive_data_source(input: TokenStream) -> TokenStream {
    let kind = kind::Kind {
        name: "DataSource",
        attribute: "data_source",
        spoken: "a data source",
        timeout: 300,
        gives_back: true,
        foreign: kind::NO_LIFE,
    };
    kind::expand(&parse_macro_input!(input as DeriveInput), &kind).into()
}

/// Implements `Model` and `EphemeralResource` for a struct: the declaration of an ephemeral resource.
///
/// Fields and words are as for a [`DataSource`](macro@DataSource); those of the whole are said in
/// `#[ephemeral_resource(...)]`, and the time limit is that of each of open, renew and close.
///
/// ```
/// use tf_provider::{Computed, EphemeralResource};
///
/// /// A short-lived password.
/// #[derive(Clone, EphemeralResource)]
/// #[ephemeral_resource(timeout = "1m")]
/// pub struct Password {
///     /// How many characters it has.
///     #[attr(default = 20, range = 8..=64)]
///     pub length: i64,
///     /// The password.
///     #[attr(sensitive)]
///     pub value: Computed<String>,
/// }
/// ```
#[proc_macro_derive(EphemeralResource, attributes(attr, ephemeral_resource))]
pub fn derive_ephemeral_resource(input: TokenStream) -> TokenStream {
    let kind = kind::Kind {
        name: "EphemeralResource",
        attribute: "ephemeral_resource",
        spoken: "an ephemeral resource",
        timeout: 300,
        gives_back: true,
        foreign: kind::NO_LIFE,
    };
    kind::expand(&parse_macro_input!(input as DeriveInput), &kind).into()
}

/// Implements `Model` and `Action` for a struct: the declaration of an action.
///
/// Fields are as in [`Model`](macro@Model), all of them the user's: an action gives nothing back, so a field is neither
/// `Computed<T>` nor `OptionalComputed<T>`. In `#[action(...)]`, `name = "restart"` is the name without the provider's
/// prefix, and `timeout = "30m"` how long it may take (without it, twenty minutes); `deprecated` is as for a
/// [`DataSource`](macro@DataSource).
///
/// ```
/// use tf_provider::Action;
///
/// /// Restarts a node.
/// #[derive(Clone, Action)]
/// #[action(timeout = "10m")]
/// pub struct Restart {
///     /// Which node.
///     pub node: String,
/// }
/// ```
#[proc_macro_derive(Action, attributes(attr, action))]
pub fn derive_action(input: TokenStream) -> TokenStream {
    let kind = kind::Kind {
        name: "Action",
        attribute: "action",
        spoken: "an action",
        timeout: 1200,
        gives_back: false,
        foreign: &[
            "replace",
            "may_replace",
            "keep",
            "keep_unless",
            "unread",
            "read_once",
            "write_only",
            "default",
            "variadic",
        ],
    };
    kind::expand(&parse_macro_input!(input as DeriveInput), &kind).into()
}

/// Implements `Model` and `ListResource` for a struct: what a list of a resource can be narrowed by.
///
/// Fields and words are as for a [`DataSource`](macro@DataSource). In `#[list_resource(...)]`, `resource = NodePool` is the
/// type that is listed, whose name the list has too, and `timeout = "5m"` how long finding all may take;
/// `deprecated` is as there.
///
/// ```
/// use tf_provider::ListResource;
///
/// # use std::convert::Infallible;
/// # use tf_provider::provider::Service;
/// # use tf_provider::{Computed, Context, Fault, Lifecycle, Progress, Resource};
/// # pub struct Cloud;
/// # impl Service for Cloud {
/// #     type Error = Fault;
/// #     type Task = Infallible;
/// #     async fn task(&self, task: &Infallible) -> Result<Progress, Fault> {
/// #         match *task {}
/// #     }
/// # }
/// # /// A group of nodes.
/// # #[derive(Clone, Resource)]
/// # #[resource(identity(id))]
/// # pub struct NodePool {
/// #     /// The id.
/// #     #[attr(keep)]
/// #     pub id: Computed<String>,
/// # }
/// # impl Lifecycle for NodePool {
/// #     type Service = Cloud;
/// #     type Remote = ();
/// #     async fn create(&mut self, _: &Context<'_, Cloud>) -> Result<Option<Infallible>, Fault> {
/// #         Ok(None)
/// #     }
/// #     async fn read(&self, _: &Context<'_, Cloud>) -> Result<(), Fault> {
/// #         Ok(())
/// #     }
/// #     fn progress(_: &()) -> Progress {
/// #         Progress::Ready
/// #     }
/// #     fn absorb(&mut self, _: &()) {}
/// #     async fn update(&mut self, _: &Self, _: &(), _: &Context<'_, Cloud>) -> Result<(), Fault> {
/// #         Ok(())
/// #     }
/// #     async fn delete(&self, _: &Context<'_, Cloud>) -> Result<Option<Infallible>, Fault> {
/// #         Ok(None)
/// #     }
/// # }
/// #
/// /// Finds node pools.
/// #[derive(Clone, ListResource)]
/// #[list_resource(resource = NodePool)]
/// pub struct NodePools {
///     /// Cluster whose pools are listed.
///     pub cluster_id: String,
/// }
/// ```
#[proc_macro_derive(ListResource, attributes(attr, list_resource))]
pub fn derive_list_resource(input: TokenStream) -> TokenStream {
    kind::expand_list(&parse_macro_input!(input as DeriveInput)).into()
}

/// Implements `Model` and `Function` for a struct: a function of the provider, whose fields are its parameters in order.
///
/// The type of a field says what it takes: `T` a known value, `Option<T>` null too, `Maybe<T>` also values that are not
/// known yet. The words are `len`, `range`, `one_of`, `check`, `name` and, for the last one, `variadic`: a `Vec<T>` of all
/// further arguments, which its rules are about as a whole. `#[function(name = "parse")]` is the name, without which it
/// is the struct's in snake case; `deprecated = "use ... instead"` says what to call instead of it.
///
/// ```
/// use tf_provider::Function;
///
/// /// Joins the parts of a path.
/// #[derive(Clone, Function)]
/// pub struct Join {
///     /// What goes between the parts.
///     pub separator: String,
///     /// The parts.
///     #[attr(variadic)]
///     pub parts: Vec<String>,
/// }
/// ```
#[proc_macro_derive(Function, attributes(attr, function))]
pub fn derive_function(input: TokenStream) -> TokenStream {
    kind::expand_function(&parse_macro_input!(input as DeriveInput)).into()
}

/// Implements `AttributeValue` and `Display` for an enum without data: a string of which only some values are legal.
///
/// Each variant stands for its own name, or for what `#[value("...")]` says. The enum gets `VALUES` (all strings in
/// the order of the variants), `as_str` and `parse`. Each variant is documented.
///
/// A variant that holds a `String`, such as `Other(String)`, makes the list an open one, for words of a service that get
/// more over time: it stands for every other string that is not empty. Such a string is sent with a warning.
///
/// ```
/// use tf_provider::StringEnum;
///
/// /// Who pays for what.
/// #[derive(Clone, Copy, PartialEq, Eq, StringEnum)]
/// pub enum Tier {
///     /// Free, without a service-level agreement.
///     #[value("ack.standard")]
///     Basic,
///     /// Paid, with a service-level agreement.
///     #[value("ack.pro.small")]
///     Pro,
/// }
/// ```
#[proc_macro_derive(StringEnum, attributes(value))]
pub fn derive_string_enum(input: TokenStream) -> TokenStream {
    string_enum::expand(&parse_macro_input!(input as DeriveInput)).into()
}
