//! An answer as it is: JSON, with what the client itself looks at.

use std::fmt;

use serde_json::Value;

use crate::Error;
use crate::call::Answer;
use crate::error::Kind;
use crate::operations::Shape;
use crate::request::Request;
use crate::task::TaskId;

/// The answer to a call.
#[derive(Clone, PartialEq)]
pub struct Answered {
    /// All of it; null if there was none.
    pub body: Value,
    /// The task that the call has started, if it says so.
    pub task: Option<TaskId>,
    /// Id of the request in the service's records.
    pub request_id: Option<String>,
}

impl Answered {
    /// Reads an accepted answer. It has to be of the shape that the operation answers in, and to have the member without
    /// which it is none. What is documented to be no answer may say more all the same, and may be anything.
    pub(crate) fn of(answer: &Answer, request: &Request) -> Result<Self, Error> {
        let operation = request.operation();
        let body = match request.answers_in() {
            Shape::Nothing => serde_json::from_slice(&answer.body).unwrap_or_default(),
            Shape::Text => serde_json::from_slice(&answer.body)
                .unwrap_or_else(|_| Value::from(String::from_utf8_lossy(&answer.body).into_owned())),
            Shape::Object if answer.is_list() => {
                return Err(answer.unreadable(operation, "it is a list instead of an object".to_owned()));
            }
            shape @ (Shape::Object | Shape::List) => {
                let body = answer.read(operation)?;
                match shape {
                    Shape::Object if !body.is_object() => Err("it is no object"),
                    Shape::List if !body.is_array() => Err("it is no list"),
                    _ => Ok(body),
                }
                .map_err(|cause| answer.unreadable(operation, cause.to_owned()))?
            }
        };
        if let Some(member) = request.member()
            && lacks(&body, member)
        {
            return Err(answer.unreadable(operation, format!("it has no `{member}`")));
        }
        let task = ["task_id", "taskId"].iter().find_map(|name| body.get(name)?.as_str().filter(|id| !id.is_empty()));
        Ok(Self { task: task.map(TaskId::from), request_id: answer.request_id(), body })
    }

    /// The error for an answer that is JSON, and all the same not what it has to be.
    pub(crate) fn unreadable(&self, request: &Request, cause: String) -> Error {
        Error::new(request.operation(), Kind::Answer { status: 200, cause, request_id: self.request_id.clone() })
    }

    /// The state that it tells, for the log.
    pub(crate) fn state(&self) -> Option<&str> {
        self.body.get("state").or_else(|| self.body.get("status")?.get("state"))?.as_str()
    }
}

/// It may hold what is nobody else's business.
impl fmt::Debug for Answered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answered")
            .field("task", &self.task)
            .field("request_id", &self.request_id)
            .finish_non_exhaustive()
    }
}

