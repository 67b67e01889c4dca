//! The crates of a kind: how many a project compiles and locks, and what an edit compiles again.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::time::SystemTime;

use libtest_mimic::Failed;
use serde_json::Value;

use crate::support::project::{self, Project};

/// The most crates that a project compiles, itself included.
const CRATES: usize = 50;
/// The kinds that need more: one decodes CBOR, the other brings axum.
const CRATES_OF: [(&str, usize); 2] = [("tablestore", 55), ("web", 64)];

/// A crate that every lock file has although no system compiles it: `tracing` wants it only if the
/// compiler is told to use unstable features.
const NEVER_COMPILED: &str = "valuable";

/// The README states the same number.
pub(crate) fn compiles_few_crates(project: &Project) -> Result<(), Failed> {
    let own = CRATES_OF.iter().find(|(kind, _)| *kind == project.kind);
    let most = own.map_or(CRATES, |(_, most)| *most);
    let crates = project::crates(&project.dir, &project.name)?;
    assert!(
        crates.len() <= most,
        "{} crates, more than {most}:\n{}",
        crates.len(),
        crates.join("\n")
    );
    let readme = include_str!("../../README.md");
    let of_this = format!("`{}` {}", project.kind, crates.len());
    let of_all = format!("compiles {} crates", crates.len());
    assert!(
        readme.contains(&of_this) || readme.contains(&of_all),
        "README.md does not say that `{}` compiles {} crates",
        project.kind,
        crates.len()
    );
    Ok(())
}

/// The lock file has no crate that only the tests of `fc3` or features that are off would use.
pub(crate) fn locks_what_some_system_compiles(project: &Project) -> Result<(), Failed> {
    let tree = [
        "tree",
        "--locked",
        "--edges=normal,build,dev",
        "--target=all",
        "--prefix=none",
        "--format={p}",
    ];
    let output = project.cargo(&tree)?;
    let tree = String::from_utf8(output.stdout)?;
    let name_and_version = |line: &str| {
        let mut words = line.split_whitespace().map(str::to_owned);
        let name = words.next().unwrap_or_default();
        let version = words.next().unwrap_or_default();
        (name, version.trim_start_matches('v').to_owned())
    };
    let compiled: BTreeSet<_> = tree.lines().map(name_and_version).collect();

    let lock = fs::read_to_string(project.dir.join("Cargo.lock"))?;
    let lock: toml::Table = lock.parse()?;
    let locked = lock["package"].as_array().ok_or("no packages")?;
    let text = |value: &toml::Value| value.as_str().unwrap_or_default().to_owned();
    let locked = locked
        .iter()
        .map(|entry| (text(&entry["name"]), text(&entry["version"])));
    let needless = locked.filter(|entry| !compiled.contains(entry));
    let needless: Vec<_> = needless
        .map(|(name, _)| name)
        .filter(|name| name != NEVER_COMPILED)
        .collect();
    assert!(needless.is_empty(), "needless entries: {needless:?}");
    Ok(())
}

/// Neither the runtime nor anything below it is compiled again.
pub(crate) fn compiles_one_crate_after_an_edit(project: &Project) -> Result<(), Failed> {
    project.cargo(&["build", "--locked"])?;
    // For cargo, a file that has a new time has been edited. Other checks read its contents.
    let handler = File::options()
        .append(true)
        .open(project.dir.join("src/handler.rs"))?;
    handler.set_modified(SystemTime::now())?;
    let output = project.cargo(&["build", "--locked", "--message-format=json"])?;
    let messages = String::from_utf8(output.stdout)?;
    let mut compiled = Vec::new();
    for line in messages.lines() {
        let message: Value = serde_json::from_str(line)?;
        if message["reason"] == "compiler-artifact" && message["fresh"] == false {
            compiled.push(message["target"]["name"].to_string());
        }
    }
    assert_eq!(compiled, ["\"bootstrap\""]);
    Ok(())
}
