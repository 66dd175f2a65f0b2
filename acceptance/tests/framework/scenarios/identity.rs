//! What identifies an object for good.

use serde_json::json;

use crate::bench::Bench;

fn import(by: &str) -> String {
    format!(
        "import {{\n  to = notes_note.found\n  {by}\n}}\n\nresource \"notes_note\" \"found\" {{\n  name = \"found\"\n  \
         text = \"there\"\n}}\n"
    )
}

pub(crate) fn imports(bench: &mut Bench) -> anyhow::Result<()> {
    bench.store("found", "there")?;
    let _ = bench.apply(&import("identity = { name = \"found\" }")).assert_says("1 imported, 0 added, 0 changed");
    assert_eq!(bench.instance("notes_note.found")?["identity"], json!({"name": "found"}));
    Ok(())
}

pub(crate) fn imports_by_id(bench: &mut Bench) -> anyhow::Result<()> {
    bench.store("found", "there")?;
    let _ = bench.apply(&import("id = \"found\"")).assert_says("1 imported, 0 added, 0 changed");
    Ok(())
}