/// Whether there is nothing at a dotted place. `list[].name` is a place in each element of a list, which may be left out
/// as a whole.
fn lacks(value: &Value, place: &str) -> bool {
    let (name, rest) = place.split_once('.').map_or((place, None), |(name, rest)| (name, Some(rest)));
    if let Some(list) = name.strip_suffix("[]") {
        return match (value.get(list), rest) {
            (None | Some(Value::Null), _) => false,
            (Some(Value::Array(elements)), Some(rest)) => elements.iter().any(|element| lacks(element, rest)),
            (Some(list), _) => !list.is_array(),
        };
    }
    match (value.get(name), rest) {
        (None | Some(Value::Null), _) => true,
        (Some(value), Some(rest)) => lacks(value, rest),
        (Some(value), None) => value == "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations;
    use bytes::Bytes;
    use serde_json::json;

    fn answered(operation: &'static operations::Operation, body: &str) -> Result<Answered, String> {
        let request = Request::of(operation, &[("cluster_id", "c1")]).must_answer("name");
        let request = if operation.answer == Shape::Object { request } else { Request::of(operation, &[]) };
        let headers = [(http::HeaderName::from_static("x-acs-request-id"), http::HeaderValue::from_static("R-header"))];
        let answer = Answer { status: 200, headers: headers.into_iter().collect(), body: Bytes::from(body.to_owned()) };
        Answered::of(&answer, &request).map_err(|error| error.to_string())
    }

    #[test]
    fn an_object_is_one_and_has_its_member() {
        let detail = &operations::DESCRIBE_CLUSTER_DETAIL;
        for (body, cause) in [
            ("{}", "it has no `name`"),
            (r#"{"name":""}"#, "it has no `name`"),
            (r#"{"name":null}"#, "it has no `name`"),
            (" []", "it is a list instead of an object"),
            ("null", "it is no object"),
            ("3", "it is no object"),
            ("", "it is empty"),
            ("{", "EOF"),
        ] {
            let error = answered(detail, body).unwrap_err();
            assert!(error.starts_with("DescribeClusterDetail") && error.contains(cause), "{body}: {error}");
            assert!(error.contains("request id R-header"), "{error}");
        }
        let read = answered(detail, r#"{"name":"prod","state":"running","size":3}"#).unwrap();
        assert_eq!((read.state(), &read.body["size"]), (Some("running"), &json!(3)));
        assert_eq!((read.task, read.request_id.as_deref()), (None, Some("R-header")));
    }

    #[test]
    fn task_state_and_request_are_found_wherever_the_service_puts_them() {
        let read = |body| answered(&operations::DESCRIBE_CLUSTER_DETAIL, body).unwrap();
        assert_eq!(read(r#"{"name":"a","task_id":"T-1"}"#).task, Some("T-1".into()));
        assert_eq!(read(r#"{"name":"a","taskId":"T-2"}"#).task, Some("T-2".into()));
        assert_eq!(read(r#"{"name":"a","task_id":""}"#).task, None);
        assert_eq!(read(r#"{"name":"a","status":{"state":"active"}}"#).state(), Some("active"));
        assert_eq!(read(r#"{"name":"a","requestId":"R-body"}"#).request_id.as_deref(), Some("R-body"));
    }

    #[test]
    fn what_is_documented_to_be_no_answer_may_be_anything() {
        for body in ["", "null", "OK", "{}", "[]", "<html>"] {
            let read = answered(&operations::MODIFY_CLUSTER_ADDON, body).unwrap();
            assert_eq!((read.task, read.request_id.as_deref()), (None, Some("R-header")), "{body}");
        }
        let read = answered(&operations::MODIFY_CLUSTER_ADDON, r#"{"task_id":"T-1"}"#).unwrap();
        assert_eq!(read.task, Some("T-1".into()));
    }

    #[test]
    fn lists_and_texts_are_answers_too() {
        let list = &operations::DESCRIBE_CLUSTER_RESOURCES;
        assert_eq!(answered(list, r#"[{"state":"a"}]"#).unwrap().body[0]["state"], "a");
        assert!(answered(list, "{}").unwrap_err().contains("it is no list"));
        let script = answered(&operations::DESCRIBE_CLUSTER_ATTACH_SCRIPTS, "curl -s x | sh").unwrap();
        assert_eq!(script.body, "curl -s x | sh");
    }

    #[test]
    fn a_member_of_every_element_is_missing_where_one_element_has_none() {
        let place = "pools[].info.id";
        for full in [json!({}), json!({"pools": null}), json!({"pools": []}), json!({"pools": [{"info": {"id": "a"}}]})]
        {
            assert!(!lacks(&full, place), "{full}");
        }
        let one = json!({"info": {"id": "a"}});
        for bare in [json!({"pools": [one, {"info": {}}]}), json!({"pools": [{}]}), json!({"pools": {}})] {
            assert!(lacks(&bare, place), "{bare}");
        }
    }

    #[test]
    fn debug_shows_no_body() {
        let read = answered(&operations::DESCRIBE_CLUSTER_DETAIL, r#"{"name":"s3cret"}"#).unwrap();
        assert!(!format!("{read:?}").contains("s3cret"));
    }
}
