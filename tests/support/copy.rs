//! A copy of a project whose program says which one it was built from, by each kind of file that a
//! program is made of.

use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, SystemTime};

use super::disk::{self, Node};
use super::project::succeed;

/// What the handler of the kind `event` returns.
const REPLY: &str = "Ok(event)";

/// Reads a file that cargo knows only by the script's own words.
const BUILD_SCRIPT: &str = r#"fn main() {
    println!("cargo::rerun-if-changed=told/file.txt");
    let told = std::fs::read_to_string("told/file.txt").unwrap();
    println!("cargo::rustc-env=TOLD={told}, script of COPY");
}
"#;

const INNER_MANIFEST: &str = "\
[package]
name = \"inner\"
version = \"0.1.0\"
edition = \"2024\"
";

/// Changes a project of the kind `event` in an inner crate, in `fc3`, in the build script, in a file
/// that this reads, and in the handler. Gives the answer of its program to any event.
pub(crate) fn mark(project: &Path, copy: &str) -> io::Result<String> {
    let write = |path: &str, text: &str| {
        let path = project.join(path);
        fs::create_dir_all(path.parent().unwrap_or(project))?;
        fs::write(path, text.replace("COPY", copy))
    };
    write("build.rs", BUILD_SCRIPT)?;
    write("told/file.txt", "file of COPY")?;
    write("inner/Cargo.toml", INNER_MANIFEST)?;
    write(
        "inner/src/lib.rs",
        "pub const SAYS: &str = \"crate of COPY\";\n",
    )?;

    let read = |path: &str| fs::read_to_string(project.join(path));
    let runtime =
        read("fc3/src/lib.rs")? + "\n/// Which copy.\npub const SAYS: &str = \"fc3 of COPY\";\n";
    write("fc3/src/lib.rs", &runtime)?;
    let manifest = read("Cargo.toml")?;
    let inner = "\n[dependencies]\ninner = { path = \"inner\" }\n";
    write(
        "Cargo.toml",
        &manifest.replacen("\n[dependencies]\n", inner, 1),
    )?;
    let handler = read("src/handler.rs")?;
    assert_eq!(handler.matches(REPLY).count(), 1, "{handler}");
    let says = "{ let _ = event; let says = [\"handler of COPY\", inner::SAYS, fc3::SAYS, env!(\"TOLD\")]; \
                Ok(Bytes::from(says.join(\", \"))) }";
    write("src/handler.rs", &handler.replace(REPLY, says))?;

    // A build with `--locked` follows.
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["update", "--workspace", "--offline"]);
    succeed(cargo.current_dir(project))?;
    let parts = ["handler", "crate", "fc3", "file", "script"];
    Ok(parts.map(|part| format!("{part} of {copy}")).join(", "))
}

/// Dates all files before any build.
pub(crate) fn make_old(folder: &Path) -> io::Result<()> {
    let old = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    for (path, node) in disk::read(folder) {
        if let Node::File { .. } = node {
            let file = File::options().write(true).open(folder.join(path))?;
            file.set_modified(old)?;
        }
    }
    Ok(())
}

/// The names of the crates that cargo says it compiled from folders, in alphabetical order.
pub(crate) fn compiled(said: &str) -> Vec<&str> {
    let lines = said.lines();
    let compiled = lines.filter_map(|line| line.split_once("Compiling "));
    // A crate of a registry has no folder.
    let own = compiled.filter(|(_, line)| line.contains(" (/"));
    let mut names: Vec<_> = own.filter_map(|(_, line)| line.split(' ').next()).collect();
    names.sort_unstable();
    names
}
