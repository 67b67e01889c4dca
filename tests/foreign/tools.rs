//! The languages of strangers, as this machine has them.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::servers::Needs;
use crate::support::environment::path_with;
use crate::support::project::succeed;
use crate::support::tool as program;

/// What `.ci/run` installs, and what docs/findings.md speaks of.
const FLASK: [(&str, &str); 3] = [
    ("flask", "3.1.3"),
    ("werkzeug", "3.1.9"),
    ("gunicorn", "27.0.1"),
];

/// The first release of Node whose servers have the time-outs that we speak of.
const NODE: u32 = 18;

/// What was found.
pub(crate) struct Tools {
    /// The Python that has Flask and gunicorn.
    python: Option<PathBuf>,
    has_node: bool,
    has_go: bool,
}

impl Tools {
    pub(crate) fn find() -> Self {
        let (_, version) = FLASK[0];
        let installed = format!("flask-{version}/bin/python3");
        Self {
            python: program::find("FLASK_PYTHON", "python3", &installed, has_flask),
            has_node: said("node", "--version").is_some_and(|version| is_node(&version)),
            has_go: said("go", "version").is_some(),
        }
    }

    /// What a function needs that is not here.
    pub(crate) fn lacks(&self, needs: Needs) -> Option<String> {
        let (has, what) = match needs {
            Needs::Flask => {
                let all = FLASK.map(|(name, version)| format!("{name} {version}"));
                (self.python.is_some(), all.join(", "))
            }
            Needs::Node => (self.has_node, format!("Node {NODE} or newer")),
            Needs::Go => (self.has_go, "Go".to_owned()),
            Needs::Hyper => (true, String::new()),
        };
        (!has).then(|| format!("needs {what}"))
    }

    /// Where programs are found, those of this Python first.
    pub(crate) fn path(&self, needs: Needs) -> io::Result<OsString> {
        let python = self.python.as_deref().and_then(Path::parent);
        path_with(python.filter(|_| needs == Needs::Flask))
    }
}

fn has_flask(python: &Path) -> bool {
    let names = FLASK.map(|(name, _)| format!("'{name}'")).join(", ");
    let asked = format!(
        "from importlib.metadata import version
print(*map(version, [{names}]))"
    );
    let said = Command::new(python).args(["-c", &asked]).output();
    let expected = FLASK.map(|(_, version)| version).join(" ");
    said.is_ok_and(|said| String::from_utf8_lossy(&said.stdout).trim() == expected)
}

fn is_node(version: &str) -> bool {
    let major = version.trim_start_matches('v').split('.').next();
    let major = major.and_then(|major| major.parse::<u32>().ok());
    major.is_some_and(|major| major >= NODE)
}

/// What a program says of itself, if it can be run.
fn said(program: &str, asked: &str) -> Option<String> {
    let output = Command::new(program).arg(asked).output().ok()?;
    let is_well = output.status.success();
    is_well.then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Builds the function in Go.
pub(crate) fn build_go(source: &Path, program: &Path) -> io::Result<()> {
    let mut build = Command::new("go");
    build.args(["build", "-o"]).arg(program).arg("main.go");
    succeed(build.current_dir(source)).map(drop)
}

/// Builds the function upon hyper.
pub(crate) fn build_hyper(source: &Path, program: &Path) -> io::Result<()> {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("foreign");
    let mut build = Command::new(env!("CARGO"));
    build.args(["build", "--locked", "--quiet", "--target-dir"]);
    succeed(build.arg(&target).current_dir(source))?;
    fs::copy(target.join("debug/bare-hyper"), program).map(drop)
}
