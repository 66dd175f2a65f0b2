//! Looks for programs, in the order the README promises.

use std::path::{Path, PathBuf};

use anyhow::bail;

/// What the search goes by. Taken from the environment, or made up by a test.
#[derive(Debug, Clone, Default)]
pub struct Search {
    /// `TF_ACC_TERRAFORM_PATH`: the program to use, whatever else is there.
    pub terraform_path: Option<PathBuf>,
    /// The folders of `PATH`.
    pub path: Vec<PathBuf>,
}

impl Search {
    /// The search that this process's environment asks for.
    pub fn from_environment() -> Self {
        let path = std::env::var_os("PATH").unwrap_or_default();
        Self {
            terraform_path: std::env::var_os("TF_ACC_TERRAFORM_PATH")
                .filter(|value| !value.is_empty())
                .map(PathBuf::from),
            path: std::env::split_paths(&path).collect(),
        }
    }

    /// The installed Terraform or OpenTofu: `TF_ACC_TERRAFORM_PATH`, else `terraform`, else `tofu`.
    ///
    /// # Errors
    /// When `TF_ACC_TERRAFORM_PATH` names something that cannot be run: falling back to another
    /// Terraform would test what nobody asked for.
    pub fn installed(&self) -> anyhow::Result<Option<PathBuf>> {
        match &self.terraform_path {
            Some(program) if is_program(program) => Ok(Some(program.clone())),
            Some(program) => bail!(
                "TF_ACC_TERRAFORM_PATH is {}, which is not a program: set it to a terraform or tofu \
                 binary, or unset it",
                program.display()
            ),
            None => Ok(self.program("terraform").or_else(|| self.program("tofu"))),
        }
    }

    /// The first program of that name in the folders of `PATH`.
    pub fn program(&self, name: &str) -> Option<PathBuf> {
        let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
        self.path.iter().map(|folder| folder.join(&file)).find(|candidate| is_program(candidate))
    }
}

#[cfg(unix)]
fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;

    path.metadata().is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_program(path: &Path) -> bool {
    path.is_file()
}
