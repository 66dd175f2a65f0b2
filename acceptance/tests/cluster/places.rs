//! R37, R48: which name a cluster can have, and in which region it is.

use acceptance::{Action, Run, Terraform, Version};
use serde_json::json;

use crate::scene::{MAIN, Scene, UNPROTECTED, resource};

const POOL: &str = r#"
resource "ack_node_pool" "main" {
  cluster_id     = ack_cluster.main.id
  name           = "workers"
  instance_types = ["ecs.g7.xlarge"]
  vswitch_ids    = ["vsw-1"]
  REGION
}
"#;

/// The provider's rule: it makes no second cluster of a name in a VPC. The plan says so, and with `name_prefix` a new
/// cluster can be there before the old one goes.
#[test]
fn a_name_that_is_taken_is_told_by_the_plan_and_a_prefix_makes_room() -> anyhow::Result<()> {
    for terraform in Terraform::all_for_tests() {
        let scene = Scene::open(terraform, &[("name", r#""seeded""#), ("pod_cidr", r#""10.65.0.0/16""#), UNPROTECTED])?;
        let other = scene.simulator.seed_cluster(&[])?;
        let run = scene.workspace.plan().assert_failure();
        let _ = run
            .assert_says(&format!("The VPC already has a cluster named \"seeded\": {other}"))
            .assert_says("name = \"seeded\"")
            .assert_says("set `name_prefix` in place of `name`");
        let two = ("count", "2");
        scene.configure(&[("name", r#""new""#), ("pod_cidr", r#""10.65.0.0/16""#), two]);
        let run = scene.workspace.plan().assert_failure();
        let _ = run.assert_says("Two new clusters in VPC vpc-1 are named \"new\"");

        let before = ("lifecycle", "{ create_before_destroy = true }");
        let named = |range: &'static str| {
            let all = [("name", "null"), ("name_prefix", r#""seeded-""#), ("pod_cidr", range), UNPROTECTED];
            resource("main", &all).replacen("\n}", &format!("\n  {} {}\n}}", before.0, before.1), 1)
        };
        scene.workspace.write("main.tf", &named(r#""10.66.0.0/16""#));
        scene.workspace.converge();
        let old = scene.id();
        scene.workspace.write("main.tf", &named(r#""10.67.0.0/16""#));
        scene.workspace.assert_planned(&[(MAIN, Action::Replace)]);
        scene.simulator.clear_requests()?;
        scene.workspace.converge();
        assert_ne!(scene.id(), old);
        let writes: Vec<_> = scene.simulator.take_writes()?.into_iter().map(|(operation, _)| operation).collect();
        assert_eq!(writes, ["CreateCluster", "DeleteCluster"]);

        // Replaced by one of its own name, a cluster is no other one.
        scene.configure(&[("name", r#""fixed""#), ("pod_cidr", r#""10.67.0.0/16""#), UNPROTECTED]);
        scene.workspace.converge();
        let run = scene.workspace.plan_with(&[&format!("-replace={MAIN}")]);
        assert_eq!(run.exit_code, Some(2), "{run}");
        let _ = scene.workspace.run(&["taint", MAIN]).assert_success();
        for arguments in [&[][..], &["-refresh=false"]] {
            let run = scene.workspace.plan_with(arguments);
            assert_eq!(run.exit_code, Some(2), "{run}");
        }
    }
    Ok(())
}

/// R46: a cluster with a name of its own that is to be replaced before it goes, and the way out that the error names.
#[test]
fn a_fixed_name_gives_way_to_a_prefix_before_a_replacement() -> anyhow::Result<()> {
    for terraform in Terraform::all_for_tests() {
        let scene = Scene::applied(terraform, &[UNPROTECTED])?;
        let old = scene.id();
        let replaced = |name: &'static str, prefix: &'static str| {
            let all = [
                ("name", name),
                ("name_prefix", prefix),
                ("pod_cidr", r#""10.65.0.0/16""#),
                ("deletion_protection", "false"),
            ];
            resource("main", &all).replacen("\n}", "\n  lifecycle {\n    create_before_destroy = true\n  }\n}", 1)
        };
        scene.workspace.write("main.tf", &replaced(r#""prod""#, "null"));
        let run = scene.workspace.apply().assert_failure();
        let _ =
            run.assert_says("To replace a cluster with `create_before_destroy`, set `name_prefix` in place of `name`");
        assert_eq!((scene.id(), scene.simulator.clusters()?.len()), (old.clone(), 1), "nothing was made, nothing went");

        // Terraform has put the old one aside, and deletes it when the new one is ready.
        scene.workspace.write("main.tf", &replaced("null", r#""prod""#));
        scene.simulator.clear_requests()?;
        scene.workspace.converge();
        let writes: Vec<_> = scene.simulator.take_writes()?.into_iter().map(|(operation, _)| operation).collect();
        assert_eq!(writes, ["CreateCluster", "DeleteCluster"]);
        assert_ne!(scene.id(), old);
        assert_eq!(scene.simulator.clusters()?.len(), 1);
        scene.destroy()?;
    }
    Ok(())
}

/// R46: a region that comes to be known only in the apply, for a cluster that exists.
#[test]
fn a_region_that_is_not_known_is_made_known_as_the_error_says() -> anyhow::Result<()> {
    for terraform in Terraform::one_for_tests() {
        let scene = Scene::applied(terraform, &[UNPROTECTED])?;
        scene.workspace.write(
            "region.tf",
            "resource \"terraform_data\" \"region\" {\n  input = \"cn-hangzhou\"\n}\n\n\
             provider \"ack\" {\n  region = terraform_data.region.output\n}\n",
        );
        let run = scene.workspace.plan().assert_failure();
        let _ = run.assert_says("The provider's `region` is not known yet").assert_says("with `-target`");
        let _ = scene.workspace.apply_with(&["-target=terraform_data.region"]).assert_success();
        scene.workspace.assert_plan_empty();
        scene.destroy()?;
    }
    Ok(())
}

/// Objects of another region than the provider's are right, or refused before anything is made.
#[test]
fn another_region_than_the_providers_is_right_or_refused() -> anyhow::Result<()> {
    for terraform in Terraform::all_for_tests() {
        let beijing = ("region", r#""cn-beijing""#);
        let scene = Scene::open(terraform, &[])?;
        let configure = |cluster: &[(&str, &str)], region: &str| {
            scene.workspace.write("main.tf", &(resource("main", cluster) + &POOL.replace("REGION", region)));
        };
        let set = |run: Run, id: &str| {
            let _ = run
                .assert_says(&format!("Cluster {id} is in region cn-beijing, not in cn-hangzhou"))
                .assert_says("Set `region = \"cn-beijing\"`");
        };
        // The id of the cluster comes to be known in the middle of the apply, which is early enough.
        configure(&[beijing, UNPROTECTED], "");
        let run = scene.workspace.apply().assert_failure();
        let id = scene.id();
        assert_eq!(scene.simulator.cluster()?["detail"]["region_id"], json!("cn-beijing"));
        set(run, &id);
        set(scene.workspace.plan().assert_failure(), &id);
        assert_eq!(scene.simulator.requests_of("CreateClusterNodePool")?.len(), 0);
        configure(&[beijing, UNPROTECTED], "region = \"cn-beijing\"");
        scene.workspace.converge();

        // Without `region`, what exists stays where it is, and a replacement is not made elsewhere.
        configure(&[UNPROTECTED], "");
        let run = scene.workspace.plan();
        assert_eq!(run.exit_code, Some(0), "{run}");
        let _ = run
            .assert_says("The cluster stays in region cn-beijing")
            .assert_says("The node pool stays in region cn-beijing");
        configure(&[UNPROTECTED, ("service_cidr", r#""172.20.0.0/20""#)], "");
        let run = scene.workspace.plan().assert_failure();
        let _ = run.assert_says("The cluster is in region cn-beijing, and its replacement would be in cn-hangzhou");

        configure(&[beijing, UNPROTECTED], "region = \"cn-beijing\"");
        for form in [id.clone(), format!("cn-beijing:{id}")] {
            scene.workspace.reimport(MAIN, &form);
            scene.workspace.assert_plan_empty();
        }
        let _ = scene.workspace.reimport_by_identity(MAIN, &format!("region = \"cn-beijing\"\nid = \"{id}\""));
        let _ = scene.workspace.forget(MAIN).assert_success();
        let run = scene.workspace.import(MAIN, &format!("cn-hangzhou:{id}")).assert_failure();
        let _ = run
            .assert_says(&format!("The cluster {id} is in region cn-beijing, not in cn-hangzhou"))
            .assert_says(&format!("`cn-beijing:{id}` as the import ID"))
            .assert_silent_about("bug in the provider");
        let _ = scene.workspace.import(MAIN, &format!("cn-beijing:{id}")).assert_success();
        generated_with_its_region(&scene, &id);
        scene.destroy()?;
    }
    Ok(())
}

/// The configuration that Terraform writes for an import says where the object is.
fn generated_with_its_region(scene: &Scene, id: &str) {
    if scene.workspace.terraform().version() < Version(1, 14, 1) {
        return;
    }
    let whole = String::from_utf8_lossy(&scene.workspace.read("main.tf")).into_owned();
    let _ = scene.workspace.forget(MAIN).assert_success();
    // The pool names the cluster, which has no configuration yet: it is left out of this plan, which is not applied.
    scene.workspace.write("main.tf", &format!("import {{\n  to = {MAIN}\n  id = \"cn-beijing:{id}\"\n}}\n"));
    let _ = scene.workspace.plan_with(&["-generate-config-out=generated.tf"]);
    let generated = String::from_utf8_lossy(&scene.workspace.read("generated.tf")).into_owned();
    let region = generated.lines().find(|line| line.trim_start().starts_with("region "));
    assert!(region.is_some_and(|line| line.ends_with("= \"cn-beijing\"")), "{generated}");
    scene.workspace.write("generated.tf", "");
    scene.workspace.write("main.tf", &whole);
    let _ = scene.workspace.import(MAIN, &format!("cn-beijing:{id}")).assert_success();
}
