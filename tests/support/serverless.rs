//! Serverless Devs, the real one, with a component of ours.
//!
//! No call leaves the machine: `NODE_ENV=test` turns off what the program does in the background,
//! the component lies where it looks first, and its home is a directory of the test.

#![allow(dead_code, reason = "no test uses all of it")]

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use super::tool;

/// The version that the rendered files are checked with.
pub(crate) const VERSION: &str = "3.1.10";
/// Whose function it is: the account of the key that is in use.
pub(crate) const ACCOUNT: &str = "1234567890123456";

/// Where the program looks for the component before it asks for it, below its home.
pub(crate) const COMPONENT: &str = ".s/components/devsapp.cn/v3/fc3";

/// The program.
pub(crate) struct Serverless {
    program: PathBuf,
}

impl Serverless {
    /// The program, if it is here and of the version that we test with.
    pub(crate) fn find() -> Option<Self> {
        let installed = format!("serverless-devs-{VERSION}/node_modules/.bin/s");
        let program = tool::find("SERVERLESS_DEVS", "s", &installed, |program| {
            let program = Self {
                program: program.to_owned(),
            };
            let version = program.version();
            version.is_ok_and(|said| tool::says_version(&said, VERSION))
        });
        program.map(|program| Self { program })
    }

    fn version(&self) -> io::Result<Vec<u8>> {
        let home = tempfile::tempdir()?;
        let mut command = self.command(home.path(), home.path());
        Ok(command.arg("--version").output()?.stdout)
    }

    /// The program with nothing of this machine's settings but `PATH`, and without a key.
    pub(crate) fn command(&self, home: &Path, folder: &Path) -> Command {
        let mut command = Command::new(&self.program);
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", home)
            .env("serverless_devs_config_home", home)
            .env("NODE_ENV", "test")
            .current_dir(folder);
        command
    }
}

/// A home of the program, where a component with this code and this schema is installed already.
pub(crate) fn home(component: &str, schema: &Value) -> io::Result<TempDir> {
    let home = tempfile::tempdir()?;
    let folder = home.path().join(COMPONENT);
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("index.js"), component)?;
    fs::write(folder.join("schema.json"), schema.to_string())?;
    // What tells that it was downloaded, and is not to be again.
    fs::write(folder.join(".s.lock"), "{}")?;
    Ok(home)
}
