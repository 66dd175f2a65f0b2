//! The registry takes the pages in `docs`: its own validator finds nothing to say.

use acceptance::{Environment, REQUIRED_PROVIDERS, Terraform, Workspace, skip, validate_pages};

#[test]
fn the_registry_takes_the_pages() -> anyhow::Result<()> {
    let workspace = Workspace::open(&Terraform::all_for_tests()[0], Environment::new())?;
    workspace.write("versions.tf", REQUIRED_PROVIDERS);
    let _ = workspace.init().assert_success();
    let schemas = workspace.run(&["providers", "schema", "-json"]).assert_success().stdout;
    // The validator asks for the provider by its name alone.
    workspace.write("schemas.json", &schemas.replace("terraform-provider-ack/ack", "hashicorp/ack"));
    if !validate_pages(&workspace.directory().join("schemas.json"))? {
        skip("the validator of registry pages", "it is built from its Go module, and there is no Go that can");
    }
    Ok(())
}
