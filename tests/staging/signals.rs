//! Signals, to `new` itself and to what it has started.

use std::fs;
use std::io;
use std::os::unix::process::ExitStatusExt;

use crate::disk;
use crate::stage::{STAGING, Stage, expect, waits};

pub(crate) fn stopped_by(signal: &str, code: i32) -> io::Result<()> {
    // All files are there when the signal comes, which the script proves.
    let stage = Stage::new(&format!("test -f Cargo.toml && kill -{signal} $PPID"))?;
    expect(
        &stage.run()?,
        code,
        "stopped by a signal; nothing was written",
    );
    assert!(stage.left().is_empty(), "{:?}", stage.left());
    Ok(())
}

pub(crate) fn signal_and_failure() -> io::Result<()> {
    let stage = Stage::new("kill -INT $PPID; exit 1")?;
    expect(&stage.run()?, 130, "stopped by a signal");
    assert!(stage.left().is_empty(), "{:?}", stage.left());
    Ok(())
}

pub(crate) fn two_signals() -> io::Result<()> {
    let stage =
        Stage::new("kill -STOP $PPID; kill -INT $PPID; kill -TERM $PPID; kill -CONT $PPID")?;
    let output = stage.run()?;
    // Both may be there before either is looked at, so either may be the second.
    assert!(
        matches!(output.status.code(), Some(130 | 143)),
        "{output:?}"
    );
    assert!(output.stderr.is_empty(), "it still told: {output:?}");
    assert_eq!(stage.left(), [STAGING], "it still cleaned up");
    stage.set_git("exit 0")?;
    expect(&stage.run()?, 0, "Created");
    assert_eq!(stage.left(), ["hello"]);
    Ok(())
}

pub(crate) fn killed() -> io::Result<()> {
    let stage = Stage::new("kill -KILL $PPID")?;
    let output = stage.run()?;
    assert_eq!(output.status.signal(), Some(9), "{output:?}");
    assert_eq!(
        stage.left(),
        [STAGING],
        "the target is there, or more than one directory"
    );

    // A file that no project has would show up in the next one if it were not removed.
    fs::write(stage.work().join(STAGING).join("stale"), "")?;
    fs::create_dir(stage.work().join(STAGING).join("stale.d"))?;
    stage.set_git("exit 0")?;
    expect(&stage.run()?, 0, "Created");
    assert_eq!(stage.left(), ["hello"]);
    let files = disk::read(&stage.work().join("hello"));
    assert!(
        !files.keys().any(|path| path.starts_with("stale")),
        "{:?}",
        files.keys()
    );
    Ok(())
}

pub(crate) fn killed_before_the_mark() -> io::Result<()> {
    let stage = Stage::new("exit 0")?;
    fs::create_dir(stage.work().join(STAGING))?;
    expect(&stage.run()?, 0, "Created");
    assert_eq!(stage.left(), ["hello"]);
    Ok(())
}

/// It leaves a file if nobody ends it.
pub(crate) fn deaf_git() -> io::Result<()> {
    let stage =
        Stage::new("trap '' INT TERM HUP; kill -INT $PPID; sleep 10; echo > ../../../finished")?;
    expect(
        &stage.run()?,
        130,
        "stopped by a signal; nothing was written",
    );
    assert!(stage.left().is_empty(), "{:?}", stage.left());
    let finished = stage.home.path().join("finished");
    assert!(!finished.exists(), "it waited for git");
    Ok(())
}

/// A process that git started holds the FIFO open as long as it lives, and leaves a file too.
pub(crate) fn children_of_git() -> io::Result<()> {
    let stage = waits("exit 0")?;
    // Opened before anybody can end it: the test would else wait for a writer that never comes.
    stage.set_git(
        "exec > ../../../here; (sleep 10; echo > ../../../finished) & kill -INT $PPID; wait",
    )?;
    let running = stage.command().spawn()?;
    stage.is_there()?;
    let finished = stage.home.path().join("finished");
    assert!(!finished.exists(), "it went on");
    expect(&running.wait_with_output()?, 130, "stopped by a signal");
    Ok(())
}
