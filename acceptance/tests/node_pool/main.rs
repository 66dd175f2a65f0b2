//! Node pools on real Terraform: from plan to destroy, what is sent on the way, and what others do meanwhile.
//!
//! The cluster is there from the beginning, seeded through the simulator's admin interface, unless it is the subject.
//!
//! Needs Terraform or OpenTofu 1.11 for write-only passwords and 1.12 for imports by identity; older ones skip those,
//! and say so.

mod generated;
mod late;
mod names;
mod scene;
mod settings;
mod sizes;
mod tags;
mod trouble;
