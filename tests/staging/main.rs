//! The target is whole or absent: whatever stops `new`, nothing is left, and nothing is replaced.
//!
//! `git init` is its last step before the target takes its name. So a program called `git` that is
//! first on `PATH` chooses the moment: it runs when all files are written, and decides there.

#[path = "../support/disk.rs"]
mod disk;

use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial};

#[cfg(not(unix))]
fn main() -> ExitCode {
    let why = "[needs signals and FIFOs, as Unix has]";
    let trial = Trial::test(format!("staging {why}"), || Ok(())).with_ignored_flag(true);
    libtest_mimic::run(&Arguments::from_args(), vec![trial]).exit_code()
}

#[cfg(unix)]
fn main() -> ExitCode {
    let mut trials: Vec<Trial> = unix::CHECKS
        .iter()
        .map(|(name, check)| Trial::test(*name, || Ok(check()?)))
        .collect();
    let disk = Trial::test("a_full_disk_leaves_nothing", || Ok(unix::a_full_disk()?));
    let proc = Trial::test("an_unwritable_parent_leaves_nothing", || {
        Ok(unix::no_permission()?)
    });
    if unix::can_mount() {
        trials.push(disk);
    } else {
        println!("ignored: a full disk, since `unshare` cannot mount one here");
        trials.push(disk.with_ignored_flag(true));
    }
    trials.push(proc.with_ignored_flag(!cfg!(target_os = "linux")));
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

#[cfg(unix)]
mod unix {
    use std::fs;
    use std::io;
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::process::ExitStatusExt;
    use std::path::{Path, PathBuf};
    use std::process::{Command, Output, Stdio};
    use std::sync::mpsc;
    use std::thread;
    use std::time::Duration;

    use tempfile::TempDir;

    use super::disk;

    const CLI: &str = env!("CARGO_BIN_EXE_cargo-fc3");
    const STAGING: &str = ".hello.fc3-staging";
    /// More than the slowest machine needs to start a shell.
    const LIMIT: Duration = Duration::from_secs(60);

    type Check = fn() -> io::Result<()>;

    pub(super) const CHECKS: [(&str, Check); 17] = [
        ("an_interrupt_leaves_nothing", || stopped_by("INT", 130)),
        ("a_termination_leaves_nothing", || stopped_by("TERM", 143)),
        ("a_closed_terminal_leaves_nothing", || {
            stopped_by("HUP", 129)
        }),
        ("a_second_signal_ends_it_where_it_stands", two_signals),
        ("a_kill_leaves_what_the_next_run_removes", killed),
        (
            "a_directory_of_the_users_own_with_that_name_stays",
            staging_is_of_the_user,
        ),
        (
            "a_kill_before_the_mark_leaves_what_the_next_run_takes",
            killed_before_the_mark,
        ),
        (
            "a_process_with_few_descriptors_leaves_nothing",
            few_descriptors,
        ),
        ("a_git_that_ignores_signals_does_not_hold_it", deaf_git),
        ("what_git_started_does_not_outlive_it", children_of_git),
        ("a_failing_last_step_leaves_nothing", last_step_fails),
        (
            "a_signal_is_the_reason_even_if_the_last_step_fails",
            signal_and_failure,
        ),
        (
            "a_target_made_meanwhile_is_not_replaced",
            target_made_meanwhile,
        ),
        ("a_file_made_meanwhile_is_not_replaced", file_made_meanwhile),
        ("the_second_of_two_runs_is_told", two_runs),
        (
            "the_second_run_has_its_turn_when_the_first_fails",
            second_after_failed_first,
        ),
        (
            "a_link_in_the_place_of_the_staging_directory_is_not_followed",
            staging_is_a_link,
        ),
    ];

    /// A directory to work in, with `git` as a shell script of ours beside it.
    struct Stage {
        home: TempDir,
    }

    impl Stage {
        fn new(git: &str) -> io::Result<Self> {
            let stage = Self {
                home: tempfile::tempdir()?,
            };
            fs::create_dir(stage.bin())?;
            fs::create_dir(stage.work())?;
            stage.set_git(git)?;
            Ok(stage)
        }

        fn set_git(&self, script: &str) -> io::Result<()> {
            // By a rename, since a file that a run still has open cannot be started.
            let fresh = self.home.path().join("git");
            fs::write(&fresh, format!("#!/bin/sh\n{script}\n"))?;
            fs::set_permissions(&fresh, fs::Permissions::from_mode(0o755))?;
            fs::rename(fresh, self.bin().join("git"))
        }

        fn bin(&self) -> PathBuf {
            self.home.path().join("bin")
        }

        fn work(&self) -> PathBuf {
            self.home.path().join("work")
        }

        fn command(&self) -> Command {
            let path = std::env::var_os("PATH").unwrap_or_default();
            let path = std::iter::once(self.bin()).chain(std::env::split_paths(&path));
            let mut command = Command::new(CLI);
            command
                .args(["new", "hello", "--vcs", "git", "--yes"])
                .current_dir(self.work())
                .env("PATH", std::env::join_paths(path).expect("a path"))
                .env("NO_COLOR", "1")
                .stdin(Stdio::null())
                .stdout(Stdio::piped())
                .stderr(Stdio::piped());
            command
        }

        fn run(&self) -> io::Result<Output> {
            self.command().output()
        }

        fn left(&self) -> Vec<String> {
            disk::names(&self.work())
        }

        /// Waits until `git` has opened the FIFO `here`, and until nobody has it open any more.
        fn is_there(&self) -> io::Result<()> {
            let here = self.home.path().join("here");
            let (sender, read) = mpsc::channel();
            // A thread of its own, since opening a FIFO has no limit.
            thread::spawn(move || sender.send(fs::read(here)));
            match read.recv_timeout(LIMIT) {
                Ok(read) => read.map(drop),
                Err(_) => Err(io::Error::other("`git` never started, or is still there")),
            }
        }
    }

    #[track_caller]
    fn expect(output: &Output, code: i32, says: &str) {
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{stderr}");
        assert!(
            stderr.contains(says),
            "{stderr:?} does not contain {says:?}"
        );
    }

    fn stopped_by(signal: &str, code: i32) -> io::Result<()> {
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

    fn signal_and_failure() -> io::Result<()> {
        let stage = Stage::new("kill -INT $PPID; exit 1")?;
        expect(&stage.run()?, 130, "stopped by a signal");
        assert!(stage.left().is_empty(), "{:?}", stage.left());
        Ok(())
    }

    fn two_signals() -> io::Result<()> {
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

    fn killed() -> io::Result<()> {
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

    fn staging_is_of_the_user() -> io::Result<()> {
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

    fn killed_before_the_mark() -> io::Result<()> {
        let stage = Stage::new("exit 0")?;
        fs::create_dir(stage.work().join(STAGING))?;
        expect(&stage.run()?, 0, "Created");
        assert_eq!(stage.left(), ["hello"]);
        Ok(())
    }

    /// With so few descriptors, a project is made or nothing is.
    fn few_descriptors() -> io::Result<()> {
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

    /// It leaves a file if nobody ends it.
    fn deaf_git() -> io::Result<()> {
        let stage = Stage::new(
            "trap '' INT TERM HUP; kill -INT $PPID; sleep 10; echo > ../../../finished",
        )?;
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
    fn children_of_git() -> io::Result<()> {
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

    fn last_step_fails() -> io::Result<()> {
        let stage = Stage::new("echo 'no room for objects' >&2; exit 128")?;
        expect(&stage.run()?, 3, "`git init` failed: no room for objects");
        assert!(stage.left().is_empty(), "{:?}", stage.left());
        Ok(())
    }

    /// An empty directory is what a plain rename would replace.
    fn target_made_meanwhile() -> io::Result<()> {
        let stage = Stage::new("mkdir ../../hello")?;
        expect(&stage.run()?, 2, "`hello` already exists");
        assert_eq!(stage.left(), ["hello"]);
        assert!(
            disk::names(&stage.work().join("hello")).is_empty(),
            "it was replaced"
        );
        Ok(())
    }

    fn file_made_meanwhile() -> io::Result<()> {
        let stage = Stage::new("echo mine > ../../hello")?;
        expect(&stage.run()?, 2, "`hello` already exists");
        assert_eq!(stage.left(), ["hello"]);
        assert_eq!(fs::read_to_string(stage.work().join("hello"))?, "mine\n");
        Ok(())
    }

    /// A script that says it is there through one FIFO, and waits for the other.
    fn waits(then: &str) -> io::Result<Stage> {
        let script = format!("echo > ../../../here; read line < ../../../go; {then}");
        let stage = Stage::new(&script)?;
        for name in ["here", "go"] {
            let made = Command::new("mkfifo")
                .arg(stage.home.path().join(name))
                .status()?;
            assert!(made.success(), "no FIFO");
        }
        Ok(stage)
    }

    fn two_runs() -> io::Result<()> {
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

    fn second_after_failed_first() -> io::Result<()> {
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

    fn staging_is_a_link() -> io::Result<()> {
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

    /// In `/proc` not even root can create anything.
    pub(super) fn no_permission() -> io::Result<()> {
        let stage = Stage::new("exit 0")?;
        let output = stage.command().args(["--path", "/proc/hello"]).output()?;
        expect(&output, 3, "error: cannot write in `/proc`: ");
        expect(&output, 3, "hint: ");
        assert!(!Path::new("/proc/hello").exists(), "it was written");
        Ok(())
    }

    /// Runs a shell script where it may mount, and where what it mounts is gone afterwards.
    fn mounting(script: &str) -> Command {
        let mut command = Command::new("unshare");
        command.args(["--mount", "--map-root-user", "sh", "-euc", script]);
        command
    }

    pub(super) fn can_mount() -> bool {
        let output = mounting("mount -t tmpfs none /tmp").output();
        output.is_ok_and(|output| output.status.success())
    }

    /// The disk takes some of the files and not all.
    pub(super) fn a_full_disk() -> io::Result<()> {
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
}
