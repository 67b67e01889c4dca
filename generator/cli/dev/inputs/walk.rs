//! The files in a directory that may be inputs of a build.

use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

/// The file by which cargo marks a directory that it fills, as other tools mark their caches.
const CACHE: &str = "CACHEDIR.TAG";

/// The files and directories below `folder`, which is among them. Hidden files, other
/// packages and caches such as `target` are left out.
pub(in crate::cli::dev) fn below(folder: &Path) -> Vec<(PathBuf, bool)> {
    let entries = WalkDir::new(folder).into_iter().filter_entry(belongs);
    let entries = entries.filter_map(Result::ok);
    entries
        .map(|entry| (entry.path().to_owned(), entry.file_type().is_dir()))
        .collect()
}

/// The Rust files below `folder`.
pub(super) fn rust_files(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let is_rust = |path: &Path| path.extension().is_some_and(|extension| extension == "rs");
    let files = below(folder)
        .into_iter()
        .filter(|(_, is_folder)| !is_folder);
    files
        .map(|(path, _)| path)
        .filter(move |path| is_rust(path))
}

/// Whether a path below `root` is in a directory there that cargo or another tool fills.
pub(super) fn is_in_cache(path: &Path, root: &Path) -> bool {
    let folders = path.ancestors().skip(1);
    let mut below = folders.take_while(|folder| *folder != root);
    below.any(|folder| folder.join(CACHE).is_file())
}

fn belongs(entry: &DirEntry) -> bool {
    let is_hidden = || entry.file_name().as_encoded_bytes().starts_with(b".");
    let has = |name| entry.path().join(name).is_file();
    entry.depth() == 0
        || !(is_hidden() || entry.file_type().is_dir() && (has(CACHE) || has("Cargo.toml")))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{is_in_cache, rust_files};

    #[test]
    fn other_packages_caches_and_hidden_directories_are_left_out() {
        let folder = tempfile::tempdir().expect("a directory");
        let root = folder.path();
        let files = [
            "main.rs",
            "a/b.rs",
            "a/c.txt",
            "target/CACHEDIR.TAG",
            "target/debug/x.rs",
            "other/Cargo.toml",
            "other/lib.rs",
            ".git/x.rs",
        ];
        for file in files {
            let file = root.join(file);
            fs::create_dir_all(file.parent().expect("a directory")).expect("a directory");
            fs::write(file, "").expect("a file");
        }
        let mut found: Vec<_> = rust_files(root).collect();
        found.sort();
        assert_eq!(found, [root.join("a/b.rs"), root.join("main.rs")]);
        assert!(is_in_cache(&root.join("target/debug/x.rs"), root));
        // The project itself may lie in a cache.
        assert!(!is_in_cache(
            &root.join("target/debug/x.rs"),
            &root.join("target")
        ));
        assert!(!is_in_cache(&root.join("a/b.rs"), root));
    }
}
