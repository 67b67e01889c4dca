//! The files by which cargo is told how to build: manifests, the lock file, its configuration and
//! the choice of the toolchain.

use std::fs;
use std::path::{Path, PathBuf};

pub(super) const MANIFEST: &str = "Cargo.toml";

/// The configuration of cargo in a directory, under its new and its old name.
const CONFIGURATIONS: [&str; 2] = [".cargo/config.toml", ".cargo/config"];
/// The choice of the toolchain in a directory, in its new and its old form.
const TOOLCHAINS: [&str; 2] = ["rust-toolchain.toml", "rust-toolchain"];

/// The directory of the package that a source file belongs to.
pub(in crate::cli::dev) fn package_of(source: &Path) -> Option<&Path> {
    let mut folders = source.ancestors().skip(1);
    folders.find(|folder| folder.join(MANIFEST).is_file())
}

/// The directory of the workspace that a package belongs to, which may be its own.
pub(super) fn workspace_of(package: &Path) -> &Path {
    let is_root = |folder: &&Path| {
        let manifest = fs::read_to_string(folder.join(MANIFEST)).unwrap_or_default();
        // A manifest that an author is editing may not be valid.
        let mut lines = manifest.lines().map(str::trim_start);
        lines.any(|line| line.starts_with("[workspace]") || line.starts_with("[workspace."))
    };
    package.ancestors().find(is_root).unwrap_or(package)
}

/// The lock file of a project.
pub(in crate::cli::dev) fn lock_file(project: &Path) -> PathBuf {
    workspace_of(project).join("Cargo.lock")
}

/// The manifests that say how a package is built: its own and that of its workspace.
pub(super) fn of_package(package: &Path) -> impl Iterator<Item = PathBuf> {
    [package, workspace_of(package)]
        .map(|folder| folder.join(MANIFEST))
        .into_iter()
}

/// The other files that cargo reads when it builds a project. Those of the project and its workspace
/// are among them even if they do not exist yet.
pub(super) fn of_cargo(project: &Path) -> Vec<PathBuf> {
    let root = workspace_of(project);
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(std::env::home_dir()?.join(".cargo")));
    let mut files = vec![lock_file(project)];
    for folder in project.ancestors() {
        let is_own = folder == project || folder == root;
        let names = CONFIGURATIONS.into_iter().chain(TOOLCHAINS);
        let all = names.map(|name| folder.join(name));
        files.extend(all.filter(|file| is_own || file.is_file()));
    }
    if let Some(home) = home {
        let all = CONFIGURATIONS.map(|name| home.join(name.trim_start_matches(".cargo/")));
        files.extend(all.into_iter().filter(|file| file.is_file()));
    }
    files
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{of_cargo, package_of, workspace_of};

    #[test]
    fn a_workspace_is_the_nearest_that_says_so() {
        let folder = tempfile::tempdir().expect("a directory");
        let root = folder.path();
        let member = root.join("functions/hello");
        fs::create_dir_all(member.join("src/a")).expect("a directory");
        fs::write(root.join("Cargo.toml"), "[workspace]\nmembers = []\n").expect("a file");
        fs::write(member.join("Cargo.toml"), "[package]\n").expect("a file");
        assert_eq!(workspace_of(&member), root);
        assert_eq!(package_of(&member.join("src/a/b.rs")), Some(&*member));
        let files = of_cargo(&member);
        assert!(files.contains(&root.join("Cargo.lock")), "{files:?}");
        assert!(
            files.contains(&root.join(".cargo/config.toml")),
            "{files:?}"
        );
        assert!(
            files.contains(&member.join("rust-toolchain.toml")),
            "{files:?}"
        );
        assert!(!files.contains(&root.join("functions/.cargo/config.toml")));

        let own = "[package]\n\n  [workspace]\nexclude = [\"fc3\"]\n";
        fs::write(member.join("Cargo.toml"), own).expect("a file");
        assert_eq!(workspace_of(&member), member);
    }
}
