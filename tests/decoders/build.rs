//! Lists the kinds that have an event of their own, so that a new one needs no line here.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    let here = env::var_os("CARGO_MANIFEST_DIR").expect("cargo says where");
    let kinds = Path::new(&here).join("../../template/kinds");
    let kinds = kinds.canonicalize().expect("the template's kinds");
    println!("cargo::rerun-if-changed={}", kinds.display());
    let mut found: Vec<PathBuf> = fs::read_dir(&kinds)
        .expect("a directory")
        .map(|entry| entry.expect("an entry").path())
        .filter(|kind| kind.join("src/event.rs").is_file())
        .collect();
    found.sort();
    let mut modules = String::new();
    let mut list = String::new();
    for path in found {
        let kind = path.file_name().and_then(|name| name.to_str());
        let kind = kind.expect("the name of a kind is plain");
        let module = kind.replace('-', "_");
        // A module with a path is a directory to those in it, as `src` is to a project.
        let source = path.join("src");
        let source = source.to_str().expect("a path in UTF-8");
        writeln!(
            modules,
            "/// The kind `{kind}`.\n#[path = {source:?}]\npub mod {module} {{\n    pub mod event;\n}}"
        )
        .expect("memory");
        writeln!(list, "    Decoder::of::<{module}::event::Event>({kind:?}),").expect("memory");
    }
    let code = format!("{modules}\nstatic DECODERS: &[Decoder] = &[\n{list}];\n");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo says where"));
    fs::write(out.join("kinds.rs"), code).expect("a writable directory");
}
