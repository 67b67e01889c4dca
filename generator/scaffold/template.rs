//! The template in this program, which needs no network and always has the program's version.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use include_dir::{Dir, include_dir};
use serde::Deserialize;
use thiserror::Error;

use super::manifest::{Manifest, ManifestError};
use super::names::PackageNames;

static EMBEDDED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/template");

/// The manifest's path.
pub const MANIFEST: &str = "cargo-generate.toml";
/// The suffix of files whose real name would mislead cargo or git. Projects do not have it.
pub const SUFFIX: &str = ".liquid";
/// The folder with one folder for each kind, whose files replace or add to the base files.
pub const KINDS: &str = "kinds/";
/// The folder, in the base and in each kind, with the parts from which whole files are generated.
/// Projects do not have it.
pub const PARTS: &str = "parts/";

/// The files by path, with `/` as the separator, and the parsed manifest.
#[derive(Debug, Clone)]
pub struct Template {
    files: BTreeMap<String, Vec<u8>>,
    manifest: Manifest,
    dependencies: PackageNames,
}

impl Template {
    /// The template inside this program.
    ///
    /// # Panics
    /// Never in a program whose tests have passed, since the template cannot change afterwards.
    #[must_use]
    pub fn embedded() -> &'static Self {
        static TEMPLATE: LazyLock<Template> = LazyLock::new(|| {
            let mut files = BTreeMap::new();
            collect(&EMBEDDED, &mut files);
            Template::new(files).expect("the embedded template is tested")
        });
        &TEMPLATE
    }

    /// A template with these files.
    ///
    /// # Errors
    /// If the manifest or a lock file is missing or invalid.
    pub fn new(files: BTreeMap<String, Vec<u8>>) -> Result<Self, TemplateError> {
        let manifest = Manifest::parse(text(&files, MANIFEST)?)?;
        let mut packages = Vec::new();
        for path in files.keys() {
            if path.strip_suffix(SUFFIX).unwrap_or(path).rsplit('/').next() == Some("Cargo.lock") {
                packages.extend(locked(text(&files, path)?, path)?);
            }
        }
        Ok(Self {
            files,
            manifest,
            dependencies: packages.into_iter().collect(),
        })
    }

    /// All files, including the manifest and the hook.
    #[must_use]
    pub fn files(&self) -> &BTreeMap<String, Vec<u8>> {
        &self.files
    }

    /// The placeholders.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The packages that projects of any kind depend on.
    #[must_use]
    pub fn dependencies(&self) -> &PackageNames {
        &self.dependencies
    }
}

/// The reason why files are not a template.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TemplateError {
    /// A required file is missing or is not UTF-8.
    #[error("the text file `{0}` is missing in the template")]
    NoText(String),
    /// The manifest is invalid.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// A lock file is invalid.
    #[error("`{path}`: {source}")]
    LockFile {
        /// The file.
        path: String,
        /// The problem.
        source: toml::de::Error,
    },
}

fn collect(directory: &Dir<'_>, files: &mut BTreeMap<String, Vec<u8>>) {
    for file in directory.files() {
        let path = file.path().to_string_lossy().replace('\\', "/");
        files.insert(path, file.contents().to_vec());
    }
    for directory in directory.dirs() {
        collect(directory, files);
    }
}

fn text<'a>(files: &'a BTreeMap<String, Vec<u8>>, path: &str) -> Result<&'a str, TemplateError> {
    let bytes = files.get(path).map(Vec::as_slice);
    bytes
        .and_then(|bytes| std::str::from_utf8(bytes).ok())
        .ok_or_else(|| TemplateError::NoText(path.to_owned()))
}

/// The packages of a lock file, except the project itself, whose name is still a placeholder.
fn locked(lock: &str, path: &str) -> Result<Vec<String>, TemplateError> {
    #[derive(Deserialize)]
    struct LockFile {
        package: Vec<LockedPackage>,
    }
    #[derive(Deserialize)]
    struct LockedPackage {
        name: String,
    }

    let lock: LockFile = toml::from_str(lock).map_err(|source| TemplateError::LockFile {
        path: path.to_owned(),
        source,
    })?;
    let names = lock.package.into_iter().map(|package| package.name);
    Ok(names.filter(|name| !name.contains('{')).collect())
}
