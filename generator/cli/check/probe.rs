//! A probe with the server of a project: a small package that depends on the project's `fc3`, with
//! a handler that follows the rules' instructions.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use cargo_metadata::Metadata;
use toml::{Table, Value};

use crate::cli::build;
use crate::cli::failure::{Exit, Failure};
use crate::cli::project::Project;
use crate::cli::tool::cargo;
use crate::conformance::FunctionKind;
use crate::stop::Stop;
use crate::text::printable_path;

/// The directory of the probe in a project, so that cargo has the same settings there.
const DIRECTORY: &str = "target/fc3-probe";
/// The name of the package and of its program. It differs from the function's, so that both have a
/// place in one target directory.
const NAME: &str = "fc3-probe";
/// The name of the runtime's package.
const RUNTIME: &str = "fc3";

const PROTOCOL: &str = include_str!("../../../probe/protocol.rs");
const EVENT: Sources = Sources {
    main: include_str!("../../../probe/event/main.rs"),
    dependencies: include_str!("../../../probe/event/dependencies.toml"),
};
const WEB: Sources = Sources {
    main: include_str!("../../../probe/web/main.rs"),
    dependencies: include_str!("../../../probe/web/dependencies.toml"),
};

/// The differences between the probes of event functions and web functions.
struct Sources {
    main: &'static str,
    dependencies: &'static str,
}

/// Builds the probe of a project.
pub(super) fn build(project: &Project, kind: FunctionKind, stop: &Stop) -> anyhow::Result<PathBuf> {
    let directory = project.dir().join(DIRECTORY);
    let metadata = cargo::metadata(project.dir(), stop)?;
    let root = metadata.workspace_root.as_std_path();
    let sources = match kind {
        FunctionKind::Event => &EVENT,
        FunctionKind::Web => &WEB,
    };
    let manifest = manifest(runtime(&metadata)?, root, sources)?;
    let lock = root.join("Cargo.lock");
    let write = || {
        write(&directory.join("Cargo.toml"), manifest.as_bytes())?;
        write(&directory.join("Cargo.lock"), &fs::read(lock)?)?;
        write(&directory.join("src/main.rs"), sources.main.as_bytes())?;
        write(&directory.join("src/protocol.rs"), PROTOCOL.as_bytes())
    };
    write().map_err(|error| {
        let message = format!("cannot write `{}`: {error}", printable_path(&directory));
        Failure::new(Exit::Machine, message)
            .hint("fix the permissions of the project's `target` directory")
    })?;
    build::beside(project, &directory.join("Cargo.toml"), NAME, stop)
}

/// The directory of the runtime that a project depends on: in the project, next to it, or in the
/// registry.
fn runtime(metadata: &Metadata) -> Result<&Path, Failure> {
    let mut packages = metadata.packages.iter();
    let runtime = packages.find(|package| package.name.as_str() == RUNTIME);
    let directory = runtime.and_then(|package| package.manifest_path.parent());
    let directory = directory.ok_or_else(|| {
        Failure::new(Exit::Failed, "this project does not depend on `fc3`")
            .hint("compare its `Cargo.toml` with the one in a new project of `cargo fc3 new`")
    })?;
    Ok(directory.as_std_path())
}

/// The manifest of the probe, with the profiles and patches of the project.
fn manifest(runtime: &Path, root: &Path, sources: &Sources) -> anyhow::Result<String> {
    let mut dependencies: Table = sources.dependencies.parse()?;
    if let Some(fc3) = dependencies.get_mut(RUNTIME).and_then(Value::as_table_mut) {
        let path = runtime.to_string_lossy().into_owned();
        fc3.insert("path".to_owned(), path.into());
    }
    let mut manifest: Table = format!(
        "[package]\nname = \"{NAME}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n"
    )
    .parse()?;
    manifest.insert("dependencies".to_owned(), dependencies.into());
    let project_manifest: Table = fs::read_to_string(root.join("Cargo.toml"))?.parse()?;
    for key in ["profile", "patch"] {
        if let Some(value) = project_manifest.get(key) {
            let mut value = value.clone();
            make_absolute(&mut value, root);
            manifest.insert(key.to_owned(), value);
        }
    }
    Ok(manifest.to_string())
}

/// Makes the paths of patches absolute, since the probe is in another directory.
fn make_absolute(value: &mut Value, root: &Path) {
    let Some(table) = value.as_table_mut() else {
        return;
    };
    for (key, value) in table.iter_mut() {
        match value {
            Value::String(path) if key == "path" => {
                *path = root.join(&*path).to_string_lossy().into_owned();
            }
            _ => make_absolute(value, root),
        }
    }
}

/// Writes a file unless it is already correct, since cargo recompiles newer files.
fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if fs::read(path).is_ok_and(|old| old == bytes) {
        return Ok(());
    }
    if let Some(directory) = path.parent() {
        fs::create_dir_all(directory)?;
    }
    fs::write(path, bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manifest_has_the_profiles_and_patches_of_the_project() {
        let project = tempfile::tempdir().expect("a directory");
        let root = project.path();
        let text = r#"
            [package]
            name = "hello"
            [lints.rust]
            warnings = "deny"
            [profile.release]
            panic = "abort"
            [patch.crates-io]
            own = { path = "../own" }
        "#;
        fs::write(root.join("Cargo.toml"), text).expect("a file");
        let made: Table = manifest(&root.join("fc3"), root, &WEB)
            .expect("a manifest")
            .parse()
            .expect("TOML");
        let path = |value: &Value| PathBuf::from(value["path"].as_str().expect("a path"));
        assert_eq!(path(&made["dependencies"]["fc3"]), root.join("fc3"));
        assert_eq!(
            made["dependencies"]["fc3"]["features"][0].as_str(),
            Some("web")
        );
        assert_eq!(
            path(&made["patch"]["crates-io"]["own"]),
            root.join("../own")
        );
        assert_eq!(made["profile"]["release"]["panic"].as_str(), Some("abort"));
        assert!(!made.contains_key("lints"));
    }
}
