//! The time to render a project: runs `benches/new`, which compares the command line with other
//! programs.

use std::process::Command;

use anyhow::Result;

use crate::cargo::succeed;
use crate::places;
use crate::report::Report;

/// Runs `benches/new`, which skips programs that are not installed.
pub(crate) fn run() -> Result<Report> {
    eprintln!("rendering projects");
    let generate = std::env::var_os("CARGO_GENERATE").unwrap_or_else(|| "cargo-generate".into());
    let mut new = Command::new(places::root().join("benches/new"));
    // The script cannot clean up if this program is interrupted.
    let scratch = places::scratch()?;
    let output = succeed(new.arg(generate).env("TMPDIR", scratch.path()))?;
    // The programs that it skipped.
    eprint!("{}", String::from_utf8_lossy(&output.stderr));
    let times = String::from_utf8_lossy(&output.stdout);
    Ok(Report {
        text: format!("\n## Rendering a project\n\n{times}"),
        goals: Vec::new(),
    })
}
