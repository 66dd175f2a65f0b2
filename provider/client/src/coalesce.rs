//! Shared reads: many who ask about siblings at about the same time share one list call.
//!
//! A reader joins a call that is under way, or takes an answer that is younger than the limit. A write to the cluster,
//! when it begins and when it ends, makes all that was read before it unavailable to those who come later.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::OnceCell;
use tokio::time::Instant;

use crate::Error;

/// Answers by what they are about (a cluster, or all else of a region) and by path, each asked for once and shared.
pub(crate) struct Shared<T> {
    flights: Mutex<HashMap<String, Flights<T>>>,
    lifetime: Duration,
}

type Flights<T> = HashMap<String, Arc<Flight<T>>>;

/// One list call: under way until the cell is filled.
struct Flight<T> {
    landed: OnceCell<(Instant, Result<Arc<T>, Error>)>,
}

impl<T> Shared<T> {
    pub(crate) fn new(lifetime: Duration) -> Self {
        Self { flights: Mutex::new(HashMap::new()), lifetime }
    }

    /// The answer for `path`, from `read` or from somebody else's `read`.
    ///
    /// If the reader that makes the call is cancelled, the next one that waits makes it again. An error goes to all who
    /// waited for it and to nobody after them.
    pub(crate) async fn get<Read>(&self, about: &str, path: &str, read: impl FnOnce() -> Read) -> Result<Arc<T>, Error>
    where
        Read: Future<Output = Result<T, Error>>,
    {
        let flight = self.join(about, path);
        let (_, answer) = flight.landed.get_or_init(|| async { (Instant::now(), read().await.map(Arc::new)) }).await;
        answer.clone()
    }

    /// Forgets all that was read about something, also what is being read at this moment.
    pub(crate) fn forget(&self, about: &str) {
        self.lock().remove(about);
    }

    fn join(&self, about: &str, path: &str) -> Arc<Flight<T>> {
        let mut all = self.lock();
        let flights = all.entry(about.to_owned()).or_default();
        if let Some(flight) = flights.get(path).filter(|flight| flight.is_usable(self.lifetime)) {
            return Arc::clone(flight);
        }
        let flight = Arc::new(Flight { landed: OnceCell::new() });
        flights.insert(path.to_owned(), Arc::clone(&flight));
        flight
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, Flights<T>>> {
        // The map is whole after every statement, so a panic elsewhere does not spoil it.
        self.flights.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Flight<T> {
    fn is_usable(&self, lifetime: Duration) -> bool {
        match self.landed.get() {
            None => true,
            // Counted from the moment the call was made: the answer is no younger than that.
            Some((asked, Ok(_))) => asked.elapsed() < lifetime,
            Some((_, Err(_))) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering};
    use tokio::sync::Notify;

    const LIFETIME: Duration = Duration::from_secs(2);

    #[tokio::test(start_paused = true)]
    async fn readers_at_the_same_time_share_one_call() {
        let shared = Shared::new(LIFETIME);
        let calls = AtomicU32::new(0);
        let read = || async {
            tokio::time::sleep(Duration::from_millis(500)).await;
            Ok(calls.fetch_add(1, Ordering::SeqCst))
        };
        let (a, b, c) = tokio::join!(
            shared.get("c1", "/pools", read),
            shared.get("c1", "/pools", read),
            shared.get("c1", "/pools", read)
        );
        assert_eq!((*a.unwrap(), *b.unwrap(), *c.unwrap()), (0, 0, 0));
        assert_eq!(*shared.get("c1", "/pools", read).await.unwrap(), 0, "young enough");
        assert_eq!(*shared.get("c2", "/pools", read).await.unwrap(), 1, "another cluster");
        tokio::time::advance(LIFETIME).await;
        assert_eq!(*shared.get("c1", "/pools", read).await.unwrap(), 2, "too old");
    }

    #[tokio::test(start_paused = true)]
    async fn a_write_hides_what_was_read_before_and_what_is_being_read() {
        let shared = Shared::new(LIFETIME);
        assert_eq!(*shared.get("c1", "/pools", || async { Ok("before") }).await.unwrap(), "before");
        shared.forget("c1");
        let (begun, written) = (Notify::new(), Notify::new());
        let slow = shared.get("c1", "/pools", || async {
            begun.notify_one();
            written.notified().await;
            Ok("while")
        });
        let write = async {
            begun.notified().await;
            shared.forget("c1");
            written.notify_one();
            shared.get("c1", "/pools", || async { Ok("after") }).await
        };
        let (slow, after) = tokio::join!(slow, write);
        assert_eq!((*slow.unwrap(), *after.unwrap()), ("while", "after"));
    }

    #[tokio::test(start_paused = true)]
    async fn a_write_hides_every_list_of_its_cluster_and_none_of_another() {
        let shared = Shared::new(LIFETIME);
        for (about, path) in [("c1", "/pools"), ("c1", "/addons"), ("c2", "/pools")] {
            assert_eq!(*shared.get(about, path, || async { Ok((about, path, 1)) }).await.unwrap(), (about, path, 1));
        }
        shared.forget("c1");
        for (about, path, age) in [("c1", "/pools", 2), ("c1", "/addons", 2), ("c2", "/pools", 1)] {
            assert_eq!(*shared.get(about, path, || async { Ok((about, path, 2)) }).await.unwrap(), (about, path, age));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn an_error_is_shared_and_not_kept() {
        let shared = Shared::<u32>::new(LIFETIME);
        let calls = AtomicU32::new(0);
        let fail = || async {
            calls.fetch_add(1, Ordering::SeqCst);
            tokio::time::sleep(Duration::from_millis(10)).await;
            Err(Error::credentials("none"))
        };
        let (a, b) = tokio::join!(shared.get("c1", "/pools", fail), shared.get("c1", "/pools", fail));
        assert!(a.is_err() && b.is_err());
        assert_eq!(calls.load(Ordering::SeqCst), 1);
        assert_eq!(*shared.get("c1", "/pools", || async { Ok(7) }).await.unwrap(), 7);
    }

    #[tokio::test(start_paused = true)]
    async fn a_cancelled_reader_leaves_the_call_to_the_next() {
        let shared = Shared::new(LIFETIME);
        let cancelled =
            tokio::time::timeout(Duration::from_millis(10), shared.get("c1", "/pools", std::future::pending));
        let patient = async {
            tokio::time::sleep(Duration::from_millis(5)).await;
            shared.get("c1", "/pools", || async { Ok(1) }).await
        };
        let (cancelled, patient) = tokio::join!(cancelled, patient);
        assert!(cancelled.is_err());
        assert_eq!(*patient.unwrap(), 1);
    }
}
