//! The files that the messages of a failed build name, which may be missing.

use std::path::{Component, Path, PathBuf};
use std::sync::LazyLock;

use regex::Regex;

use super::walk;

/// A quoted part of a message.
static QUOTED: LazyLock<Regex> = LazyLock::new(|| {
    let quoted = r#"`([^`\n]{1,512})`|"([^"\n]{1,512})""#;
    Regex::new(quoted).expect("a valid expression")
});

/// The most names that are looked at. A broken build may name thousands.
const MOST: usize = 1000;

/// The quoted parts of a message that may be the path of a file.
pub(in crate::cli::dev) fn quoted(message: &str) -> impl Iterator<Item = &str> {
    let all = QUOTED.captures_iter(message);
    let all = all.filter_map(|found| Some(found.get(1).or_else(|| found.get(2))?.as_str()));
    all.filter(|name| {
        let is_code = name.contains("::") || name.contains(['<', '(', '{', '&', '*']);
        name.contains(['/', '\\', '.']) && !is_code
    })
}

/// The files below `roots` that the names stand for. The compiler's paths are relative to the
/// workspace or to the package. A file that does not exist yet is among them.
pub(super) fn files<'a>(
    names: impl IntoIterator<Item = &'a String>,
    roots: &[&Path],
) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for name in names.into_iter().take(MOST) {
        for root in roots {
            let path = without_parents(&root.join(name));
            let is_ours = roots.iter().any(|root| {
                path.starts_with(root) && path != *root && !walk::is_in_cache(&path, root)
            });
            if is_ours && !path.is_dir() {
                files.push(path);
            }
        }
    }
    files
}

/// The path without its `..`, as the compiler writes for `include_str!("../data")`.
fn without_parents(path: &Path) -> PathBuf {
    let mut simple = PathBuf::new();
    for component in path.components() {
        match component {
            Component::ParentDir => {
                simple.pop();
            }
            component => simple.push(component),
        }
    }
    simple
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{files, quoted};

    #[test]
    fn missing_files_are_quoted_in_many_ways() {
        let messages = [
            "to create the module `x`, create file \"src/x.rs\" or \"src/x/mod.rs\"",
            "couldn't read `src/../data/q.txt`: No such file or directory (os error 2)",
            "failed to read `/p/dep/Cargo.toml`",
            "cannot find `a::b.c`, `Vec<u8>`, `f(x.y)` or `name` in this scope",
        ];
        let found: Vec<_> = messages.iter().copied().flat_map(quoted).collect();
        let expected = [
            "src/x.rs",
            "src/x/mod.rs",
            "src/../data/q.txt",
            "/p/dep/Cargo.toml",
        ];
        assert_eq!(found, expected);

        let names = [expected[0], expected[2], expected[3], "/elsewhere/a.rs"].map(str::to_owned);
        let found = files(&names, &[Path::new("/p")]);
        let expected = ["/p/src/x.rs", "/p/data/q.txt", "/p/dep/Cargo.toml"].map(Path::new);
        assert_eq!(found, expected);
    }
}
