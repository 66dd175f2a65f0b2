//! A validated call of an operation, and what a noun is to the rest of the simulator: the functions that answer its calls.

use indexmap::IndexMap;
use serde_json::{Map, Value, json};

use crate::error::ApiError;
use crate::objects::Kind;
use crate::operations::Operation;
use crate::store::{AtBirth, Rule, World};

/// What an operation answers; `Null` for no body. The server adds the request id.
pub(crate) type Answer = Result<Value, ApiError>;

/// A function that answers an operation.
pub(crate) type Handler = fn(&mut World, &Call) -> Answer;

/// A noun: a row and its rules.
pub(crate) struct Noun {
    /// Its operations, and who answers them.
    pub(crate) calls: &'static [(&'static str, Handler)],
    /// What its objects are; none for what only shows things.
    pub(crate) kind: Option<&'static Kind>,
    /// Its part in the creation of a cluster.
    pub(crate) at_birth: Option<AtBirth>,
    /// What follows from a change that nobody made through the API.
    pub(crate) drifted: Option<Rule>,
}

impl Noun {
    pub(crate) const PLAIN: Self = Self { calls: &[], kind: None, at_birth: None, drifted: None };
}

/// A call whose query and body were held to the facts.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) operation: &'static Operation,
    pub(crate) path: IndexMap<String, String>,
    pub(crate) query: Map<String, Value>,
    pub(crate) body: Value,
}

impl Call {
    /// A path parameter; the API spells `cluster_id` as `clusterid` in two routes.
    pub(crate) fn path(&self, name: &str) -> &str {
        let other = name.replace('_', "");
        self.path.get(name).or_else(|| self.path.get(&other)).map(String::as_str).unwrap_or_default()
    }

    /// The cluster in the path, for a borrow that does not last.
    pub(crate) fn cluster_id(&self) -> String {
        self.path("cluster_id").to_owned()
    }

    /// A text parameter of the query, unless it is absent or empty.
    pub(crate) fn query_text(&self, name: &str) -> Option<&str> {
        self.query.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
    }

    /// A boolean parameter of the query; absent means false.
    pub(crate) fn query_flag(&self, name: &str) -> bool {
        self.query.get(name).and_then(Value::as_bool).unwrap_or_default()
    }

    /// The items of a body that is a list.
    pub(crate) fn items(&self) -> &[Value] {
        self.body.as_array().map(Vec::as_slice).unwrap_or_default()
    }
}

/// One page of rows under `name`, with `page_info` and, when paging by token, `next_token`.
pub(crate) fn page(call: &Call, name: &str, rows: Vec<Value>, default_size: usize) -> Value {
    let number = |name: &str| {
        call.query.get(name).and_then(Value::as_u64).map(|number| usize::try_from(number).unwrap_or(usize::MAX))
    };
    let size = number("page_size").or(number("max_results")).unwrap_or(default_size).max(1);
    let first = match call.query_text("next_token").and_then(|token| token.parse::<usize>().ok()) {
        Some(offset) => offset,
        None => (number("page_number").unwrap_or(1).max(1) - 1).saturating_mul(size),
    };
    let total = rows.len();
    let shown: Vec<_> = rows.into_iter().skip(first).take(size).collect();
    let next = first.saturating_add(size);
    let mut answer = json!({
        "page_info": {"page_number": first / size + 1, "page_size": size, "total_count": total},
    });
    if call.query.contains_key("max_results") || call.query.contains_key("next_token") {
        answer["next_token"] = json!(if next < total { next.to_string() } else { String::new() });
    }
    answer[name] = json!(shown);
    answer
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations;

    #[test]
    fn pages_go_by_number_or_by_token() {
        let rows = || (0..5).map(Value::from).collect::<Vec<_>>();
        let mut call = Call {
            operation: operations::find("DescribeClusterTasks").unwrap(),
            path: IndexMap::new(),
            query: Map::new(),
            body: Value::Null,
        };
        call.query.insert("page_number".to_owned(), json!(2));
        call.query.insert("page_size".to_owned(), json!(2));
        let answer = page(&call, "tasks", rows(), 50);
        assert_eq!(answer, json!({"tasks": [2, 3], "page_info": {"page_number": 2, "page_size": 2, "total_count": 5}}));
        call.query.clear();
        call.query.insert("max_results".to_owned(), json!(3));
        assert_eq!(page(&call, "tasks", rows(), 50)["next_token"], "3");
        call.query.insert("next_token".to_owned(), json!("3"));
        let answer = page(&call, "tasks", rows(), 50);
        assert_eq!((&answer["tasks"], &answer["next_token"]), (&json!([3, 4]), &json!("")));
    }
}
