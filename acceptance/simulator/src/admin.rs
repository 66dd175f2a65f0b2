//! The admin API under `/_simulator/`: plain JSON, no signature.

use serde_json::{Map, Value, json};

use crate::call::Call;
use crate::clock::{ClockMode, seconds, stamp};
use crate::faults::Fault;
use crate::objects::{Key, Kind, Object};
use crate::simulation::{Service, Simulation};
use crate::store::{CLUSTER, Change, World, in_state};
use crate::{nouns, operations, validate};

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
    ("POST /mutate", "{cluster_id, node_pool_id|addon|..., patch}: drift, as a JSON merge patch"),
    ("POST /delete", "{cluster_id, node_pool_id|addon|...}: gone at once"),
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
        "clusters": world.clusters().count(),
        "tasks": world.tasks.len(),
        "requests": simulation.log.len(),
        "paths": PATHS.iter().map(|(path, what)| json!({"path": path, "what": what})).collect::<Vec<_>>(),
    })
}

fn snapshot(world: &World) -> Value {
    let mut all = json!({
        "simulated_time": stamp(world.now()),
        "tasks": world.tasks.values().collect::<Vec<_>>(),
        "events": world.events,
    });
    for kind in nouns::kinds().filter(|kind| !is_in_cluster(kind)) {
        all[kind.all] = world.objects.within("", kind.name).map(|object| picture(world, object)).collect();
    }
    all
}

fn is_in_cluster(kind: &Kind) -> bool {
    let read = operations::find(kind.read);
    kind.name != CLUSTER && read.is_some_and(|operation| operation.path.contains("{cluster_id}"))
}

/// An object with all that belongs to it. What has nothing but a record is shown as that.
fn picture(world: &World, object: &Object) -> Value {
    if object.key.kind.name == CLUSTER {
        let mut cluster = json!({"id": object.id(), "detail": object.record, "settings": object.hidden});
        for kind in nouns::kinds().filter(|kind| is_in_cluster(kind)) {
            let inside = world.objects.within(object.id(), kind.name);
            let inside: Map<_, _> = inside.map(|inner| (inner.id().to_owned(), picture(world, inner))).collect();
            cluster[kind.all] = Value::Object(inside);
        }
        return cluster;
    }
    let Some(hidden) = object.hidden.as_object().filter(|hidden| !hidden.is_empty()) else {
        return object.record.clone();
    };
    let mut all = json!({"id": object.id(), "record": object.record, "readable_from": object.readable_from});
    for (name, value) in hidden {
        all[name] = value.clone();
    }
    all
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
        .map(|operation| json!({"operation": operation.action, "method": operation.method, "path": operation.path, "simulated": nouns::handler(&operation.action).is_some()}))
        .collect();
    json!({"operations": rows})
}

/// The object that a body names: a cluster, or one thing in it.
fn target(world: &World, body: &Value) -> Result<Key, (u16, String)> {
    let name = |field: &str| body[field].as_str();
    let cluster_id = name("cluster_id").ok_or_else(|| (400, "cluster_id is missing".to_owned()))?;
    let gone = |error: crate::error::ApiError| (404, error.to_string());
    let cluster = world.cluster(cluster_id).map_err(gone)?;
    let inner: Vec<_> = nouns::kinds().filter(|kind| kind.name != CLUSTER && name(kind.one).is_some()).collect();
    match inner.as_slice() {
        [] => Ok(cluster.key.clone()),
        [kind] => {
            let object = world.find(kind, cluster_id, name(kind.one).unwrap_or_default()).map_err(gone)?;
            Ok(object.key.clone())
        }
        several => {
            let names: Vec<_> = several.iter().map(|kind| kind.one).collect();
            Err((400, format!("name only one of {}", names.join(" and "))))
        }
    }
}

/// Drift, and what follows from it.
fn mutate(world: &mut World, body: &Value) -> Outcome {
    let patch = body
        .get("patch")
        .filter(|patch| patch.is_object())
        .ok_or_else(|| (400, "patch is missing or no object".to_owned()))?;
    let key = target(world, body)?;
    world.apply(Change::Merge(key.clone(), patch.clone()));
    let noun = nouns::all().find(|noun| noun.kind.is_some_and(|kind| kind.name == key.kind.name));
    if let Some(follow) = noun.and_then(|noun| noun.drifted) {
        follow(world, &key, patch);
    }
    Ok(world.objects.get(&key).map(|object| object.record.clone()).unwrap_or_default())
}

fn delete(world: &mut World, body: &Value) -> Outcome {
    let key = target(world, body)?;
    world.apply(Change::Remove(key));
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
    let handler = nouns::handler(action).ok_or_else(|| (500, format!("{action} is not simulated")))?;
    let answer = handler(world, &call).map_err(refused)?;
    if let Some(task_id) = answer["task_id"].as_str() {
        world.end_task(task_id, None);
    }
    if let Some(cluster_id) = answer["cluster_id"].as_str() {
        let key = world.cluster(cluster_id).map_err(refused)?.key.clone();
        world.apply(in_state(&key, "running"));
    }
    Ok(answer)
}
