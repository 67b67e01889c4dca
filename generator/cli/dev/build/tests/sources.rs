//! Everything that a program is made of is watched, and nothing else.

use std::ffi::OsString;
use std::fs;

use super::super::{Outcome, build};
use super::{MANIFEST, Stage, WITH_OTHERS, age, said, write};
use crate::stop::Stop;

#[test]
fn everything_that_the_program_is_made_of_is_watched_and_nothing_else() {
    let mut stage = Stage::new(&WITH_OTHERS);
    let built = stage.built();
    assert_eq!(said(&built), "1x");
    assert!(!built.is_fresh);
    // The first build has written the lock file and `target`.
    assert!(stage.is_quiet());
    stage.edit("a b.txt", "2");
    assert_eq!(said(&stage.built()), "2x");
    stage.edit("other crate/src/lib.rs", "pub const TEXT: &str = \"y\";");
    let built = stage.built();
    assert_eq!((said(&built).as_str(), built.is_fresh), ("2y", false));
    // Cargo corrects the version in the lock file.
    stage.edit(
        "other crate/Cargo.toml",
        "[package]\nname = 'other'\nversion = '0.2.0'\nedition = '2024'\n",
    );
    stage.built();
    assert!(stage.is_quiet());
    stage.edit(".cargo/config.toml", "# nothing");
    assert!(stage.built().is_fresh);
    write(&stage.project.join("tests/of_nothing.rs"), "x");
    write(&stage.project.join("README.md"), "x");
    assert!(stage.is_quiet());
}

const SCRIPT: &str = "fn main() {
    println!(\"cargo::rustc-env=TEXT={}\", std::fs::read_to_string(\"text\").unwrap());
}";

#[test]
fn a_build_script_reads_what_it_asks_for_or_everything() {
    let main = (
        "src/main.rs",
        "fn main() { print!(\"{}\", env!(\"TEXT\")); }",
    );
    let mut stage = Stage::new(&[main, ("build.rs", SCRIPT)]);
    assert!(stage.fails().words.contains("custom build command"));
    stage.edit("text", "1");
    assert_eq!(said(&stage.built()), "1");
    assert!(stage.is_quiet());
    // It does not say what it reads, so a new file counts too.
    stage.edit("other", "1");
    stage.built();
    assert!(stage.is_quiet());

    let asks = SCRIPT.replace(
        "fn main() {",
        "fn main() {\nprintln!(\"cargo:rerun-if-changed=text\");",
    );
    stage.edit("build.rs", &asks);
    stage.built();
    write(&stage.project.join("other"), "2");
    assert!(stage.is_quiet());
    stage.edit("text", "2");
    assert_eq!(said(&stage.built()), "2");
}

#[test]
fn generated_files_are_no_inputs() {
    let script = "fn main() {
        println!(\"cargo:rerun-if-changed=build.rs\");
        let out = std::env::var(\"OUT_DIR\").unwrap();
        std::fs::write(out + \"/made.rs\", \"fn main() { print!(\\\"made\\\"); }\").unwrap();
    }";
    let main = "include!(concat!(env!(\"OUT_DIR\"), \"/made.rs\"));";
    let mut stage = Stage::new(&[("src/main.rs", main), ("build.rs", script)]);
    assert_eq!(said(&stage.built()), "made");
    assert!(stage.is_quiet());
}

#[test]
fn a_member_of_a_workspace_builds_its_own_program() {
    let folder = tempfile::tempdir().expect("a directory");
    let root = folder.path().canonicalize().expect("it is there");
    write(
        &root.join("Cargo.toml"),
        "[workspace]\nresolver = '3'\nmembers = ['a', 'b']\n",
    );
    for name in ["a", "b"] {
        let manifest = MANIFEST.replace("[workspace]\n", "").replace("hello", name);
        write(&root.join(name).join("Cargo.toml"), &manifest);
        let main = format!("fn main() {{ print!(\"{name}\"); }}");
        write(&root.join(name).join("src/main.rs"), &main);
    }
    for (name, more) in [("a", vec![]), ("b", vec!["--release"])] {
        let more: Vec<_> = more.into_iter().map(OsString::from).collect();
        let built = build(&root.join(name), &more, &Stop::never(), &mut |_| {});
        let Outcome::Built(built) = built.expect("cargo runs") else {
            panic!("{name} did not build");
        };
        assert_eq!(said(&built), name);
        let profile = if more.is_empty() { "debug" } else { "release" };
        assert_eq!(
            built.program.parent(),
            Some(&*root.join("target").join(profile))
        );
        let files = &built.inputs.files;
        assert!(files.contains(&root.join("Cargo.toml")), "{files:?}");
        assert!(files.contains(&root.join("Cargo.lock")), "{files:?}");
        let other = if name == "a" { "b" } else { "a" };
        assert!(
            !files.iter().any(|file| file.starts_with(root.join(other))),
            "{files:?}"
        );
    }
}

#[test]
fn the_target_directory_may_vanish() {
    let mut stage = Stage::new(&[("src/main.rs", "fn main() { print!(\"1\"); }")]);
    let built = stage.built();
    assert!(stage.built().is_fresh);
    fs::remove_dir_all(stage.project.join("target")).expect("a directory");
    assert!(stage.is_quiet());
    let again = stage.built();
    assert_eq!(
        (again.program.clone(), said(&again)),
        (built.program, "1".to_owned())
    );
    assert!(!again.is_fresh);
    assert!(stage.is_quiet());
}

#[test]
fn an_older_file_that_replaces_another_is_built() {
    let mut stage = Stage::new(&[("src/main.rs", "fn main() { print!(\"1\"); }")]);
    stage.built();
    let old = stage.project.join("src/old.rs");
    write(&old, "fn main() { print!(\"2\"); }");
    age(&old);
    fs::rename(old, stage.project.join("src/main.rs")).expect("a file");
    assert_eq!(stage.next(), "`src/main.rs`");
    assert_eq!(said(&stage.built()), "2");
}
