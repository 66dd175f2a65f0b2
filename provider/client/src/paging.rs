//! Reading a numbered list page by page until all of it is there.

use std::future::Future;

use serde::Deserialize;

use crate::{Error, wire};

/// Items asked for at once: what every numbered list of the API accepts.
pub(crate) const PAGE_SIZE: i64 = 50;

/// More pages than any list can have, so that an answer that never ends cannot keep a caller for ever.
const MAX_PAGES: i64 = 1000;

/// What an answer says about its place in the list.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct PageInfo {
    #[serde(deserialize_with = "wire::integer")]
    total_count: Option<i64>,
}

/// Calls `fetch(page_number, page_size)` from page 1 on and collects the items.
///
/// Ends at the announced total, or, where none is announced, at the first page that is not full.
pub(crate) async fn all<T, Fetch, Answer>(fetch: Fetch) -> Result<Vec<T>, Error>
where
    Fetch: Fn(i64, i64) -> Answer,
    Answer: Future<Output = Result<(Vec<T>, PageInfo), Error>>,
{
    let mut items = Vec::new();
    for page_number in 1..=MAX_PAGES {
        let (page, info) = fetch(page_number, PAGE_SIZE).await?;
        let received = page.len() as i64;
        items.extend(page);
        let complete = match info.total_count {
            Some(total) => items.len() as i64 >= total,
            None => received < PAGE_SIZE,
        };
        if complete || received == 0 {
            break;
        }
    }
    Ok(items)
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn collect(total: i64, announced: bool) -> (Vec<i64>, i64) {
        let calls = std::cell::Cell::new(0);
        let items = all(|number, size| {
            calls.set(calls.get() + 1);
            let first = (number - 1) * size;
            let page: Vec<i64> = (first..total.min(first + size)).collect();
            let info = PageInfo { total_count: announced.then_some(total) };
            async move { Ok((page, info)) }
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
        let items: Vec<i64> = all(|number, _| async move {
            Ok((if number == 1 { vec![1] } else { vec![] }, PageInfo { total_count: Some(10) }))
        })
        .await
        .unwrap();
        assert_eq!(items, [1]);
    }
}
