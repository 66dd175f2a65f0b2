//! How large the program is, of what, and what it needs to start.

use std::io::{Cursor, Write as _};
use std::path::Path;
use std::process::Command;

use acceptance::{dist, released_binary};
use object::{Object as _, ObjectSection as _};
use tf_provider::kit::Process;
use zip::write::SimpleFileOptions;

use crate::budget::{BINARY, Report, ZIP};

/// Sections below this many bytes are counted as one.
const SMALL: u64 = 50_000;

pub(crate) async fn measure(report: &mut Report) -> anyhow::Result<()> {
    let path = released_binary()?;
    let program = std::fs::read(path)?;
    report.judge(&BINARY, program.len() as f64 / 1e6);
    report.judge(&ZIP, zipped(&program)? as f64 / 1e6);
    // Otherwise the same source, built elsewhere, would be another program.
    for (place, _) in dist::places()? {
        let place = place.to_string_lossy().into_owned();
        let found = program.windows(place.len()).any(|bytes| bytes == place.as_bytes());
        if found {
            println!("  {place} is in the program");
        }
        report.hold("R27", "no path of the machine that built it", !found);
    }
    if !cfg!(target_os = "linux") {
        report.skip("a static program", "only that for Linux is");
        return Ok(());
    }
    let file = object::File::parse(&*program)?;
    sections(report, &file);
    // Without it, the system loads no other file to start this one.
    report.hold("R27", "static: no interpreter", file.section_by_name(".interp").is_none());
    chroot(report, path).await
}

fn zipped(program: &[u8]) -> anyhow::Result<usize> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("terraform-provider-ack", SimpleFileOptions::default().compression_level(Some(9)))?;
    zip.write_all(program)?;
    Ok(zip.finish()?.into_inner().len())
}

fn sections(report: &Report, file: &object::File<'_>) {
    let mut sections: Vec<(u64, String)> = file
        .sections()
        .filter(|section| section.file_range().is_some())
        .map(|section| (section.size(), section.name().unwrap_or("?").to_owned()))
        .collect();
    sections.sort_by(|a, b| b.cmp(a));
    let (large, small): (Vec<_>, Vec<_>) = sections.into_iter().partition(|(size, _)| *size >= SMALL);
    for (size, name) in large {
        report.tell(&name, &format!("{:9.2} MB", size as f64 / 1e6));
    }
    let rest: u64 = small.iter().map(|(size, _)| size).sum();
    report.tell(&format!("{} more sections", small.len()), &format!("{:9.2} MB", rest as f64 / 1e6));
}

/// Starts it where there is no other file.
async fn chroot(report: &mut Report, path: &Path) -> anyhow::Result<()> {
    let empty = tempfile::tempdir()?;
    std::fs::copy(path, empty.path().join("provider"))?;
    let inside = |program: &str| {
        let mut command = Command::new("unshare");
        command.args(["--user", "--map-root-user", "chroot"]).arg(empty.path()).arg(program);
        // No socket has so long a path, so that the provider listens on a port, which can be reached from outside.
        command.env("TMPDIR", format!("/{}", "t".repeat(120)));
        command
    };
    // Where that is allowed, it is the program that cannot be found.
    let refused = inside("/nothing").output().map_or_else(
        |error| Some(error.to_string()),
        |output| {
            let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
            (!said.contains("/nothing")).then_some(said)
        },
    );
    if let Some(why) = refused {
        report.skip("a start in an empty chroot", &why);
        return Ok(());
    }
    let started = async { Process::start(inside("/provider")).await?.shut_down().await };
    let started = started.await.inspect_err(|failure| println!("  {failure}"));
    report.hold("R27", "starts in an empty chroot", started.is_ok());
    Ok(())
}
