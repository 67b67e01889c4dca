//! The files that a program is made of, as cargo knows them.
//!
//! After a build, dep-info lists the sources, the files that they include, and the files that build
//! scripts ask for. A failed build leaves none, so the files that could repair it are gathered from
//! its messages and from the directories of the sources.

mod dep_info;
mod manifests;
mod mentioned;
mod walk;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::watch::content::Content;
pub(super) use manifests::{lock_file, package_of};
pub(super) use mentioned::quoted;
pub(super) use walk::below;

/// The build script of a package whose manifest names none.
const SCRIPT: &str = "build.rs";

/// How far the time of a write may lie before the clock's time of that moment, because file systems
/// use the coarse clock of the kernel.
const COARSE: Duration = Duration::from_millis(10);

/// A package whose sources are files of the author, not of a registry.
#[derive(Debug, Default)]
pub(super) struct Package {
    /// The main files of its programs and libraries.
    pub(super) roots: BTreeSet<PathBuf>,
    /// The main file of its build script.
    pub(super) script_source: Option<PathBuf>,
    pub(super) script: Script,
}

/// The state of a package's build script.
#[derive(Debug, Default)]
pub(super) enum Script {
    /// The package has none.
    #[default]
    None,
    /// It was compiled and has not run successfully.
    Compiled,
    /// It ran, and wrote into this directory.
    Ran(PathBuf),
}

/// The packages that a build has reported, by directory.
pub(super) type Packages = BTreeMap<PathBuf, Package>;

/// The files that a program is made of.
#[derive(Debug, Clone, Default)]
pub(in crate::cli) struct Inputs {
    /// Single files, which may be missing.
    pub(super) files: BTreeSet<PathBuf>,
    /// Directories of which every file counts.
    pub(super) folders: BTreeSet<PathBuf>,
    /// Files that the build itself may write, with the content that it used.
    pub(super) written: BTreeMap<PathBuf, Content>,
    /// The time from which a write is too late for the build.
    pub(super) begun: Option<SystemTime>,
    /// Whether these are all inputs. A failed build does not know them all.
    pub(super) are_complete: bool,
}

impl Inputs {
    /// The files of a project before its first build: enough to see an edit made meanwhile.
    pub(super) fn before_build(project: &Path) -> Self {
        let mut inputs = Self::default();
        inputs.add_settings(project);
        inputs.files.extend(walk::rust_files(&project.join("src")));
        inputs.files.insert(project.join(SCRIPT));
        inputs
    }

    /// The inputs of a program that was just built.
    pub(super) fn of_program(
        project: &Path,
        program: &Path,
        packages: &Packages,
        begun: SystemTime,
    ) -> Self {
        let dep_info = fs::read_to_string(dep_info::beside(program)).unwrap_or_default();
        let mut inputs = Self {
            begun: Some(begun - COARSE),
            are_complete: !dep_info.is_empty(),
            ..Self::default()
        };
        inputs.add_settings(project);
        inputs.add_packages(packages);
        let filled = filled_by(program, packages);
        for path in dep_info::parse(&dep_info) {
            let path = project.join(path);
            if filled.iter().any(|folder| path.starts_with(folder)) {
                continue;
            }
            if path.is_dir() {
                inputs.folders.insert(path);
            } else {
                inputs.files.insert(path);
            }
        }
        if !inputs.are_complete {
            inputs.add_sources(packages);
        }
        inputs
    }

    /// The files that could repair a failed build. `names` are the paths in its messages.
    pub(super) fn of_failure(
        project: &Path,
        packages: &Packages,
        names: &BTreeSet<String>,
        begun: SystemTime,
    ) -> Self {
        let mut inputs = Self::before_build(project);
        inputs.begun = Some(begun - COARSE);
        inputs.add_packages(packages);
        inputs.add_sources(packages);
        let mut roots = vec![manifests::workspace_of(project), project];
        for package in packages.keys() {
            roots.extend([manifests::workspace_of(package), package]);
        }
        roots.sort_unstable();
        roots.dedup();
        inputs.files.extend(mentioned::files(names, &roots));
        // A script that failed does not say what it reads.
        let failed = packages.iter();
        let failed = failed.filter(|(_, package)| matches!(package.script, Script::Compiled));
        inputs
            .folders
            .extend(failed.map(|(folder, _)| folder.clone()));
        inputs
    }

    fn add_settings(&mut self, project: &Path) {
        self.files.extend(manifests::of_package(project));
        self.files.extend(manifests::of_cargo(project));
    }

    /// Adds the manifests of the packages, and all files of those whose build script does not say
    /// what it reads. Cargo then runs it again whenever a file of the package changes.
    fn add_packages(&mut self, packages: &Packages) {
        for (folder, package) in packages {
            self.files.extend(manifests::of_package(folder));
            // Cargo runs one that appears.
            self.files.insert(folder.join(SCRIPT));
            if let Script::Ran(output) = &package.script
                && !asks_for_files(output)
            {
                self.folders.insert(folder.clone());
            }
        }
    }

    /// Adds the build scripts of the packages, and the Rust files beside and below their main files.
    fn add_sources(&mut self, packages: &Packages) {
        for package in packages.values() {
            self.files.extend(package.script_source.clone());
            for root in &package.roots {
                let folder = root.parent().into_iter();
                self.files.extend(folder.flat_map(walk::rust_files));
                self.files.insert(root.clone());
            }
        }
    }
}

/// The directories that a build fills: where the program is, and where build scripts write.
fn filled_by<'a>(program: &'a Path, packages: &'a Packages) -> Vec<&'a Path> {
    let scripts = packages
        .values()
        .filter_map(|package| match &package.script {
            Script::Ran(output) => Some(output.as_path()),
            Script::None | Script::Compiled => None,
        });
    scripts.chain(program.parent()).collect()
}

/// Whether a build script says which files or variables it depends on. Cargo keeps what it printed
/// beside the directory that it writes into.
fn asks_for_files(output: &Path) -> bool {
    let printed = fs::read_to_string(output.with_file_name("output"));
    let asks = |line: &str| {
        let key = line.strip_prefix("cargo:");
        let key = key.map(|key| key.strip_prefix(':').unwrap_or(key));
        key.is_some_and(|key| key.starts_with("rerun-if-"))
    };
    // Another layout of the target directory must not make every file count.
    printed.map_or(true, |printed| printed.lines().any(asks))
}
