//! The library below the command line `cargo fc3`.
//!
//! It is public so that the tests can drive it, and is not an interface for other programs. Modules
//! use only what is below them: `cli`, then `conformance` and `console`, then `emulator`, then `scaffold`, `package`,
//! `deployment` and `signature`, then `platform`, `process`, `stop` and `text`.

pub mod cli;
pub mod conformance;
mod console;
pub mod deployment;
pub mod emulator;
pub mod package;
pub mod platform;
mod process;
pub mod scaffold;
pub mod signature;
pub mod stop;
mod text;

#[cfg(test)]
mod tests {
    use std::path::Path;

    use regex::Regex;
    use walkdir::WalkDir;

    /// The modules, from the top of the picture in ARCHITECTURE.md to its bottom.
    const LAYERS: [&[&str]; 6] = [
        &["main"],
        &["cli"],
        &["conformance", "console"],
        &["emulator"],
        &["scaffold", "package", "deployment", "signature"],
        &["platform", "process", "stop", "text"],
    ];

    fn layer(module: &str) -> usize {
        let layer = LAYERS.iter().position(|layer| layer.contains(&module));
        layer.unwrap_or_else(|| panic!("`{module}` is in no layer"))
    }

    #[test]
    fn modules_use_only_what_is_below_them() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("generator");
        let path = Regex::new(r"\b(?:crate|cargo_fc3)::(\w+)").expect("an expression");
        for entry in WalkDir::new(&root) {
            let entry = entry.expect("a file");
            let file = entry.path().strip_prefix(&root).expect("a path below it");
            let is_rust = file.extension().is_some_and(|extension| extension == "rs");
            if !is_rust || file == Path::new("lib.rs") {
                continue;
            }
            let first = file.components().next().expect("a name");
            let module = Path::new(&first).file_stem().expect("a name");
            let module = module.to_str().expect("UTF-8");
            let text = std::fs::read_to_string(entry.path()).expect("text");
            for line in text
                .lines()
                .filter(|line| !line.trim_start().starts_with("//"))
            {
                for used in path.captures_iter(line) {
                    let used = &used[1];
                    assert!(
                        used == module || layer(used) > layer(module),
                        "{}: `{module}` uses `{used}`, which is not below it: {line}",
                        file.display()
                    );
                }
            }
        }
    }
}
