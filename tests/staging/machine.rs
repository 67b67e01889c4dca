//! A machine that lacks something: descriptors, rights, room.

use std::fs;
use std::io;
use std::path::Path;
use std::process::Command;

use crate::mounts::mounting;
use crate::stage::{CLI, Stage, expect};

/// With so few descriptors, a project is made or nothing is.
pub(crate) fn few_descriptors() -> io::Result<()> {
    let stage = Stage::new("exit 0")?;
    let script = "ulimit -n $1 && exec \"$0\" new hello --vcs none --yes";
    let mut refused = 0;
    for limit in 4..48 {
        let mut shell = Command::new("sh");
        shell.args(["-c", script, CLI, &limit.to_string()]);
        let output = shell.current_dir(stage.work()).output()?;
        if output.status.success() {
            assert_eq!(stage.left(), ["hello"], "{limit}");
            fs::remove_dir_all(stage.work().join("hello"))?;
        } else {
            refused += 1;
            expect(&output, 3, "Too many open files");
            assert!(stage.left().is_empty(), "{limit}: {:?}", stage.left());
        }
    }
    assert!(refused > 0, "there were enough descriptors");
    Ok(())
}

pub(crate) fn last_step_fails() -> io::Result<()> {
    let stage = Stage::new("echo 'no room for objects' >&2; exit 128")?;
    expect(&stage.run()?, 3, "`git init` failed: no room for objects");
    assert!(stage.left().is_empty(), "{:?}", stage.left());
    Ok(())
}

/// In `/proc` not even root can create anything.
pub(crate) fn no_permission() -> io::Result<()> {
    let stage = Stage::new("exit 0")?;
    let output = stage.command().args(["--path", "/proc/hello"]).output()?;
    expect(&output, 3, "error: cannot write in `/proc`: ");
    expect(&output, 3, "hint: ");
    assert!(!Path::new("/proc/hello").exists(), "it was written");
    Ok(())
}

/// The disk takes some of the files and not all.
pub(crate) fn a_full_disk() -> io::Result<()> {
    let stage = Stage::new("exit 0")?;
    // The current directory is still what was there before, so its name is looked up again.
    let script = "mount -t tmpfs -o size=32k none \"$PWD\"; cd \"$PWD\"
        code=0; \"$0\" new hello --vcs none || code=$?
        find . >&2
        exit $code";
    let output = mounting(script)
        .arg(CLI)
        .current_dir(stage.work())
        .output()?;
    expect(&output, 3, "No space left on device");
    expect(&output, 3, "hint: nothing was written");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(stderr.ends_with("\n.\n"), "something was left: {stderr}");
    Ok(())
}
