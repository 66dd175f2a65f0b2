//! Wrong configuration: each mistake is told at the earliest phase that can know, with the attribute that is wrong and
//! with what to do about it. The text files beside this one are the table: every row is compared word by word. To write
//! the texts anew after a change, and then read them: `UPDATE=1 cargo test -p acceptance --test mistakes`. Where a row has
//! advice, it is followed, too, and nothing may be left to say. What only the service knows of an object that exists is
//! in the tests of each resource.

mod rows;

use std::fmt::Write as _;

use acceptance::{Environment, Run, Simulator, Terraform, Workspace};
use rows::{Phase, Row};
use serde_json::Value;
use similar_asserts::assert_eq;

type Attributes = [(&'static str, &'static str)];

const CLUSTER: [(&str, &str); 4] = [
    ("vpc_id", r#""vpc-1""#),
    ("vswitch_ids", r#"["vsw-1"]"#),
    ("network_plugin", r#""flannel""#),
    ("pod_cidr", r#""10.64.0.0/16""#),
];

const NODE_POOL: [(&str, &str); 3] =
    [("cluster_id", r#""c1""#), ("instance_types", r#"["ecs.g7.xlarge"]"#), ("vswitch_ids", r#"["vsw-1"]"#)];

const ADDON: [(&str, &str); 1] = [("name", r#""loongcollector""#)];

/// Each file, the kind of block that it is about, and the least that such a block needs.
const FILES: [(&str, &str, &Attributes); 4] = [
    ("ack_cluster", "resource", &CLUSTER),
    ("ack_node_pool", "resource", &NODE_POOL),
    ("ack_addon", "resource", &ADDON),
    ("provider", "provider", &[]),
];

/// The least number of rows that there are in all.
const FEWEST: usize = 120;

/// What stands in a row for the id of the cluster that is there.
const PRESENT: &str = "<cluster>";

/// A block of configuration with what must differ from that of other rows.
fn block(file: &str, kind: &str, least: &Attributes, row: &Row, number: usize) -> String {
    let name = format!("\"row-{number}\"");
    let (header, own) = match (kind, file) {
        ("provider", _) => ("provider \"ack\"".to_owned(), ("alias", format!("\"row_{number}\""))),
        (_, "ack_addon") => (format!("resource \"{file}\" \"row_{number}\""), ("cluster_id", format!("\"c{number}\""))),
        _ => (format!("resource \"{file}\" \"row_{number}\""), ("name", name)),
    };
    let least: Vec<(&str, &str)> = least.iter().copied().chain([(own.0, own.1.as_str())]).collect();
    // Terraform looks at no provider that nothing uses.
    let user = match kind {
        "provider" => format!(
            "resource \"ack_addon\" \"of_row_{number}\" {{\n  provider = ack.row_{number}\n  cluster_id = \"c1\"\n  name = \"a\"\n}}\n\n"
        ),
        _ => String::new(),
    };
    row.block(&header, &least) + &user
}

/// All rows of a phase in one configuration, and which lines are whose.
fn configuration(files: &[(usize, Vec<Row>)], phase: Phase, cluster_id: &str) -> (String, Vec<(usize, usize, usize)>) {
    let (mut text, mut lines) = (String::new(), Vec::new());
    let mut number = 0;
    for (file, rows) in files {
        let (name, kind, least) = FILES[*file];
        for (i, row) in rows.iter().enumerate() {
            number += 1;
            if row.phase == phase {
                lines.push((text.lines().count() + 1, *file, i));
                text += &block(name, kind, least, row, number).replace(PRESENT, cluster_id);
            }
        }
    }
    (text, lines)
}

/// The diagnostics of a command with `-json`: one document of `validate`, one a line of the others.
fn diagnostics(run: &Run) -> Vec<Value> {
    let document =
        serde_json::from_str::<Value>(&run.stdout).ok().and_then(|document| document.get("diagnostics").cloned());
    if let Some(Value::Array(all)) = document {
        return all;
    }
    let lines = run.stdout.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    lines.filter(|line| line["type"] == "diagnostic").map(|line| line["diagnostic"].clone()).collect()
}

/// A diagnostic as a row has it, without what differs from run to run.
fn told(diagnostic: &Value, cluster_id: &str) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().trim().to_owned();
    let code = text(&diagnostic["snippet"]["code"]);
    let at = match code.split_once(" =") {
        Some((name, _)) => name.to_owned(),
        None => "the block".to_owned(),
    };
    let mut detail = String::new();
    for line in text(&diagnostic["detail"]).lines().filter(|line| !line.trim().is_empty()) {
        let _ = write!(detail, "\n{}", line.trim());
    }
    let told = format!("{} at {at}: {}{detail}", text(&diagnostic["severity"]), text(&diagnostic["summary"]));
    let told = if cluster_id.is_empty() { told } else { told.replace(cluster_id, PRESENT) };
    without_request_id(&told)
}

/// Request ids are the service's and differ each time.
fn without_request_id(text: &str) -> String {
    const MARK: &str = "Request id: ";
    match text.split_once(MARK) {
        Some((before, after)) => {
            let rest = after.split_once('.').map_or("", |(_, rest)| rest);
            format!("{before}{MARK}<id>.{rest}")
        }
        None => text.to_owned(),
    }
}

/// What is said of each row of a phase: the row, and its text.
fn said(run: &Run, lines: &[(usize, usize, usize)], cluster_id: &str) -> anyhow::Result<Vec<((usize, usize), String)>> {
    let mut said: Vec<((usize, usize), Vec<String>)> =
        lines.iter().map(|(_, file, i)| ((*file, *i), Vec::new())).collect();
    for diagnostic in diagnostics(run) {
        let line = diagnostic["range"]["start"]["line"].as_u64().unwrap_or(0) as usize;
        let whose = lines.iter().rposition(|(first, ..)| *first <= line);
        anyhow::ensure!(diagnostic["range"]["filename"] == "wrong.tf", "of no row: {diagnostic:#}\n{run}");
        let whose = whose.ok_or_else(|| anyhow::anyhow!("of no row: {diagnostic:#}\n{run}"))?;
        let text = told(&diagnostic, cluster_id);
        if !said[whose].1.contains(&text) {
            said[whose].1.push(text);
        }
    }
    // Terraform tells them in an order of its own.
    Ok(said
        .into_iter()
        .map(|(whose, mut texts)| {
            texts.sort();
            (whose, texts.join("\n"))
        })
        .collect())
}

/// R31, R49: schema and validation ask nothing of the service and need no credentials. What is wrong with the
/// configuration alone is told by `validate`, what a question to the service finds out by `plan`, and only the rest by
/// `apply`; each at the attribute, with the remedy, and with no other word.
#[test]
fn every_mistake_is_told_at_once_in_the_words_of_the_table() -> anyhow::Result<()> {
    let update = std::env::var_os("UPDATE").is_some();
    for terraform in Terraform::all_for_tests() {
        let simulator = Simulator::start()?;
        let mut workspace = Workspace::initialised(terraform, &simulator)?;
        let whole: Environment = workspace.environment().clone();
        for variable in ["ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET"] {
            workspace.environment_mut().unset(variable);
        }
        let schema = workspace.run(&["providers", "schema", "-json"]).assert_success();
        assert!(FILES.iter().all(|(file, kind, _)| *kind == "provider" || schema.stdout.contains(file)), "{schema}");

        let mut files = Vec::new();
        for (i, (name, ..)) in FILES.iter().enumerate() {
            files.push((i, rows::read(name)?));
        }
        let count: usize = files.iter().map(|(_, rows)| rows.len()).sum();
        assert!(count >= FEWEST, "{count} rows");

        let right = Row { phase: Phase::Validate, attributes: Vec::new(), told: String::new(), then: Vec::new() };
        let blocks = FILES.iter().enumerate().map(|(i, (name, kind, least))| block(name, kind, least, &right, i));
        workspace.write("wrong.tf", &blocks.collect::<String>());
        assert!(diagnostics(&workspace.run(&["validate", "-json"]).assert_success()).is_empty());

        let mut answers = Vec::new();
        let (text, lines) = configuration(&files, Phase::Validate, "");
        workspace.write("wrong.tf", &text);
        answers.extend(said(&workspace.run(&["validate", "-json"]).assert_failure(), &lines, "")?);
        assert_eq!(simulator.requests()?.len(), 0, "something was asked of the service");

        workspace.environment_mut().extend(&whole);
        let cluster_id = simulator.seed_cluster(&[])?;
        // A cluster of which nothing is known until it is made.
        workspace.write("new.tf", &resource("ack_cluster", &CLUSTER, &["name = \"new\""]));
        for (phase, command) in
            [(Phase::Plan, &["plan", "-json"][..]), (Phase::Apply, &["apply", "-json", "-auto-approve"])]
        {
            let (text, lines) = configuration(&files, phase, &cluster_id);
            workspace.write("wrong.tf", &text);
            let _ = workspace.run(&["validate"]).assert_success();
            if phase == Phase::Apply {
                workspace.write("new.tf", "");
                let _ = workspace.run(&["plan"]).assert_success();
            }
            answers.extend(said(&workspace.run(command).assert_failure(), &lines, &cluster_id)?);
        }

        workspace.write("new.tf", &resource("ack_cluster", &CLUSTER, &["name = \"new\""]));
        for (phase, command) in [(Phase::Validate, &["validate", "-json"]), (Phase::Plan, &["plan", "-json"])] {
            // Two ways out of one mistake may be in each other's way.
            for way in 0.. {
                let followed: Vec<(usize, Vec<Row>)> = files
                    .iter()
                    .map(|(file, rows)| (*file, rows.iter().filter_map(|row| row.followed().nth(way)).collect()))
                    .collect();
                let (text, lines) = configuration(&followed, phase, &cluster_id);
                assert!(way > 0 || !lines.is_empty(), "no advice is followed by {}", phase.name());
                if lines.is_empty() {
                    break;
                }
                workspace.write("wrong.tf", &text);
                for ((file, i), text) in said(&workspace.run(command), &lines, &cluster_id)? {
                    assert_eq!(text, "", "the advice was followed: {:?}", followed[file].1[i].attributes);
                }
            }
        }

        if update {
            for ((file, i), text) in answers {
                files[file].1[i].told = text;
            }
            for (file, rows) in &files {
                rows::write(FILES[*file].0, rows)?;
            }
            continue;
        }
        for ((file, i), text) in answers {
            let row = &files[file].1[i];
            assert_eq!(text, row.told, "{} {}: {:?}", FILES[file].0, row.phase.name(), row.attributes);
        }
    }
    Ok(())
}

fn resource(noun: &str, least: &Attributes, attributes: &[&str]) -> String {
    let attributes = attributes.iter().map(|attribute| (*attribute).to_owned()).collect();
    let row = Row { phase: Phase::Plan, attributes, told: String::new(), then: Vec::new() };
    row.block(&format!("resource \"{noun}\" \"main\""), least)
}

/// Credentials that are missing or wrong, and an endpoint that is not there, are told by the plan that needs an answer.
#[test]
fn a_service_that_cannot_be_asked_is_told_by_the_plan() -> anyhow::Result<()> {
    for terraform in Terraform::all_for_tests() {
        let simulator = Simulator::start()?;
        let mut workspace = Workspace::initialised(terraform, &simulator)?;
        workspace.write("main.tf", &resource("ack_cluster", &CLUSTER, &["name = \"prod\"", "version = \"1.35\""]));
        let whole: Environment = workspace.environment().clone();
        let cases: [(&str, Option<&str>, &[&str]); 5] = [
            (
                "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
                Some("a-wrong-secret"),
                &["SignatureDoesNotMatch", "check ALIBABA_CLOUD_ACCESS_KEY_SECRET", "Request id: "],
            ),
            (
                "ALIBABA_CLOUD_REGION",
                None,
                &["The provider has no `region`", "or the environment variable ALIBABA_CLOUD_REGION"],
            ),
            // The endpoint that is set would hide it.
            (
                "ALIBABA_CLOUD_REGION",
                Some("cn-hangzho"),
                &[
                    "There is no region \"cn-hangzho\"",
                    "Did you mean \"cn-hangzhou\"",
                    "It is the `region` of the provider.",
                ],
            ),
            (
                "ACK_ENDPOINT",
                Some("127.0.0.1:1"),
                &[
                    "Invalid value of the environment variable ACK_ENDPOINT",
                    "The endpoint \"127.0.0.1:1\" does not say whether it is called by HTTP or HTTPS; write \"http://127.0.0.1:1\" for a local simulator",
                ],
            ),
            // A port that nothing can listen on.
            (
                "ACK_ENDPOINT",
                Some("http://127.0.0.1:1"),
                &["annot connect to http://127.0.0.1:1", "check that the endpoint and the region are right"],
            ),
        ];
        for (variable, value, phrases) in cases {
            let environment = workspace.environment_mut();
            environment.extend(&whole);
            match value {
                Some(value) => environment.set(variable, value),
                None => environment.unset(variable),
            }
            let mut run = workspace.plan().assert_failure().assert_silent_about("a-wrong-secret");
            for phrase in phrases {
                run = run.assert_says(phrase);
            }
        }
        let operations: Vec<_> = simulator.requests()?.into_iter().map(|request| request.operation).collect();
        assert_eq!(
            operations,
            ["DescribeKubernetesVersionMetadata", "DescribeRegions"],
            "only the wrong secret and the wrong region got as far as that"
        );

        // What is corrected works.
        workspace.environment_mut().extend(&whole);
        let run = workspace.plan();
        assert_eq!(run.exit_code, Some(2), "{run}");

        // Everything that is missing is told at once.
        let environment = workspace.environment_mut();
        environment.extend(&whole);
        for variable in ["ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "ALIBABA_CLOUD_REGION"] {
            environment.unset(variable);
        }
        let _ = workspace
            .plan()
            .assert_failure()
            .assert_says("The provider has no `region`, no `access_key_id` and no `access_key_secret`")
            .assert_says(
                "Set `access_key_id` in the provider block, or the environment variable ALIBABA_CLOUD_ACCESS_KEY_ID.",
            );

        // A node pool and an add-on of a cluster that is there already.
        for (noun, least, more) in
            [("ack_node_pool", &NODE_POOL[..], "name = \"workers\""), ("ack_addon", &ADDON, "cluster_id = \"c1\"")]
        {
            workspace.write("main.tf", &resource(noun, least, &[more]));
            workspace.environment_mut().extend(&whole);
            let _ = workspace.plan().assert_says("Warning: There is no cluster c1");
            workspace.environment_mut().set("ACK_ENDPOINT", "http://127.0.0.1:1");
            let _ = workspace.plan().assert_failure().assert_says("annot connect to http://127.0.0.1:1");
        }
    }
    Ok(())
}
