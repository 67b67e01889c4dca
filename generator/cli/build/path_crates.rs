//! The crates that a project depends on by `path`. A build in a container sees only the project's
//! directory, so all of them must be inside it.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use crate::cli::failure::{Exit, Failure};
use crate::text::printable_path;

/// The tables of a manifest that list dependencies.
const DEPENDENCIES: [&str; 3] = ["dependencies", "dev-dependencies", "build-dependencies"];
/// The tables that contain such tables, directly or for each target.
const AROUND: [&str; 2] = ["target", "workspace"];

/// Fails if the project, or a crate inside it, depends on a crate outside its directory.
pub(super) fn ensure_inside(project: &Path) -> Result<(), Failure> {
    let Ok(root) = project.canonicalize() else {
        return Ok(());
    };
    let (mut seen, mut crates) = (HashSet::new(), vec![root.clone()]);
    while let Some(dir) = crates.pop() {
        for path in path_dependencies(&dir) {
            // Cargo has the best message for a crate that is nowhere.
            let Ok(found) = dir.join(&path).canonicalize() else {
                continue;
            };
            if !found.starts_with(&root) {
                let manifest = dir.join("Cargo.toml");
                let manifest = manifest.strip_prefix(&root).unwrap_or(&manifest);
                let message = format!(
                    "`{}` depends on the crate in `{}`, which is outside the project, so a build in \
                     a container does not see it",
                    printable_path(manifest),
                    printable_path(&path)
                );
                return Err(Failure::new(Exit::Failed, message).hint(
                    "move the crate into the project's directory, depend on it by `git` or from a \
                     registry, or build without a container: on Linux x86-64, or with `--zig`",
                ));
            }
            if seen.insert(found.clone()) {
                crates.push(found);
            }
        }
    }
    Ok(())
}

/// The paths of dependencies in a manifest, as they are written there.
fn path_dependencies(dir: &Path) -> Vec<PathBuf> {
    let manifest = fs::read_to_string(dir.join("Cargo.toml")).unwrap_or_default();
    let manifest: Table = manifest.parse().unwrap_or_default();
    let mut paths = Vec::new();
    collect(&manifest, &mut paths);
    let patches = manifest.get("patch").and_then(Value::as_table);
    for patch in patches.into_iter().flat_map(Table::values) {
        add_paths(patch, &mut paths);
    }
    paths
}

/// Collects the paths in the tables of dependencies.
fn collect(table: &Table, paths: &mut Vec<PathBuf>) {
    for (key, value) in table {
        if DEPENDENCIES.contains(&key.as_str()) {
            add_paths(value, paths);
        } else if AROUND.contains(&key.as_str()) {
            let tables = value.as_table().into_iter();
            for inner in tables.clone() {
                collect(inner, paths);
            }
            for of_target in tables.flat_map(Table::values).filter_map(Value::as_table) {
                collect(of_target, paths);
            }
        }
    }
}

/// Adds the paths in one table of dependencies.
fn add_paths(dependencies: &Value, paths: &mut Vec<PathBuf>) {
    let dependencies = dependencies.as_table().into_iter().flat_map(Table::values);
    let found = dependencies.filter_map(|dependency| dependency.get("path")?.as_str());
    paths.extend(found.map(PathBuf::from));
}
