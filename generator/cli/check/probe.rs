//! A probe with the server of a project: its own `src/fc`, its dependencies and its profile, with a
//! handler that does what the rules ask of it.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use crate::cli::build;
use crate::cli::failure::{Exit, Failure};
use crate::cli::project::{PROGRAM, Project};
use crate::conformance::FunctionKind;
use crate::scaffold::template::Template;
use crate::stop::Stop;
use crate::text::printable_path;

/// Where it lies in a project: below it, so that cargo has the same settings there.
const PLACE: &str = "target/fc3-probe";
/// What it does, in the place of the author's handler.
const HANDLERS: [(FunctionKind, &str); 2] = [
    (
        FunctionKind::Event,
        include_str!("../../../probe/handler.rs"),
    ),
    (FunctionKind::Web, include_str!("../../../probe/web.rs")),
];
const PROTOCOL: &str = include_str!("../../../probe/protocol.rs");

/// Its files by their path.
type Files = BTreeMap<PathBuf, Vec<u8>>;

/// Builds the probe of a project.
pub(super) fn build(project: &Project, kind: FunctionKind, stop: &Stop) -> anyhow::Result<PathBuf> {
    let place = project.dir().join(PLACE);
    let files = files(project.dir(), kind)?;
    write(&place, &files).map_err(|error| unwritable(&place, &error))?;
    // What the program has in common with it is built already, in the place that the user names or
    // in that of the project.
    let target = project.dir().join("target");
    let shared = ["--target-dir".into(), target.into_os_string()];
    let more = match std::env::var_os("CARGO_TARGET_DIR") {
        Some(_) => &[][..],
        None => &shared,
    };
    build::by_cargo(&Project::at(place), more, stop)
}

/// A copy of the function's program, where cargo would put the probe in its place; what is deployed
/// has a place of its own.
pub(super) fn aside(project: &Project, program: PathBuf) -> Result<PathBuf, Failure> {
    if program == project.program() {
        return Ok(program);
    }
    let folder = project.dir().join(PLACE).join("function");
    let copy = folder.join(program.file_name().unwrap_or_default());
    let copied = fs::create_dir_all(&folder).and_then(|()| fs::copy(&program, &copy));
    copied.map_err(|error| unwritable(&folder, &error))?;
    Ok(copy)
}

fn unwritable(place: &Path, error: &io::Error) -> Failure {
    let message = format!("cannot write `{}`: {error}", printable_path(place));
    Failure::new(Exit::Machine, message).hint("mend the rights of the project's `target`")
}

fn unusable(path: &Path, error: &dyn Display) -> Failure {
    let message = format!("cannot make a probe of `{}`: {error}", printable_path(path));
    Failure::new(Exit::Failed, message)
        .hint("compare it with that of a new project, which `cargo fc3 new` makes")
}

fn files(project: &Path, kind: FunctionKind) -> Result<Files, Failure> {
    let mut files = Files::new();
    for name in ["Cargo.lock", "src/fc.rs", "src/fc"] {
        collect(project, Path::new(name), &mut files)
            .map_err(|error| unusable(&project.join(name), &error))?;
    }
    let manifest = project.join("Cargo.toml");
    let of_project = fs::read_to_string(&manifest).map_err(|error| unusable(&manifest, &error))?;
    let of_project = of_project
        .parse()
        .map_err(|error| unusable(&manifest, &error))?;
    let of_probe = manifest_of(of_project, project).to_string();
    files.insert("Cargo.toml".into(), of_probe.into_bytes());
    let template = Template::embedded().files();
    let folders: &[&str] = match kind {
        FunctionKind::Event => &["src/"],
        FunctionKind::Web => &["src/", "kinds/web/src/"],
    };
    for folder in folders {
        for name in ["lib.rs", "main.rs", "error.rs"] {
            if let Some(bytes) = template.get(&format!("{folder}{name}")) {
                files.insert(Path::new("src").join(name), bytes.clone());
            }
        }
    }
    let handler = HANDLERS.iter().find(|(of, _)| *of == kind);
    let handler = handler.map_or("", |(_, handler)| handler);
    files.insert("src/handler.rs".into(), handler.into());
    files.insert("src/handler/protocol.rs".into(), PROTOCOL.into());
    Ok(files)
}

