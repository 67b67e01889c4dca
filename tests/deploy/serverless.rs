//! What is asked of Serverless Devs about a file, with a component that has nothing but a schema.

use std::io;
use std::path::Path;
use std::process::{Command, Output};

use serde::Deserialize;
use serde_json::Value;

use crate::support::serverless::{self as program, ACCOUNT, Serverless};

/// All that the check of a file asks of a component.
const COMPONENT: &str = "
const { readFileSync } = require('fs');
module.exports = class {
  async getSchema() { return readFileSync(`${__dirname}/schema.json`, 'utf8'); }
};
";

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
        let home = program::home(COMPONENT, schema)?;
        let folder = file.parent().expect("a file lies in a folder");
        let mut command = self.with_a_key(home.path(), folder);
        let output = command.args(verb).arg("-t").arg(file).output()?;
        let stderr = String::from_utf8_lossy(&output.stderr);
        if stderr.contains("strict mode") {
            return Err(io::Error::other(stderr));
        }
        Ok(output)
    }

    /// The program with a key that opens nothing.
    fn with_a_key(&self, home: &Path, folder: &Path) -> Command {
        let mut command = self.command(home, folder);
        command
            .env("AccountID", ACCOUNT)
            // Long ones, since the program hides them wherever they stand in what it prints.
            .env("AccessKeyID", "an-access-key-that-opens-nothing")
            .env("AccessKeySecret", "a-secret-that-opens-nothing")
            // Of the source DTS, in docs/sources.md.
            .env("DTS_PASSWORD", "a-password-that-opens-nothing");
        command
    }
}
