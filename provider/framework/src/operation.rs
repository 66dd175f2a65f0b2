//! One operation on one object: whether what the user wrote is legal, how long it may take, and what it is given.

mod context;
mod limit;
mod validate;

pub use self::context::Context;
pub(crate) use self::limit::{Limit, TIMEOUTS, duration_text};
pub use self::validate::validate_object;