/// Adds a file of a project, or all those below a folder.
fn collect(project: &Path, name: &Path, files: &mut Files) -> io::Result<()> {
    let path = project.join(name);
    if path.is_dir() {
        for entry in fs::read_dir(path)? {
            collect(project, &name.join(entry?.file_name()), files)?;
        }
    } else {
        files.insert(name.to_owned(), fs::read(path)?);
    }
    Ok(())
}

/// The manifest of the probe: that of the project, but for its programs and all that only concerns
/// its own files.
fn manifest_of(mut manifest: Table, project: &Path) -> Table {
    for key in ["bin", "example", "test", "bench", "lints", "lib"] {
        manifest.remove(key);
    }
    let table = |entries: &[(&str, &str)]| {
        let entries = entries.iter();
        let entries = entries.map(|(key, value)| ((*key).to_owned(), Value::from(*value)));
        Value::from(entries.collect::<Table>())
    };
    manifest.insert(
        "lib".into(),
        table(&[("name", "function"), ("path", "src/lib.rs")]),
    );
    let program = table(&[("name", PROGRAM), ("path", "src/main.rs")]);
    manifest.insert("bin".into(), Value::from(vec![program]));
    let workspace = manifest
        .entry("workspace")
        .or_insert_with(|| Table::new().into());
    if let Some(workspace) = workspace.as_table_mut() {
        for key in ["members", "exclude", "default-members"] {
            workspace.remove(key);
        }
    }
    if let Some(package) = manifest.get_mut("package").and_then(Value::as_table_mut) {
        package.remove("default-run");
        package.insert("autobins".into(), false.into());
        package.insert("build".into(), false.into());
    }
    let mut manifest = Value::from(manifest);
    point_to(&mut manifest, project, false);
    match manifest {
        Value::Table(manifest) => manifest,
        _ => Table::new(),
    }
}

/// Makes the paths of dependencies lead from the probe to where they lead from the project: each table
/// with a `path` is one of them, but for those of the package's own programs.
fn point_to(value: &mut Value, project: &Path, is_dependency: bool) {
    let Value::Table(table) = value else {
        return;
    };
    for (key, value) in table.iter_mut() {
        match value {
            Value::String(path) if is_dependency && key == "path" => {
                *path = project.join(&*path).to_string_lossy().into_owned();
            }
            _ => {
                let leads_there = matches!(
                    key.as_str(),
                    "dependencies"
                        | "dev-dependencies"
                        | "build-dependencies"
                        | "patch"
                        | "replace"
                );
                point_to(value, project, is_dependency || leads_there);
            }
        }
    }
}

/// Makes the folder hold these files, and leaves alone what is right already, so that cargo builds
/// only what changed.
fn write(place: &Path, files: &Files) -> io::Result<()> {
    let mut old = Files::new();
    if place.join("src").is_dir() {
        collect(place, Path::new("src"), &mut old)?;
    }
    for name in old.keys().filter(|name| !files.contains_key(*name)) {
        fs::remove_file(place.join(name))?;
    }
    for (name, bytes) in files {
        let path = place.join(name);
        if fs::read(&path).ok().as_deref() != Some(bytes) {
            fs::create_dir_all(path.parent().unwrap_or(place))?;
            fs::write(path, bytes)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_keeps_what_the_server_is_built_with() {
        let of_project = r#"
            [package]
            name = "hello"
            default-run = "bootstrap"
            [dependencies]
            own = { path = "../own" }
            [target.'cfg(unix)'.dependencies]
            there = { path = "/there" }
            [[bin]]
            name = "bootstrap"
            path = "src/main.rs"
            [lints.rust]
            warnings = "deny"
            [profile.release]
            panic = "abort"
        "#;
        let of_project = of_project.parse().expect("a manifest");
        let made = manifest_of(of_project, Path::new("/of/project"));
        assert_eq!(
            made["dependencies"]["own"]["path"].as_str(),
            Some("/of/project/../own")
        );
        let of_unix = &made["target"]["cfg(unix)"]["dependencies"];
        assert_eq!(of_unix["there"]["path"].as_str(), Some("/there"));
        assert_eq!(made["bin"][0]["name"].as_str(), Some("bootstrap"));
        assert_eq!(made["profile"]["release"]["panic"].as_str(), Some("abort"));
        assert!(!made.contains_key("lints"));
        assert!(made["package"].get("default-run").is_none());
    }
}
