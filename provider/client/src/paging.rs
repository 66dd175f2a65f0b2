//! Reading a numbered list page by page until all of it is there.

use std::future::Future;

use serde_json::Value;

use crate::answered::Answered;
use crate::request::Request;
use crate::{Client, Error};

/// Items asked for at once: what every numbered list of the API accepts.
const PAGE_SIZE: usize = 50;

/// More pages than any list can have, so that an answer that never ends cannot keep a caller for ever.
const MAX_PAGES: usize = 1000;

impl Client {
    /// Makes a call that answers page by page, for all pages, and collects what is in this member of them.
    ///
    /// # Errors
    /// As for [`call`](Self::call); and a page that says nothing about the list: from an empty one follows that there is
    /// nothing.
    pub async fn pages(&self, request: &Request, list: &str) -> Result<Vec<Value>, Error> {
        all(|page_number| async move {
            let page = request.clone().query("page_number", page_number).query("page_size", PAGE_SIZE);
            let mut answer = self.call(&page).await?;
            let total = total_count(&answer);
            match answer.body[list].take() {
                Value::Array(items) => Ok((items, total)),
                Value::Null if answer.body["page_info"].is_object() => Ok((Vec::new(), total)),
                _ => Err(answer.unreadable(request, format!("it has no `{list}`"))),
            }
        })
        .await
    }
}

/// How many items there are in all, if the service says so.
fn total_count(answer: &Answered) -> Option<usize> {
    let total = &answer.body["page_info"]["total_count"];
    total.as_u64().and_then(|total| total.try_into().ok()).or_else(|| total.as_str()?.parse().ok())
}

/// Calls `fetch(page_number)` from page 1 on and collects the items.
///
/// Ends at the announced total, or, where none is announced, at the first page that is not full.
async fn all<T, Fetch, Answer>(fetch: Fetch) -> Result<Vec<T>, Error>
where
    Fetch: Fn(usize) -> Answer,
    Answer: Future<Output = Result<(Vec<T>, Option<usize>), Error>>,
{
    let mut items = Vec::new();
    for page_number in 1..=MAX_PAGES {
        let (page, total) = fetch(page_number).await?;
        let received = page.len();
        items.extend(page);
        let complete = total.map_or(received < PAGE_SIZE, |total| items.len() >= total);
        if complete || received == 0 {
            break;
        }
    }
    Ok(items)
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn collect(total: usize, announced: bool) -> (Vec<usize>, usize) {
        let calls = std::cell::Cell::new(0);
        let items = all(|number| {
            calls.set(calls.get() + 1);
            let first = (number - 1) * PAGE_SIZE;
            let page: Vec<usize> = (first..total.min(first + PAGE_SIZE)).collect();
            async move { Ok((page, announced.then_some(total))) }
        })
        .await
        .unwrap();
        (items, calls.get())
    }

    #[tokio::test]
    async fn every_item_is_read_once_with_no_call_too_many() {
        assert_eq!(collect(0, true).await, (vec![], 1));
        assert_eq!(collect(50, true).await, ((0..50).collect(), 1));
        assert_eq!(collect(120, true).await, ((0..120).collect(), 3));
        assert_eq!(collect(120, false).await, ((0..120).collect(), 3));
        assert_eq!(collect(100, false).await, ((0..100).collect(), 3));
    }

    #[tokio::test]
    async fn a_total_that_is_never_reached_does_not_loop() {
        let items: Vec<i64> =
            all(|number| async move { Ok((if number == 1 { vec![1] } else { vec![] }, Some(10))) }).await.unwrap();
        assert_eq!(items, [1]);
    }
}
