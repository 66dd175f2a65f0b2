//! How long things take, in simulated seconds. Measured figures are marked live, the others lie in documented spans.

/// Managed cluster, live: 304 s.
pub(crate) const CLUSTER_CREATE: f64 = 304.0;
/// Live: 287-347 s.
pub(crate) const CLUSTER_DELETE: f64 = 300.0;
/// Control plane of a managed cluster: about 5 minutes.
pub(crate) const CLUSTER_UPGRADE: f64 = 300.0;
/// Basic to Pro; no figure known.
pub(crate) const CLUSTER_MIGRATE: f64 = 600.0;
/// Deletion protection, live: 4-5 s; taken for other plain settings as well.
pub(crate) const SETTING: f64 = 5.0;
/// Settings that restart the control plane; no figure known.
pub(crate) const CONTROL_PLANE_RESTART: f64 = 60.0;
/// Public address of the API server, live: 129 s.
pub(crate) const PUBLIC_ADDRESS: f64 = 129.0;
/// Node pool without nodes; documented 3-8 minutes with them.
pub(crate) const NODE_POOL_CREATE: f64 = 120.0;
/// Bootstrap of nodes, all at a time; live: 45-90 s.
pub(crate) const NODE_BOOTSTRAP: f64 = 60.0;
/// One more node, live: 67 s.
pub(crate) const SCALE_OUT: f64 = 67.0;
/// One node less, live: 107 s.
pub(crate) const SCALE_IN: f64 = 107.0;
/// Settings of a node pool; no figure known.
pub(crate) const NODE_POOL_MODIFY: f64 = 15.0;
/// Deletion of a pool that is empty; no figure known.
pub(crate) const NODE_POOL_DELETE: f64 = 30.0;
/// One batch of nodes upgraded in place: 5-10 minutes.
pub(crate) const NODE_UPGRADE_BATCH: f64 = 300.0;
/// One batch of nodes with a new system disk: about 8 minutes.
pub(crate) const NODE_REPLACE_BATCH: f64 = 480.0;
/// Any add-on operation: 30 s to 5 minutes.
pub(crate) const ADDON: f64 = 60.0;
