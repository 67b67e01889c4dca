//! The peers: other servers that do the same job. Those that are not installed are reported and
//! skipped.

use std::env;
use std::ffi::OsString;
use std::path::Path;

use anyhow::Result;

use crate::cargo::{cargo, runs, succeed};
use crate::once::once;
use crate::places;
use crate::program::Program;

/// The way in which a peer in Rust is linked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Linked {
    /// Dynamically, cargo's default.
    Dynamic,
    /// Statically, like a generated project.
    Static,
}

const TARGET: &str = "x86_64-unknown-linux-gnu";
const STATIC: &str = "target.x86_64-unknown-linux-gnu.rustflags=['-Ctarget-feature=+crt-static']";

/// Bare hyper, the yardstick.
pub(crate) fn hyper(linked: Linked) -> Result<Program> {
    rust("hyper", "bare hyper", linked)
}

/// axum with its default runtime.
pub(crate) fn axum(linked: Linked) -> Result<Program> {
    rust("axum", "axum", linked)
}

/// A loop around epoll, the ceiling.
pub(crate) fn epoll(linked: Linked) -> Result<Program> {
    rust("epoll", "epoll loop", linked)
}

/// axum on one thread.
pub(crate) fn on_one_thread(axum: &Program) -> Program {
    let axum = axum.clone().named("axum, one thread");
    axum.env("AXUM_THREADS", "one")
}

/// Builds a peer in Rust.
fn rust(name: &str, shown: &'static str, linked: Linked) -> Result<Program> {
    let how = match linked {
        Linked::Dynamic => "dynamically",
        Linked::Static => "statically",
    };
    let program = once(&format!("building the peer `{name}`, linked {how}"), || {
        let target = places::made("peers")?;
        let mut build = cargo(&["build", "--release", "--locked"], &places::peer(name));
        build.env("CARGO_TARGET_DIR", &target);
        let mut out = target;
        if linked == Linked::Static {
            build.args(["--target", TARGET, "--config", STATIC]);
            out.push(TARGET);
        }
        succeed(&mut build)?;
        Ok(out.join("release").join(format!("peer-{name}")))
    })?;
    Ok(Program::new(shown, program))
}

/// Node's own server.
pub(crate) fn node() -> Option<Program> {
    if !runs("node", &["--version"]) {
        eprintln!("skipped Node: `node` is not installed");
        return None;
    }
    let script = places::peer("node").join("server.js");
    Some(Program::new("Node", "node").arg(script))
}

/// Flask's own server, and gunicorn with the same app.
pub(crate) fn flask() -> Result<Vec<Program>> {
    let Some(python) = env::var_os("FLASK_PYTHON") else {
        eprintln!("skipped Flask and gunicorn: FLASK_PYTHON is not set");
        return Ok(Vec::new());
    };
    if !runs(&python, &["-c", "import flask"]) {
        eprintln!("skipped Flask and gunicorn: the Python in FLASK_PYTHON has no Flask");
        return Ok(Vec::new());
    }
    let gunicorn = Path::new(&python).with_file_name("gunicorn");
    let flask = Program::new("Flask's own server", &python).arg("app.py");
    let gunicorn = Program::new("gunicorn", gunicorn).arg("app:app");
    let mut found = Vec::new();
    for program in [gunicorn, flask] {
        if !runs(program.file(), &["--version"]) {
            let file = program.file().display();
            eprintln!("skipped {}: `{file}` does not run", program.name);
            continue;
        }
        // Python writes its compiled files there instead of beside the sources.
        let cache: OsString = places::made("python")?.into();
        let program = program.within(places::peer("flask"));
        found.push(program.env("PYTHONPYCACHEPREFIX", cache));
    }
    Ok(found)
}
