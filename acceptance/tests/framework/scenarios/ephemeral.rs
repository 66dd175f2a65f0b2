//! An ephemeral resource, held for as long as Terraform runs.

use crate::bench::Bench;

/// The work goes on until the lock was renewed, for a minute at the most.
const HELD: &str = r#"
ephemeral "notes_lock" "held" {
  name = "held"
}

resource "terraform_data" "work" {
  provisioner "local-exec" {
    command = <<-EOT
      for i in $(seq 600); do
        grep -q renewed notes/.held-lock.txt && break
        sleep 0.1
      done
      grep renewed notes/.held-lock.txt && test "$TOKEN" = token-of-held
    EOT
    environment = {
      TOKEN = ephemeral.notes_lock.held.token
    }
  }
}
"#;

pub(crate) fn opened_renewed_and_closed(bench: &mut Bench) -> anyhow::Result<()> {
    let _ = bench.apply(HELD).assert_says("1 added").assert_silent_about("token-of-held");
    assert_eq!(bench.stored(".held-lock"), None, "it was not closed");
    assert!(!bench.state()?.to_string().contains("token-of-held"));
    Ok(())
}
