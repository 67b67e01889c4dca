//! What cargo makes of this package, for those who install it.

use std::path::Path;
use std::process::Command;

use crate::support::disk::{self, Node};
use crate::support::project::{self, succeed};

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
fn it_compiles_at_most_210_crates() {
    let crates =
        project::crates(Path::new(ROOT), env!("CARGO_PKG_NAME")).expect("cargo knows them");
    assert!(
        crates.len() <= 210,
        "{} crates:\n{}",
        crates.len(),
        crates.join("\n")
    );
}

/// Whoever installs the published package has no checkout: what was packed is unpacked elsewhere,
/// installed from there, and renders every kind as this checkout does.
#[test]
fn what_is_packed_installs_and_renders_the_same() {
    let scratch = tempfile::tempdir().expect("a directory");
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("packed");
    let mut pack = Command::new(env!("CARGO"));
    pack.args([
        "package",
        "--package",
        "cargo-fc3",
        "--allow-dirty",
        "--no-verify",
        "--quiet",
    ])
    .arg("--target-dir")
    .arg(&target)
    .current_dir(ROOT);
    succeed(&mut pack).expect("cargo packs");
    let name = concat!("cargo-fc3-", env!("CARGO_PKG_VERSION"));
    let mut unpack = Command::new("tar");
    unpack
        .arg("-xzf")
        .arg(target.join(format!("package/{name}.crate")))
        .arg("-C")
        .arg(scratch.path());
    succeed(&mut unpack).expect("an archive");

    let root = scratch.path().join("root");
    let mut install = Command::new(env!("CARGO"));
    install
        .args(["install", "--locked", "--debug", "--quiet", "--path"])
        .arg(scratch.path().join(name))
        .arg("--root")
        .arg(&root)
        .arg("--target-dir")
        .arg(&target)
        // What it depends on is compiled already, for these tests.
        .env("CARGO_BUILD_BUILD_DIR", target.join("../.."));
    succeed(&mut install).expect("cargo installs");

    let installed = root.join("bin/cargo-fc3");
    for kind in project::kinds() {
        let [ours, theirs] = [Path::new(project::CLI), &installed].map(|cli| {
            let dir = scratch.path().join(format!("{kind}-project"));
            let mut new = Command::new(cli);
            new.args(["new", "hello", "--kind", &kind, "--vcs", "none", "--yes"]);
            succeed(new.arg("--path").arg(&dir)).expect("a project");
            let files = disk::read(&dir);
            std::fs::remove_dir_all(&dir).expect("it is ours");
            files
        });
        assert!(ours == theirs, "{kind} differs");
    }
}
