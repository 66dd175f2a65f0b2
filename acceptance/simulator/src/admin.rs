//! The admin API under `/_simulator/`: plain JSON, no signature.

use serde_json::{Value, json};

use crate::call::Call;
use crate::clock::{ClockMode, seconds};
use crate::faults::Fault;
use crate::operations;
use crate::server::{Service, Simulation};
use crate::store::{Change, Target, World, stamp};
use crate::validate;

/// What the admin API offers; also the answer of its root.
const PATHS: [(&str, &str); 12] = [
    ("GET /", "this list"),
    ("POST /reset", "forget everything and start as configured"),
    ("GET /snapshot", "all clusters, node pools, nodes, add-ons, tasks and events"),
    ("POST /seed", "{clusters: [{...CreateCluster body, node_pools: [...], addons: [...]}]}: there at once"),
    ("GET|PUT /clock", "{mode: timer, speed} or {mode: manual}"),
    ("POST /clock/advance", "{seconds}"),
    (
        "GET|POST|DELETE /faults",
        "{operation, kind: error|answer|delay|drop|idle_reset|task|ignore_field, times, skip, probability, ...}",
    ),
    ("GET|DELETE /requests", "log of the API calls"),
    ("POST /mutate", "{cluster_id, node_pool_id?, addon?, patch}: drift, as a JSON merge patch"),
    ("POST /delete", "{cluster_id, node_pool_id?, addon?}: gone at once"),
    ("GET|PUT /assumptions", "what is assumed of the service, with switches"),
    ("GET /operations", "which operations are simulated"),
];

type Outcome = Result<Value, (u16, String)>;

/// Answers one call of the admin API; `path` is what follows `/_simulator`.
pub(crate) fn answer(service: &Service, method: &str, path: &str, body: &[u8]) -> (u16, Value) {
    let body = match body {
        [] => Ok(Value::Null),
        body => serde_json::from_slice(body).map_err(|error| (400, format!("the body is no JSON: {error}"))),
    };
    match body.and_then(|body| dispatch(service, method, path.trim_end_matches('/'), &body)) {
        Ok(value) => (200, value),
        Err((status, message)) => (status, json!({"error": message})),
    }
}

fn dispatch(service: &Service, method: &str, path: &str, body: &Value) -> Outcome {
    if (method, path) == ("POST", "/reset") {
        service.reset();
        return Ok(json!({}));
    }
    let simulation = &mut *service.lock();
    simulation.world.settle();
    let outcome = match (method, path) {
        ("GET", "") => Ok(info(simulation)),
        ("GET", "/snapshot") => Ok(snapshot(&simulation.world)),
        ("POST", "/seed") => seed(&mut simulation.world, body),
        ("GET", "/clock") => Ok(clock(&simulation.world)),
        ("PUT", "/clock") => set_clock(&mut simulation.world, body),
        ("POST", "/clock/advance") => advance(&mut simulation.world, body),
        ("GET", "/faults") => Ok(json!({"faults": simulation.faults})),
        ("POST", "/faults") => add_fault(simulation, body),
        ("DELETE", "/faults") => {
            simulation.faults.clear();
            Ok(json!({}))
        }
        ("GET", "/requests") => Ok(json!({"requests": simulation.log})),
        ("DELETE", "/requests") => {
            simulation.log.clear();
            Ok(json!({}))
        }
        ("POST", "/mutate") => mutate(&mut simulation.world, body),
        ("POST", "/delete") => delete(&mut simulation.world, body),
        ("GET", "/assumptions") => Ok(json!({"assumptions": simulation.world.assumptions.table()})),
        ("PUT", "/assumptions") => set_assumptions(&mut simulation.world, body),
        ("GET", "/operations") => Ok(simulated()),
        _ => {
            let known: Vec<_> = PATHS.iter().map(|(path, _)| *path).collect();
            Err((404, format!("{method} {path} is none of {}", known.join(", "))))
        }
    };
    simulation.world.publish();
    outcome
}

fn info(simulation: &Simulation) -> Value {
    let world = &simulation.world;
    json!({
        "name": "ack-simulator",
        "version": env!("CARGO_PKG_VERSION"),
        "clock": clock(world),
        "clusters": world.clusters.len(),
        "tasks": world.tasks.len(),
        "requests": simulation.log.len(),
        "paths": PATHS.iter().map(|(path, what)| json!({"path": path, "what": what})).collect::<Vec<_>>(),
    })
}

fn snapshot(world: &World) -> Value {
    json!({
        "simulated_time": stamp(world.now()),
        "clusters": world.clusters.values().collect::<Vec<_>>(),
        "tasks": world.tasks.values().collect::<Vec<_>>(),
        "events": world.events,
    })
}

fn clock(world: &World) -> Value {
    let mut value = json!(world.clock.mode());
    value["now"] = json!(stamp(world.clock.now()));
    value
}

fn set_clock(world: &mut World, body: &Value) -> Outcome {
    let mode: ClockMode = serde_json::from_value(body.clone()).map_err(|error| (400, error.to_string()))?;
    world.clock.set_mode(mode).map_err(|error| (400, error))?;
    Ok(clock(world))
}

fn advance(world: &mut World, body: &Value) -> Outcome {
    let span = body["seconds"].as_f64().filter(|span| (0.0..=1e9).contains(span));
    let span = span.ok_or_else(|| (400, "send {\"seconds\": n} with n from 0 to 1000000000".to_owned()))?;
    world.clock.advance(seconds(span)).map_err(|error| (400, error))?;
    world.settle();
    Ok(clock(world))
}

