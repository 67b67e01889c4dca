//! What a build says, and what repairs a failed one.

use super::{MANIFEST, Stage, WITH_OTHERS, said, write};

#[test]
fn a_failed_build_shows_the_words_of_the_compiler_once_and_sees_the_repair() {
    let mut stage = Stage::new(&[(
        "src/main.rs",
        "mod handler;\nfn main() { print!(\"{}\", handler::F); }",
    )]);
    let failed = stage.fails();
    assert_eq!(
        failed
            .words
            .matches("file not found for module `handler`")
            .count(),
        1
    );
    assert_eq!(failed.words.matches("could not compile `hello`").count(), 1);
    assert!(!failed.words.contains("Compiling"), "{}", failed.words);
    assert!(failed.reason.is_none());
    assert!(stage.is_quiet());
    stage.edit(
        "src/handler/mod.rs",
        "pub const F: u8 = include!(\"../../number\");",
    );
    assert!(stage.fails().words.contains("couldn't read"));
    stage.edit("number", "1 +");
    stage.fails();
    stage.edit("number", "1");
    assert_eq!(said(&stage.built()), "1");

    // A manifest that cargo cannot read, and a module that is new when the build fails.
    stage.edit("Cargo.toml", "[package");
    assert!(stage.fails().words.contains("Cargo.toml"));
    stage.edit("Cargo.toml", MANIFEST);
    write(&stage.project.join("src/new.rs"), "");
    stage.edit(
        "src/main.rs",
        "mod new;\nfn main() { print!(\"{}\", new::N); }",
    );
    stage.fails();
    stage.edit("src/new.rs", "pub const N: u8 = 2;");
    assert_eq!(said(&stage.built()), "2");
    // From here on, the old module is nobody's.
    write(&stage.project.join("src/handler/mod.rs"), "");
    assert!(stage.is_quiet());
}

#[test]
fn a_dependency_that_is_missing_is_awaited() {
    let mut stage = Stage::new(&WITH_OTHERS[..3]);
    let failed = stage.fails();
    assert!(failed.reason.is_some(), "{}", failed.words);
    let (manifest, text) = WITH_OTHERS[3];
    let (source, of_source) = WITH_OTHERS[4];
    write(&stage.project.join(source), of_source);
    stage.edit(manifest, text);
    assert_eq!(said(&stage.built()), "1x");
}

#[test]
fn warnings_are_words_too() {
    let mut stage = Stage::new(&[("src/main.rs", "fn main() { let x = 1; }")]);
    let built = stage.built();
    assert_eq!(built.warnings.matches("unused variable: `x`").count(), 1);
    assert!(
        !built.warnings.contains("generated 1 warning"),
        "{}",
        built.warnings
    );
    stage.edit("src/main.rs", "fn main() {}");
    assert_eq!(stage.built().warnings, "");
    stage.edit("Cargo.toml", &format!("{MANIFEST}[other]\n"));
    assert!(
        stage
            .built()
            .warnings
            .contains("unused manifest key: other")
    );
}
