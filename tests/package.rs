//! What cargo makes of this package, for those who install it.

mod support;

use std::path::Path;
use std::process::Command;

use support::disk::{self, Node};
use support::project::{self, succeed};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// A package inside a package is left out by cargo, and so is what git ignores.
#[test]
fn it_has_every_file_of_the_template() {
    let mut list = Command::new(env!("CARGO"));
    list.args(["package", "--list", "--allow-dirty"])
        .current_dir(ROOT);
    let packed = succeed(&mut list).expect("cargo lists files").stdout;
    let packed = String::from_utf8(packed).expect("UTF-8");
    let packed: Vec<&str> = packed.lines().collect();
    for (path, node) in disk::read(&Path::new(ROOT).join("template")) {
        let path = format!("template/{path}");
        assert!(
            node == Node::Directory || packed.contains(&&*path),
            "{path} is left out"
        );
    }
}

/// `cargo install` is a part of the experience.
#[test]
fn it_compiles_at_most_145_crates() {
    let crates = project::crates(Path::new(ROOT)).expect("cargo knows them");
    assert!(
        crates.len() <= 145,
        "{} crates:\n{}",
        crates.len(),
        crates.join("\n")
    );
}
