//! What somebody else has, or makes meanwhile, at the same place.

use std::fs;
use std::io;

use crate::disk;
use crate::stage::{STAGING, Stage, expect, waits};

pub(crate) fn staging_is_of_the_user() -> io::Result<()> {
    let stage = Stage::new("exit 0")?;
    let mine = stage.work().join(STAGING);
    fs::create_dir(&mine)?;
    fs::write(mine.join("precious"), "mine")?;
    expect(
        &stage.run()?,
        2,
        "error: `./.hello.fc3-staging` is in the way: `new` did not create it\nhint: ",
    );
    assert_eq!(stage.left(), [STAGING]);
    assert_eq!(disk::names(&mine), ["precious"]);
    assert_eq!(fs::read_to_string(mine.join("precious"))?, "mine");
    Ok(())
}

pub(crate) fn staging_is_a_link() -> io::Result<()> {
    let stage = Stage::new("exit 0")?;
    let mine = stage.home.path().join("mine");
    fs::create_dir(&mine)?;
    fs::write(mine.join("precious"), "")?;
    std::os::unix::fs::symlink(&mine, stage.work().join(STAGING))?;
    expect(&stage.run()?, 3, STAGING);
    assert_eq!(stage.left(), [STAGING]);
    assert_eq!(disk::names(&mine), ["precious"]);
    Ok(())
}

/// An empty directory is what a plain rename would replace.
pub(crate) fn target_made_meanwhile() -> io::Result<()> {
    let stage = Stage::new("mkdir ../../hello")?;
    expect(&stage.run()?, 2, "`hello` already exists");
    assert_eq!(stage.left(), ["hello"]);
    assert!(
        disk::names(&stage.work().join("hello")).is_empty(),
        "it was replaced"
    );
    Ok(())
}

pub(crate) fn file_made_meanwhile() -> io::Result<()> {
    let stage = Stage::new("echo mine > ../../hello")?;
    expect(&stage.run()?, 2, "`hello` already exists");
    assert_eq!(stage.left(), ["hello"]);
    assert_eq!(fs::read_to_string(stage.work().join("hello"))?, "mine\n");
    Ok(())
}

pub(crate) fn two_runs() -> io::Result<()> {
    let stage = waits("exit 0")?;
    let first = stage.command().spawn()?;
    stage.is_there()?;

    expect(&stage.run()?, 2, "another run is writing `hello`");
    assert_eq!(
        stage.left(),
        [STAGING],
        "the second run took something of the first"
    );

    fs::write(stage.home.path().join("go"), "\n")?;
    expect(&first.wait_with_output()?, 0, "Created");
    assert_eq!(stage.left(), ["hello"]);
    assert!(
        stage.work().join("hello/Cargo.toml").is_file(),
        "it is not whole"
    );
    Ok(())
}

pub(crate) fn second_after_failed_first() -> io::Result<()> {
    let stage = waits("exit 1")?;
    let first = stage.command().spawn()?;
    stage.is_there()?;
    fs::write(stage.home.path().join("go"), "\n")?;
    expect(&first.wait_with_output()?, 3, "`git init` failed");
    stage.set_git("exit 0")?;
    expect(&stage.run()?, 0, "Created");
    assert_eq!(stage.left(), ["hello"]);
    Ok(())
}
