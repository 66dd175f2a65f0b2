//! Node pools.
//!
//! | file | what it holds |
//! |---|---|
//! | `resource` | the attributes, and where they stand in the documents of the API |
//! | `fields` | its nested objects |
//! | `life` | the calls of its life |
//! | `calls` | how the calls are made |
//! | `body` | what the bindings do not say of requests |
//! | `answer` | what the bindings do not say of answers |
//! | `foreign` | labels, taints and tags that are the service's own |
//! | `checks` | rules of single values |
//! | `place` | in which cluster, and by which name, a new pool can be |
//! | `plan` | what is filled in and checked before anything is sent |
//! | `refusal` | errors of the service whose codes name no field |

mod answer;
mod body;
mod calls;
mod checks;
mod fields;
mod foreign;
mod life;
mod place;
mod plan;
mod refusal;
mod resource;
#[cfg(test)]
mod samples;
#[cfg(test)]
mod tests;

pub(crate) use resource::NodePool;
