//! `ack_cluster`: a Kubernetes cluster.
//!
//! | file | what it holds |
//! |---|---|
//! | `resource` | the attributes, and where they stand in the documents of the API |
//! | `maintenance` | its nested objects |
//! | `life` | the calls of its life: `create`, `read`, `update`, `upgrade`, `delete`, and `taken` for what a creation may ignore |
//! | `calls` | how the calls are made |
//! | `answer` | what the bindings do not say of answers; `import`, what only an import looks for |
//! | `validate` | what is wrong with a configuration; `network` and `version` have the rules |
//! | `plan` | what is filled in and checked before anything is sent; `twin`, its name |
//! | `tags` | which tags are the service's own |
//! | `refusal` | errors of the service whose codes do not name a field as it is written |

mod answer;
mod calls;
mod create;
mod delete;
mod import;
mod life;
mod maintenance;
mod network;
mod plan;
mod read;
mod refusal;
mod resource;
mod tags;
mod taken;
mod twin;
mod update;
mod upgrade;
mod validate;
pub(crate) mod version;

pub(crate) use resource::{Cluster, Spec};

#[cfg(test)]
mod tests;
