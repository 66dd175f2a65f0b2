//! Turns: who works on the add-ons of a cluster, and who waits.
//!
//! The service carries out one operation on the add-ons of a cluster at a time and refuses all others meanwhile. Those of
//! one process need not find that out by trying: they queue, first come, first served.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{Mutex as Queue, OwnedMutexGuard};

use crate::Client;

/// The queues of the clusters.
#[derive(Default)]
pub(crate) struct Turns(Mutex<HashMap<String, Arc<Queue<()>>>>);

impl Turns {
    async fn take(&self, key: &str) -> Turn {
        let queue = {
            let mut queues = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(queues.entry(key.to_owned()).or_default())
        };
        Turn { _held: Arc::new(queue.lock_owned().await) }
    }
}

/// The right to work on the add-ons of a cluster, until it and its clones are dropped.
#[derive(Clone, Debug)]
#[must_use]
pub struct Turn {
    _held: Arc<OwnedMutexGuard<()>>,
}

impl Client {
    /// Waits until nothing of this process works on the add-ons of a cluster. Whoever stops waiting leaves the queue.
    ///
    /// Others can still be at work, in the console for instance: the service's refusal is to be expected all the same.
    pub async fn addon_turn(&self, cluster_id: &str) -> Turn {
        self.turns().take(&self.shared_key(cluster_id)).await
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::task::JoinSet;
    use tokio::time::{Instant, sleep, timeout};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn turns_of_a_cluster_come_in_the_order_of_asking_and_clusters_do_not_wait_for_each_other() {
        let turns = Arc::new(Turns::default());
        let (order, begun) = (Arc::new(Mutex::new(Vec::new())), Instant::now());
        let mut work = JoinSet::new();
        for number in 0..5 {
            let (turns, order) = (Arc::clone(&turns), Arc::clone(&order));
            work.spawn(async move {
                sleep(Duration::from_millis(number)).await;
                let turn = turns.take("c1").await;
                let _clone = turn.clone();
                drop(turn);
                sleep(Duration::from_secs(1)).await;
                order.lock().unwrap().push(number);
            });
        }
        sleep(Duration::from_millis(10)).await;
        drop(
            timeout(Duration::from_millis(1), turns.take("c2")).await.expect("another cluster has a queue of its own"),
        );
        while work.join_next().await.is_some() {}
        assert_eq!(*order.lock().unwrap(), [0, 1, 2, 3, 4]);
        assert!(begun.elapsed() >= Duration::from_secs(5), "they worked at the same time");
    }

    #[tokio::test(start_paused = true)]
    async fn who_stops_waiting_holds_up_nobody() {
        let turns = Turns::default();
        let first = turns.take("c1").await;
        assert!(timeout(Duration::from_secs(1), turns.take("c1")).await.is_err(), "the first is still at work");
        drop(first);
        assert!(timeout(Duration::from_secs(1), turns.take("c1")).await.is_ok(), "the one who gave up holds the turn");
    }
}
