//! `ack_addon` on real Terraform, of a cluster that is there already: from the plan of the first install to the last
//! destroy, and when something goes wrong.

mod life;
mod scene;
mod settings;
mod trouble;
