//! `cargo fc3 check` as the author of a function runs it, in the folder where that lies.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

use crate::servers::{Needs, Server};
use crate::support::project::CLI;
use crate::tools::{self, Tools};

/// An event that the functions which read theirs as JSON fail.
const NO_JSON: &str = "no-json.txt";

/// What a run came to: its exit code, and each rule that failed, with its level and all that is told.
pub(crate) struct Checked {
    pub(crate) code: Option<i32>,
    pub(crate) failed: BTreeMap<String, (String, Value)>,
    pub(crate) passed: Vec<String>,
}

/// A folder with a function, built where it has to be, and the programs that it needs.
pub(crate) struct Place {
    dir: TempDir,
    path: OsString,
}

impl Place {
    pub(crate) fn new(folder: &str, needs: Needs, tools: &Tools) -> io::Result<Self> {
        let source = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/foreign")
            .join(folder);
        let dir = TempDir::new()?;
        match needs {
            Needs::Go => tools::build_go(&source, &dir.path().join("function"))?,
            Needs::Hyper => tools::build_hyper(&source, &dir.path().join("function"))?,
            Needs::Flask | Needs::Node => {
                for file in fs::read_dir(source)? {
                    let file = file?;
                    if file.file_type()?.is_file() {
                        fs::copy(file.path(), dir.path().join(file.file_name()))?;
                    }
                }
            }
        }
        fs::write(dir.path().join(NO_JSON), "no JSON")?;
        let path = tools.path(needs)?;
        Ok(Self { dir, path })
    }

    /// `cargo fc3 check` with these arguments, in the folder.
    pub(crate) fn check(&self, arguments: &[&str]) -> io::Result<Output> {
        Command::new(CLI)
            .args(["check", "--cmd"])
            .args(arguments)
            .current_dir(self.dir.path())
            .env("PATH", &self.path)
            .env("NO_COLOR", "1")
            .env_remove("CLICOLOR_FORCE")
            .output()
    }
}

/// Holds a function to these rules.
pub(crate) fn check(server: &Server, rules: &[String], tools: &Tools) -> io::Result<Checked> {
    let place = Place::new(server.folder, server.needs, tools)?;
    let mut arguments = vec![
        server.command,
        "--json",
        "--timeout",
        "30",
        "--idle",
        server.idle,
    ];
    if server.is_kept() {
        arguments.extend(["--failing-event", NO_JSON]);
    }
    arguments.extend(rules.iter().flat_map(|rule| ["--rule", rule]));
    let output = place.check(&arguments)?;
    let report: Value = serde_json::from_slice(&output.stdout).map_err(|error| {
        let said = String::from_utf8_lossy(&output.stderr);
        io::Error::other(format!("no report: {error}\n{said}"))
    })?;
    let mut checked = Checked {
        code: output.status.code(),
        failed: BTreeMap::new(),
        passed: Vec::new(),
    };
    for rule in report["rules"].as_array().into_iter().flatten() {
        let text = |name: &str| rule[name].as_str().unwrap_or_default().to_owned();
        match &*text("outcome") {
            "failed" => {
                let told = (text("level"), rule.clone());
                checked.failed.insert(text("id"), told);
            }
            "passed" => checked.passed.push(text("id")),
            _ => {}
        }
    }
    Ok(checked)
}

/// The ids of all rules for functions but `without`.
pub(crate) fn rules(without: &[&str]) -> io::Result<Vec<String>> {
    let output = Command::new(CLI)
        .args(["check", "--list", "--json"])
        .output()?;
    let list: Value = serde_json::from_slice(&output.stdout)?;
    let ids = list.as_array().into_iter().flatten();
    let ids: Vec<_> = ids.filter_map(|rule| rule["id"].as_str()).collect();
    if let Some(unknown) = without.iter().find(|id| !ids.contains(id)) {
        return Err(io::Error::other(format!("there is no rule {unknown}")));
    }
    let of_functions = ids.into_iter().filter(|id| !id.starts_with("package-"));
    let ids = of_functions.filter(|id| !without.contains(id));
    Ok(ids.map(str::to_owned).collect())
}
