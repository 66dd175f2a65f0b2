//! `ack_auto_repair_policy`: what is done about nodes that have an incident.

mod resource;

pub(crate) use resource::AutoRepairPolicy;
