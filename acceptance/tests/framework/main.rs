//! The framework on real Terraforms: its example provider, which uses every feature, on every version from 1.6 on and on
//! OpenTofu. `features.rs` is the table of what is run where.
#![cfg(unix)] // One of the configurations runs a shell.

mod bench;
mod compatibility;
mod features;
mod scenarios;

use acceptance::{Search, Terraform, skip};

use bench::Bench;
use features::{COLUMNS, Column, FEATURES};

/// Runs every feature on a version from a package registry, or says that this machine cannot have it.
fn on(title: &str) -> anyhow::Result<()> {
    let column = COLUMNS.iter().find(|column| column.title == title).expect("a column of the table");
    let search = Search::from_environment();
    let (terraform, needed) = match column.release {
        Some(release) => (Terraform::library_if_packaged(release, &search)?, "the Python of its package"),
        None => (Terraform::opentofu(&search)?, "Go 1.26.6 or newer, which builds it"),
    };
    match terraform {
        Some(terraform) => on_one(&terraform, Some(column)),
        None => {
            let why = format!("this machine does not have {needed} for {title}");
            skip("the framework on a version of Terraform or OpenTofu", why);
            Ok(())
        }
    }
}

fn on_one(terraform: &Terraform, column: Option<&Column>) -> anyhow::Result<()> {
    if let Some(column) = column {
        assert_eq!((terraform.product(), terraform.version()), (column.product, column.version), "{terraform}");
    }
    let mut bench = Bench::open(terraform)?;
    for feature in FEATURES {
        // Shown with a failure, which then needs no search.
        println!("=== {} on {terraform}", feature.name);
        let started = std::time::Instant::now();
        match (feature.is_in(terraform.product(), terraform.version()), &feature.without) {
            (true, _) => (feature.works)(&mut bench)?,
            (false, Some(without)) => (without.happens)(&mut bench)?,
            (false, None) => (),
        }
        println!("    {:.1} s", started.elapsed().as_secs_f64());
    }
    bench.end();
    Ok(())
}

macro_rules! tests {
    ($($test:ident: $title:literal,)*) => {
        $(
            #[test]
            fn $test() -> anyhow::Result<()> {
                on($title)
            }
        )*

        #[test]
        fn every_column_is_tested() {
            assert!(COLUMNS.iter().map(|column| column.title).eq([$($title),*]));
        }
    };
}

tests! {
    terraform_1_6: "Terraform 1.6",
    terraform_1_8: "Terraform 1.8",
    terraform_1_9: "Terraform 1.9",
    terraform_1_10: "Terraform 1.10",
    terraform_1_11: "Terraform 1.11",
    terraform_1_12: "Terraform 1.12",
    terraform_1_13: "Terraform 1.13",
    terraform_1_14: "Terraform 1.14",
    terraform_1_15: "Terraform 1.15",
    opentofu_1_12: "OpenTofu 1.12",
}

#[test]
fn the_installed_one() -> anyhow::Result<()> {
    match Search::from_environment().installed()? {
        Some(program) => on_one(&Terraform::program(&program)?, None),
        None => {
            skip("an installed Terraform", "there is none on the path");
            Ok(())
        }
    }
}
