//! Terraform asks one process for the schema, and uses others without.

use acceptance::Simulator;
use serde_json::json;
use tf_provider::kit::{Core, Failure, Process, Schemas};

use crate::budget::Report;
use crate::{provider, provider_on};

pub(crate) async fn measure(report: &mut Report) -> anyhow::Result<()> {
    let schema = Schemas::ask(&Process::start(provider()?).await?).await?;
    report.hold("R30", "says that no other process has to be asked for the schema", schema.is_optional());

    let simulator = Simulator::start()?;
    let id = simulator.seed_node_pools(1)?.remove(0);
    let cluster_id = id.split(':').nth(1).unwrap_or_default().to_owned();
    let config = json!({
        "cluster_id": cluster_id, "name": "new", "instance_types": ["ecs.g7.xlarge"], "vswitch_ids": ["vsw-1"],
        "key_pair": "operations", "desired_size": 0,
    });
    for call in ["validate", "plan", "import", "read", "apply", "destroy"] {
        // A process for each, so that this is its first call but for ConfigureProvider.
        let process = provider_on(&simulator).await?;
        let core = Core::attach_with(&process, schema.clone(), json!({})).await?;
        let mut pool = core.resource("ack_node_pool")?;
        let answer: Result<(), Failure> = match call {
            "validate" => pool.validate(&config).await,
            "plan" => pool.plan(&config).await.map(drop),
            "import" | "read" => pool.import(&id).await,
            "apply" => match pool.plan(&config).await {
                Ok(planned) => pool.apply(&planned).await,
                Err(failure) => Err(failure),
            },
            _ => match pool.import(&id).await {
                Ok(()) => pool.destroy().await,
                Err(failure) => Err(failure),
            },
        };
        let answer = answer.inspect_err(|failure| println!("  {failure}"));
        report.hold("R30", &format!("{call} in a process that was not asked for the schema"), answer.is_ok());
        process.shut_down().await?;
    }
    Ok(())
}
