//! Serverless Devs, the real one, with a component of ours that has nothing but a schema.
//!
//! No call leaves the machine: `NODE_ENV=test` turns off what the program does in the background,
//! the component lies where it looks first, and its home is a directory of the call.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde::Deserialize;
use serde_json::Value;
use tempfile::TempDir;

/// The version that the rendered files are checked with.
pub(crate) const VERSION: &str = "3.1.10";
/// Whose function it is: the account of the key that is in use.
pub(crate) const ACCOUNT: &str = "1234567890123456";

/// All that the check of a file asks of a component.
const COMPONENT: &str = "
const { readFileSync } = require('fs');
module.exports = class {
  async getSchema() { return readFileSync(`${__dirname}/schema.json`, 'utf8'); }
};
";

/// The program.
pub(crate) struct Serverless {
    program: PathBuf,
}

/// What is wrong with a file: one error of the validator.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Finding {
    /// Where, as `function/props/timeout`.
    #[serde(rename = "instancePath")]
    pub(crate) place: String,
    /// The rule that is broken, as `maximum`.
    pub(crate) keyword: String,
    /// What the rule says, as `{"limit": 86400}`.
    pub(crate) params: Value,
}

impl Serverless {
    /// The program, if it is here and of the version that we test with.
    pub(crate) fn find() -> Option<Self> {
        let installed = format!("serverless-devs-{VERSION}/node_modules/.bin/s");
        let program = super::program::find("SERVERLESS_DEVS", "s", &installed, |program| {
            let program = Self {
                program: program.to_owned(),
            };
            let version = program.version();
            version.is_ok_and(|said| super::program::says_version(&said, VERSION))
        });
        program.map(|program| Self { program })
    }

    fn version(&self) -> io::Result<Vec<u8>> {
        let home = home(&Value::Bool(true))?;
        let mut command = self.command(home.path(), home.path());
        Ok(command.arg("--version").output()?.stdout)
    }

    /// Checks a file as a user does who types `s verify`.
    pub(crate) fn verify(&self, file: &Path, schema: &Value) -> io::Result<()> {
        // With an output format the program exits with 0, whatever it finds.
        let output = self.run(file, schema, &["verify"])?;
        let said = String::from_utf8_lossy(&output.stdout);
        if output.status.success() && said.contains("passed") {
            return Ok(());
        }
        Err(io::Error::other(format!("{}: {said}", file.display())))
    }

    /// Each error that the check of a file finds.
    pub(crate) fn findings(&self, file: &Path, schema: &Value) -> io::Result<Vec<Finding>> {
        let output = self.run(file, schema, &["verify", "--silent", "-o", "json"])?;
        let said = String::from_utf8_lossy(&output.stdout);
        serde_json::from_str(&said).map_err(|why| io::Error::other(format!("{why}: {said}")))
    }

    /// The file as the program reads it, with every expression replaced by its value.
    pub(crate) fn preview(&self, file: &Path) -> io::Result<Value> {
        let output = self.run(
            file,
            &Value::Bool(true),
            &["preview", "--silent", "-o", "json"],
        )?;
        let said = String::from_utf8_lossy(&output.stdout);
        serde_json::from_str(&said).map_err(|why| io::Error::other(format!("{why}: {said}")))
    }

    /// Runs a verb on a file. A schema with what the validator finds odd is a failure.
    fn run(&self, file: &Path, schema: &Value, verb: &[&str]) -> io::Result<Output> {
        let home = home(schema)?;
        let folder = file.parent().expect("a file lies in a folder");
        let mut command = self.command(home.path(), folder);
        let output = command.args(verb).arg("-t").arg(file).output()?;
        let stderr = String::from_utf8_lossy(&output.stderr);
        if stderr.contains("strict mode") {
            return Err(io::Error::other(stderr));
        }
        Ok(output)
    }

    /// The program with nothing of this machine's settings, and a key that opens nothing.
    fn command(&self, home: &Path, folder: &Path) -> Command {
        let mut command = Command::new(&self.program);
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", home)
            .env("serverless_devs_config_home", home)
            .env("NODE_ENV", "test")
            .env("AccountID", ACCOUNT)
            // Long ones, since the program hides them wherever they stand in what it prints.
            .env("AccessKeyID", "an-access-key-that-opens-nothing")
            .env("AccessKeySecret", "a-secret-that-opens-nothing")
            // Of the source DTS, in docs/sources.md.
            .env("DTS_PASSWORD", "a-password-that-opens-nothing")
            .current_dir(folder);
        command
    }
}

/// A home of the program, where the component with this schema is installed already.
fn home(schema: &Value) -> io::Result<TempDir> {
    let home = tempfile::tempdir()?;
    let component = home.path().join(".s/components/devsapp.cn/v3/fc3");
    fs::create_dir_all(&component)?;
    fs::write(component.join("index.js"), COMPONENT)?;
    fs::write(component.join("schema.json"), schema.to_string())?;
    // What tells that it was downloaded, and is not to be again.
    fs::write(component.join(".s.lock"), "{}")?;
    Ok(home)
}
