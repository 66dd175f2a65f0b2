//! Client for Alibaba Cloud Container Service for Kubernetes (ACK): product CS, API version 2015-12-15.
//!
//! ```no_run
//! # async fn example() -> Result<(), ack_client::Error> {
//! use ack_client::{Client, Credentials, Request, operations};
//!
//! let client = Client::builder()
//!     .region("cn-hangzhou")
//!     .credentials(Credentials::new("id", "secret", None))
//!     .build()?;
//! let of = [("cluster_id", "c0123456789abcdef0123456789abcdef")];
//! let cluster = client.call(&Request::of(&operations::DESCRIBE_CLUSTER_DETAIL, &of)).await?;
//! println!("{} is {}", cluster.body["name"], cluster.body["state"]);
//! # Ok(())
//! # }
//! ```
//!
//! [`operations`] describes every operation of the API; a [`Request`] of one is made by [`Client::call`], which answers in
//! JSON. Lists that many want a part of are read by [`Client::shared`], those that come page by page by [`Client::pages`].
//! Slow operations answer with a [`TaskId`]; [`Client::describe_task_info`] follows the task. [`Error`] answers the
//! questions that decide what to do next.

mod answered;
mod body;
mod call;
mod client;
mod coalesce;
mod credentials;
mod endpoint;
mod error;
pub mod operations;
mod paging;
mod request;
mod retry;
mod sign;
mod task;
mod text;
mod transport;
mod turn;

pub use answered::Answered;
pub use client::{Client, ClientBuilder};
pub use credentials::{
    ACCESS_KEY_ID_VARIABLE, ACCESS_KEY_SECRET_VARIABLE, Credentials, CredentialsProvider, SECURITY_TOKEN_VARIABLE,
};
pub use endpoint::{check_endpoint, check_region, is_known_region};
pub use error::Error;
pub use request::Request;
pub use retry::Limits;
pub use task::{Task, TaskError, TaskId, TaskState};
pub use turn::Turn;
