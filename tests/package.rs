//! What cargo makes of this package, for those who install it.

mod support;

use std::path::Path;
use std::process::Command;

use support::disk::{self, Node};
use support::project::succeed;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

fn cargo(arguments: &[&str]) -> Vec<String> {
    let mut cargo = Command::new(env!("CARGO"));
    let output = succeed(cargo.args(arguments).arg("--offline").current_dir(ROOT));
    let output = output.expect("cargo succeeds").stdout;
    let output = String::from_utf8(output).expect("UTF-8");
    output.lines().map(str::to_owned).collect()
}

/// A package inside a package is left out by cargo, and so is what git ignores.
#[test]
fn it_has_every_file_of_the_template() {
    let packed = cargo(&["package", "--list", "--allow-dirty"]);
    for (path, node) in disk::read(&Path::new(ROOT).join("template")) {
        let path = format!("template/{path}");
        assert!(
            node == Node::Directory || packed.contains(&path),
            "{path} is left out"
        );
    }
}

/// `cargo install` is a part of the experience.
#[test]
fn it_compiles_at_most_145_crates() {
    let target = "x86_64-unknown-linux-gnu";
    let tree = [
        "tree",
        "--locked",
        "--edges=normal,build",
        "--prefix=none",
        "--target",
        target,
    ];
    let mut crates = cargo(&tree);
    for line in &mut crates {
        *line = line.trim_end_matches(" (*)").to_owned();
    }
    crates.sort_unstable();
    crates.dedup();
    assert!(
        crates.len() <= 145,
        "{} crates:\n{}",
        crates.len(),
        crates.join("\n")
    );
}
