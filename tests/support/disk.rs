//! What lies on a disk, as a value that can be compared.

#![allow(dead_code, reason = "no test uses all of it")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// What is at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Node {
    /// A directory.
    Directory,
    /// A link, never followed.
    Link,
    /// A file.
    File {
        /// What it holds.
        bytes: Vec<u8>,
        /// Whether its owner may run it.
        executable: bool,
    },
}

/// Everything below `directory`, by relative path with `/` between the parts.
pub(crate) fn read(directory: &Path) -> BTreeMap<String, Node> {
    let mut nodes = BTreeMap::new();
    collect(directory, "", &mut nodes);
    nodes
}

/// The names in `directory`.
pub(crate) fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).expect("a directory");
    let name = |entry: fs::DirEntry| entry.file_name().to_string_lossy().into_owned();
    let mut names: Vec<_> = entries
        .map(|entry| name(entry.expect("an entry")))
        .collect();
    names.sort();
    names
}

fn collect(directory: &Path, prefix: &str, nodes: &mut BTreeMap<String, Node>) {
    for name in names(directory) {
        let path = directory.join(&name);
        let relative = format!("{prefix}{name}");
        let metadata = path.symlink_metadata().expect("an entry that stays");
        if metadata.is_dir() {
            collect(&path, &format!("{relative}/"), nodes);
            nodes.insert(relative, Node::Directory);
        } else if metadata.is_symlink() {
            nodes.insert(relative, Node::Link);
        } else {
            let bytes = fs::read(&path).expect("a file that can be read");
            nodes.insert(
                relative,
                Node::File {
                    bytes,
                    executable: executable(&metadata),
                },
            );
        }
    }
}

#[cfg(unix)]
fn executable(metadata: &fs::Metadata) -> bool {
    std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o100 != 0
}

#[cfg(not(unix))]
fn executable(_metadata: &fs::Metadata) -> bool {
    false
}
