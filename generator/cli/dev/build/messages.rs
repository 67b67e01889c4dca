//! The messages of cargo and the compiler during a build.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use cargo_metadata::camino::Utf8Path;
use cargo_metadata::diagnostic::{Diagnostic, DiagnosticLevel, DiagnosticSpan};
use cargo_metadata::{Artifact, Message, PackageId, Target, TargetKind};

use crate::cli::dev::inputs::{Package, Packages, Script, package_of, quoted};

/// Everything that a build has reported so far.
#[derive(Debug, Default)]
pub(super) struct Messages {
    pub(super) packages: Packages,
    /// Where each of these packages is.
    folders: HashMap<PackageId, PathBuf>,
    pub(super) program: Option<Program>,
    /// What the compiler said, once each.
    pub(super) words: Vec<String>,
    /// The names in its errors that may be paths of files.
    pub(super) names: BTreeSet<String>,
}

/// The built program.
#[derive(Debug)]
pub(super) struct Program {
    pub(super) path: PathBuf,
    /// Whether it is the one that was there before the build.
    pub(super) is_fresh: bool,
}

impl Messages {
    /// Adds a message. `project` is the directory whose program is wanted, since a workspace may
    /// have several of the same name.
    pub(super) fn add(&mut self, message: Message, project: &Path) {
        match message {
            Message::CompilerArtifact(artifact) => {
                let package = self.package(&artifact.package_id, &artifact.target);
                if let Some(package) = package
                    && is_script(&artifact.target)
                {
                    package.script = Script::Compiled;
                }
                self.add_program(artifact, project);
            }
            Message::CompilerMessage(message) => {
                self.package(&message.package_id, &message.target);
                self.add_diagnostic(message.message);
            }
            Message::BuildScriptExecuted(script) => {
                let folder = self.folders.get(&script.package_id);
                let package = folder.and_then(|folder| self.packages.get_mut(folder));
                if let Some(package) = package {
                    package.script = Script::Ran(script.out_dir.into());
                }
            }
            _ => {}
        }
    }

    /// Adds the names of files in one of cargo's own messages.
    pub(super) fn add_names(&mut self, line: &str) {
        self.names.extend(quoted(line).map(str::to_owned));
    }

    /// The package of a target, if its files are the author's, with the target added to it.
    fn package(&mut self, id: &PackageId, target: &Target) -> Option<&mut Package> {
        let source = target.src_path.as_std_path();
        let folder = is_local(id).then(|| package_of(source)).flatten()?;
        self.folders.insert(id.clone(), folder.to_owned());
        let package = self.packages.entry(folder.to_owned()).or_default();
        if is_script(target) {
            package.script_source = Some(source.to_owned());
        } else {
            package.roots.insert(source.to_owned());
        }
        Some(package)
    }

    fn add_program(&mut self, artifact: Artifact, project: &Path) {
        let folder = artifact.manifest_path.parent().map(Utf8Path::as_std_path);
        let is_wanted = folder.is_some_and(|folder| is_same(folder, project));
        if let Some(path) = artifact.executable.filter(|_| is_wanted) {
            self.program = Some(Program {
                path: path.into(),
                is_fresh: artifact.fresh,
            });
        }
    }

    fn add_diagnostic(&mut self, diagnostic: Diagnostic) {
        let is_error = matches!(
            diagnostic.level,
            DiagnosticLevel::Error | DiagnosticLevel::Ice
        );
        if is_error {
            self.add_files(&diagnostic);
        }
        let words = diagnostic.rendered.unwrap_or(diagnostic.message);
        if !self.words.contains(&words) {
            self.words.push(words);
        }
    }

    /// Adds the files in which an error is, and those that it is about.
    fn add_files(&mut self, diagnostic: &Diagnostic) {
        for span in &diagnostic.spans {
            self.add_span(span);
        }
        // A linker's command line names all that is linked.
        if !diagnostic.message.starts_with("linking with ") {
            self.add_names(&diagnostic.message);
            for child in &diagnostic.children {
                self.add_names(&child.message);
            }
        }
    }

    fn add_span(&mut self, span: &DiagnosticSpan) {
        self.names.insert(span.file_name.clone());
        if let Some(expansion) = &span.expansion {
            self.add_span(&expansion.span);
        }
    }
}

/// Whether a package is in a directory of the author's, and not from a registry or from git.
fn is_local(id: &PackageId) -> bool {
    id.repr.contains("path+file:")
}

fn is_script(target: &Target) -> bool {
    target.kind.contains(&TargetKind::CustomBuild)
}

/// Whether two paths lead to the same directory.
fn is_same(one: &Path, other: &Path) -> bool {
    let canonical = |path: &Path| path.canonicalize().ok();
    one == other || canonical(one).is_some_and(|one| Some(one) == canonical(other))
}
