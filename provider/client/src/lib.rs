//! Client for Alibaba Cloud Container Service for Kubernetes (ACK): product CS, API version 2015-12-15.
//!
//! ```no_run
//! # async fn example() -> Result<(), ack_client::Error> {
//! use ack_client::{Client, Credentials};
//!
//! let client = Client::builder()
//!     .region("cn-hangzhou")
//!     .credentials(Credentials::from_env(&|name| std::env::var(name).ok())?)
//!     .build()?;
//! let cluster = client.describe_cluster_detail("c0123456789abcdef0123456789abcdef").await?;
//! println!("{} is {:?}", cluster.name, cluster.state);
//! # Ok(())
//! # }
//! ```
//!
//! [`operations`] describes every operation of the API; a [`Request`] of one is made by [`Client::call`], which answers in
//! JSON, and lists that many want a part of are read by [`Client::shared`]. Some operations have methods with types of
//! their own, by their names in snake case; one file a noun. Slow operations answer with a [`TaskId`]; [`Client::describe_task_info`] follows the task.
//! [`Error`] answers the questions that decide what to do next. Requests send what is `Some`, and nothing else.

mod addon;
mod answered;
mod body;
mod call;
mod client;
mod cluster;
mod coalesce;
mod credentials;
mod endpoint;
mod error;
mod node_pool;
pub mod operations;
mod paging;
mod region;
mod request;
mod retry;
mod sign;
mod tag;
mod task;
mod text;
mod transport;
mod turn;
mod wire;

pub use addon::*;
pub use answered::Answered;
pub use client::{Client, ClientBuilder};
pub use cluster::*;
pub use credentials::{
    ACCESS_KEY_ID_VARIABLE, ACCESS_KEY_SECRET_VARIABLE, Credentials, CredentialsProvider, SECURITY_TOKEN_VARIABLE,
};
pub use endpoint::{check_endpoint, check_region, is_known_region};
pub use error::Error;
pub use node_pool::*;
pub use region::Region;
pub use request::Request;
pub use retry::Limits;
pub use tag::*;
pub use task::{Task, TaskError, TaskEvent, TaskId, TaskResult, TaskStage, TaskStarted, TaskState};
pub use turn::Turn;

/// A JSON object whose content the API does not describe.
pub type JsonObject = serde_json::Map<String, serde_json::Value>;
