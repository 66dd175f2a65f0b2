//! What the client knows of clusters.

use crate::open_enum::open_enum;

open_enum! {
    /// State of a cluster.
    pub enum ClusterState {
        /// Being built.
        Initial = "initial",
        /// Building it failed; it stays until it is deleted.
        Failed = "failed",
        /// Building it took too long.
        CreateTimeout = "create_timeout",
        /// Ready; the state in which changes are accepted.
        Running = "running",
        /// A change or an add-on is being worked on.
        Updating = "updating",
        /// A change failed.
        UpdatingFailed = "updating_failed",
        /// Its version is being upgraded.
        Upgrading = "upgrading",
        /// Nodes are being added.
        Scaling = "scaling",
        /// Nodes are being removed.
        Removing = "removing",
        /// Nodes are being drained.
        Draining = "draining",
        /// It moves to another kind of cluster.
        Migrating = "migrating",
        /// Not active.
        Inactive = "inactive",
        /// Not reachable.
        Unavailable = "unavailable",
        /// Stopped.
        Stopped = "stopped",
        /// Being deleted.
        Deleting = "deleting",
        /// Deleted; rarely seen, a read gives not found.
        Deleted = "deleted",
        /// Deleting it failed; deleting may be tried again.
        DeleteFailed = "delete_failed" | "deleteFailed",
        /// Registered, its agent has not connected yet.
        Waiting = "waiting",
        /// Registered, its agent has lost the connection.
        Disconnected = "disconnected",
    }
}