fn add_fault(simulation: &mut Simulation, body: &Value) -> Outcome {
    let fault = Fault::parse(body).map_err(|error| (400, error))?;
    simulation.faults.push(fault);
    Ok(json!({"faults": simulation.faults}))
}

fn set_assumptions(world: &mut World, body: &Value) -> Outcome {
    world.assumptions = world.assumptions.with(body).map_err(|error| (400, error))?;
    Ok(json!({"assumptions": world.assumptions.table()}))
}

fn simulated() -> Value {
    let rows: Vec<_> = operations::all()
        .iter()
        .map(|operation| json!({"operation": operation.action, "method": operation.method, "path": operation.path, "simulated": crate::call::handler(&operation.action).is_some()}))
        .collect();
    json!({"operations": rows})
}

/// The object that a body names.
fn target(world: &World, body: &Value) -> Result<Target, (u16, String)> {
    let name = |field: &str| body[field].as_str().map(str::to_owned);
    let cluster_id = name("cluster_id").ok_or_else(|| (400, "cluster_id is missing".to_owned()))?;
    let gone = |error: crate::error::ApiError| (404, error.to_string());
    let cluster = world.cluster(&cluster_id).map_err(gone)?;
    match (name("node_pool_id"), name("addon")) {
        (Some(node_pool_id), None) => {
            world.node_pool(&cluster_id, &node_pool_id).map_err(gone)?;
            Ok(Target::NodePool(cluster_id, node_pool_id))
        }
        (None, Some(addon)) if cluster.addons.contains_key(&addon) => Ok(Target::Addon(cluster_id, addon)),
        (None, Some(addon)) => Err((404, format!("{addon} is not installed"))),
        (None, None) => Ok(Target::Cluster(cluster_id)),
        (Some(_), Some(_)) => Err((400, "name either node_pool_id or addon".to_owned())),
    }
}

/// Drift. A changed `scaling_group.desired_size` also changes the nodes, as an autoscaler would, which leaves no wish behind.
fn mutate(world: &mut World, body: &Value) -> Outcome {
    let patch = body
        .get("patch")
        .filter(|patch| patch.is_object())
        .ok_or_else(|| (400, "patch is missing or no object".to_owned()))?;
    let target = target(world, body)?;
    world.apply(Change::Merge(target.clone(), patch.clone()));
    if let (Target::NodePool(cluster_id, node_pool_id), Some(size)) =
        (&target, patch["scaling_group"]["desired_size"].as_u64())
    {
        let size = usize::try_from(size).unwrap_or(usize::MAX).min(5000);
        world.apply(Change::Resize { cluster_id: cluster_id.clone(), node_pool_id: node_pool_id.clone(), size });
        if world.node_pool(cluster_id, node_pool_id).is_ok_and(|pool| pool.record["auto_scaling"]["enable"] == true) {
            world.apply(Change::Merge(target.clone(), json!({"scaling_group": {"desired_size": null}})));
        }
    }
    Ok(world.object_mut(&target).cloned().unwrap_or_default())
}

fn delete(world: &mut World, body: &Value) -> Outcome {
    let target = target(world, body)?;
    world.apply(Change::Remove(target));
    Ok(json!({}))
}

/// Creates clusters with their node pools and add-ons, and ends their tasks at once.
fn seed(world: &mut World, body: &Value) -> Outcome {
    let clusters = body["clusters"].as_array().ok_or_else(|| (400, "clusters is missing or no list".to_owned()))?;
    let mut seeded = Vec::new();
    for cluster in clusters {
        let mut cluster = cluster.clone();
        let node_pools = cluster.as_object_mut().and_then(|fields| fields.remove("node_pools"));
        let answer = run(world, "CreateCluster", "", cluster)?;
        let cluster_id = answer["cluster_id"].as_str().unwrap_or_default().to_owned();
        let mut node_pool_ids = Vec::new();
        for node_pool in node_pools.as_ref().and_then(Value::as_array).unwrap_or(&Vec::new()) {
            let answer = run(world, "CreateClusterNodePool", &cluster_id, node_pool.clone())?;
            node_pool_ids.push(answer["nodepool_id"].clone());
        }
        seeded.push(json!({"cluster_id": cluster_id, "node_pool_ids": node_pool_ids}));
    }
    Ok(json!({"clusters": seeded}))
}

/// Runs an operation as if called, then ends the task that it started.
fn run(world: &mut World, action: &str, cluster_id: &str, body: Value) -> Outcome {
    let refused = |error: crate::error::ApiError| (400, error.to_string());
    let operation = operations::find(action).ok_or_else(|| (500, format!("{action} is no operation")))?;
    let body = validate::body(operation, body.to_string().as_bytes(), &world.assumptions).map_err(refused)?;
    let call = Call {
        operation,
        path: [("cluster_id".to_owned(), cluster_id.to_owned())].into(),
        query: serde_json::Map::new(),
        body,
    };
    let handler = crate::call::handler(action).ok_or_else(|| (500, format!("{action} is not simulated")))?;
    let answer = handler(world, &call).map_err(refused)?;
    if let Some(task_id) = answer["task_id"].as_str() {
        world.end_task(task_id, None);
    }
    if let Some(cluster_id) = answer["cluster_id"].as_str() {
        world.apply(Change::Merge(Target::Cluster(cluster_id.to_owned()), json!({"state": "running"})));
    }
    Ok(answer)
}
