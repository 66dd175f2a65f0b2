//! Node pools.
//!
//! | file | what it holds |
//! |---|---|
//! | `resource` | the attributes, and the calls of a node pool's life |
//! | `fields` | its nested objects |
//! | `request` | from attributes to the bodies of create and modify |
//! | `changes` | which fields of a partial update differ |
//! | `absorb` | from the service's answer to attributes |
//! | `foreign` | labels, taints and tags that are the service's own |
//! | `checks` | rules of single values |
//! | `place` | in which cluster, and by which name, a new pool can be |
//! | `plan` | what is filled in and checked before anything is sent |
//! | `refusal` | which attribute an error of the service is about |

mod absorb;
#[cfg(test)]
mod changed;
mod changes;
mod checks;
#[cfg(test)]
mod emptied;
mod fields;
mod foreign;
#[cfg(test)]
mod journey;
mod place;
mod plan;
mod refusal;
mod request;
mod resource;
#[cfg(test)]
mod samples;
#[cfg(test)]
mod tests;

pub(crate) use resource::NodePool;
