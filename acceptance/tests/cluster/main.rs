//! `ack_cluster` on real Terraform, as long as nothing goes wrong and when something does.

mod generated;
mod life;
mod places;
mod scene;
mod trouble;
