//! The two doors give the same project: `cargo generate`, the real one, and `cargo fc3 new`.
//!
//! The tool is found at `$CARGO_GENERATE`, else on `PATH`, else where `.ci/run` installs it.
//! Without it, every test here is ignored. One kind alone: `cargo test --test parity -- web`.

#[path = "support/disk.rs"]
mod disk;

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Output};
use std::sync::Arc;

use cargo_fc3::template::Template;
use libtest_mimic::{Arguments, Failed, Trial};
use tempfile::TempDir;

const CLI: &str = env!("CARGO_BIN_EXE_cargo-fc3");
/// The version whose behaviour the template is written for.
const VERSION: &str = "0.26.0";

/// What each door is given as a name, since one of them changes what the other refuses.
const NAMES: [(&str, &str); 4] = [
    ("my-fn", "my-fn"),
    ("my_fn", "my_fn"),
    ("MyFn", "my-fn"),
    ("fn2x", "fn2x"),
];
/// What both accept and some engine, format or shell could read as more than text.
const ACCEPTED: [&str; 10] = [
    "",
    "Größe, 日本語, 🦀",
    "costs $5, not $x",
    "it's one",
    "# not a comment",
    "key: value",
    "<b>bold</b> &amp; more",
    " spaces around ",
    "%% `date` $(date) ~ ! * ? [x]",
    "- @x | > | % , null",
];
/// What both refuse.
const REFUSED: [&str; 4] = ["say \"hi\"", "back\\slash", "an {open brace", "two\nlines"];

#[derive(Clone, Copy, Debug)]
enum Door {
    /// A checkout, as `--path` takes it.
    Path,
    /// A repository, as `--git` clones it.
    Git,
}

/// The tool, and this repository as a clone would have it.
struct Other {
    tool: PathBuf,
    repository: TempDir,
}

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let Some(tool) = tool() else {
        println!("ignored: all of this, since cargo-generate {VERSION} is not here");
        let trials = trials(None);
        return libtest_mimic::run(&arguments, trials).exit_code();
    };
    let repository = repository().expect("a copy of this repository");
    let trials = trials(Some(&Arc::new(Other { tool, repository })));
    libtest_mimic::run(&arguments, trials).exit_code()
}

type Check = Box<dyn FnOnce(&Other) -> Result<(), Failed> + Send>;

fn trials(other: Option<&Arc<Other>>) -> Vec<Trial> {
    let mut checks: Vec<(String, Check)> = Vec::new();
    let kinds = Template::embedded().manifest().kinds();
    let mut descriptions = ACCEPTED.into_iter().cycle();
    for kind in kinds {
        for (given, name) in NAMES {
            for door in [Door::Path, Door::Git] {
                let (kind, description) = (kind.value.clone(), descriptions.next());
                let description = description.unwrap_or_default();
                checks.push((
                    format!("{kind}::{given}_by_{door:?}").to_lowercase(),
                    Box::new(move |other| same(other, door, &kind, (given, name), description)),
                ));
            }
        }
    }
    for (at, description) in ACCEPTED.into_iter().enumerate() {
        let check =
            move |other: &Other| same(other, Door::Path, "event", ("hello", "hello"), description);
        checks.push((format!("values::accepted_{at}"), Box::new(check)));
    }
    for (at, description) in REFUSED.into_iter().enumerate() {
        let check = move |other: &Other| both_refuse(other, description);
        checks.push((format!("values::refused_{at}"), Box::new(check)));
    }
    checks.push(("values::no_default".to_owned(), Box::new(other_answers)));
    checks.push(("the_checkout_itself".to_owned(), Box::new(this_checkout)));
    checks.push((
        "a_difference_is_found".to_owned(),
        Box::new(a_difference_is_found),
    ));

    let trial = |(name, check): (String, Check)| {
        if let Some(other) = other.cloned() {
            return Trial::test(name, move || check(&other));
        }
        let missing = format!("it needs cargo-generate {VERSION}");
        Trial::test(format!("{name} [{missing}]"), || Err(missing.into())).with_ignored_flag(true)
    };
    checks.into_iter().map(trial).collect()
}

/// The tool, if it is here and of the version that we test with.
fn tool() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("CARGO_GENERATE").map(PathBuf::from) {
        assert!(
            is_right(&named),
            "{} is not cargo-generate {VERSION}",
            named.display()
        );
        return Some(named);
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&path).map(|folder| folder.join("cargo-generate"));
    let variable = |name| std::env::var_os(name).map(PathBuf::from);
    let cache = variable("XDG_CACHE_HOME").or_else(|| Some(variable("HOME")?.join(".cache")));
    let tools = variable("CARGO_FC3_TOOLS").or_else(|| Some(cache?.join("cargo-fc3-tools")));
    let installed =
        tools.map(|tools| tools.join(format!("cargo-generate-{VERSION}/bin/cargo-generate")));
    on_path.chain(installed).find(|tool| is_right(tool))
}

fn is_right(tool: &Path) -> bool {
    let output = Command::new(tool).args(["generate", "--version"]).output();
    output.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains(VERSION))
}

/// What git has or would take of this repository, committed to one of its own: `--git` reads
/// commits, and a user's clone has neither build output nor a scratch file.
fn repository() -> io::Result<TempDir> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let copy = tempfile::tempdir()?;
    let git = |directory: &Path, args: &[&str]| {
        let output = Command::new("git")
            .args([
                "-c",
                "user.name=t",
                "-c",
                "user.email=t@example.com",
                "-c",
                "core.hooksPath=",
            ])
            .args([
                "-c",
                "commit.gpgsign=false",
                "-c",
                "init.defaultBranch=main",
            ])
            .args(args)
            .current_dir(directory)
            .output()?;
        if output.status.success() {
            Ok(output.stdout)
        } else {
            Err(failure(&output))
        }
    };
    let files = git(
        root,
        &[
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ],
    )?;
    for path in String::from_utf8_lossy(&files).split_terminator('\0') {
        // A file that was removed and not yet committed is listed too.
        if root.join(path).is_file() {
            let target = copy.path().join(path);
            fs::create_dir_all(target.parent().expect("it is below the copy"))?;
            fs::copy(root.join(path), target)?;
        }
    }
    git(copy.path(), &["init", "-q"])?;
    git(copy.path(), &["add", "--all", "--force"])?;
    git(copy.path(), &["commit", "-q", "-m", "The template"])?;
    Ok(copy)
}

fn failure(output: &Output) -> io::Error {
    let stderr = String::from_utf8_lossy(&output.stderr);
    let stdout = String::from_utf8_lossy(&output.stdout);
    io::Error::other(format!("{}\n{stdout}{stderr}", output.status))
}

/// Runs the tool with nothing of this machine's settings, which would change what it does.
fn generate(
    tool: &Path,
    (door, template): (Door, &Path),
    name: &str,
    answers: &[(&str, &str)],
    into: &Path,
) -> io::Result<Output> {
    let home = into.join(".home");
    fs::create_dir(&home)?;
    let mut command = Command::new(tool);
    command
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", &home)
        .env("CARGO_HOME", &home)
        .env("USER", "tester")
        .current_dir(into)
        .args([
            "generate",
            "--silent",
            "--vcs",
            "none",
            "--no-workspace",
            "--name",
            name,
        ])
        .arg(match door {
            Door::Path => "--path",
            Door::Git => "--git",
        })
        .arg(template);
    for (name, answer) in answers {
        command.args(["--define", &format!("{name}={answer}")]);
    }
    let output = command.output()?;
    fs::remove_dir_all(home)?;
    Ok(output)
}

fn new(name: &str, answers: &[(&str, &str)], into: &Path) -> io::Result<Output> {
    let mut command = Command::new(CLI);
    command
        .args(["new", name, "--vcs", "none", "--yes"])
        .current_dir(into);
    for (name, answer) in answers {
        command.arg(format!("--{name}={answer}"));
    }
    command.output()
}

/// Renders through both doors, and compares paths, bytes, directories and executable bits.
fn compare(
    other: &Other,
    (door, template): (Door, &Path),
    (given, name): (&str, &str),
    answers: &[(&str, &str)],
) -> Result<(), Failed> {
    let (theirs, ours) = (tempfile::tempdir()?, tempfile::tempdir()?);
    let output = generate(&other.tool, (door, template), given, answers, theirs.path())?;
    if !output.status.success() {
        return Err(failure(&output).into());
    }
    let output = new(name, answers, ours.path())?;
    if !output.status.success() {
        return Err(failure(&output).into());
    }
    let (theirs, ours) = (disk::read(theirs.path()), disk::read(ours.path()));
    if !ours.contains_key(&format!("{name}/Cargo.toml")) {
        return Err("nothing was rendered".into());
    }
    if let Some(difference) = difference(&theirs, &ours) {
        return Err(difference.into());
    }
    Ok(())
}

/// The first thing that is not the same.
fn difference(
    theirs: &BTreeMap<String, disk::Node>,
    ours: &BTreeMap<String, disk::Node>,
) -> Option<String> {
    let all = theirs.keys().chain(ours.keys());
    all.into_iter()
        .find_map(|path| match (theirs.get(path), ours.get(path)) {
            (Some(theirs), Some(ours)) if theirs == ours => None,
            (theirs, ours) => Some(format!("{path}:\n{}\n{}", told(theirs), told(ours))),
        })
}

fn told(node: Option<&disk::Node>) -> String {
    match node {
        None => "nothing".to_owned(),
        Some(disk::Node::File { bytes, executable }) => {
            format!(
                "executable: {executable}\n{}",
                String::from_utf8_lossy(bytes)
            )
        }
        Some(node) => format!("{node:?}"),
    }
}

fn same(
    other: &Other,
    door: Door,
    kind: &str,
    names: (&str, &str),
    description: &str,
) -> Result<(), Failed> {
    let answers = [("kind", kind), ("description", description)];
    compare(other, (door, other.repository.path()), names, &answers)
}

fn other_answers(other: &Other) -> Result<(), Failed> {
    let answers = [("region", "ap-southeast-1"), ("runtime", "custom.debian12")];
    compare(
        other,
        (Door::Path, other.repository.path()),
        ("hello", "hello"),
        &answers,
    )
}

/// As in the README: from a checkout in which things were built.
fn this_checkout(other: &Other) -> Result<(), Failed> {
    let checkout = Path::new(env!("CARGO_MANIFEST_DIR"));
    compare(other, (Door::Path, checkout), ("hello", "hello"), &[])
}

fn both_refuse(other: &Other, description: &str) -> Result<(), Failed> {
    let answers = [("description", description)];
    let (theirs, ours) = (tempfile::tempdir()?, tempfile::tempdir()?);
    let template = (Door::Path, other.repository.path());
    let output = generate(&other.tool, template, "hello", &answers, theirs.path())?;
    let wrote = theirs.path().join("hello/Cargo.toml").exists();
    if output.status.success() || wrote {
        return Err("cargo generate takes it".into());
    }
    let output = new("hello", &answers, ours.path())?;
    if output.status.code() != Some(2) || !disk::names(ours.path()).is_empty() {
        return Err(format!("cargo fc3 new takes it: {output:?}").into());
    }
    Ok(())
}

/// One more byte in one file of one kind is told, so the other tests here can fail.
fn a_difference_is_found(other: &Other) -> Result<(), Failed> {
    let changed = repository()?;
    let handler = changed.path().join("template/kinds/event/src/handler.rs");
    let mut bytes = fs::read(&handler)?;
    bytes.push(b'\n');
    fs::write(&handler, bytes)?;
    match compare(other, (Door::Path, changed.path()), ("hello", "hello"), &[]) {
        Err(difference) if told_about(&difference, "hello/src/handler.rs:") => Ok(()),
        Err(failed) => Err(failed),
        Ok(()) => Err("a changed template gives the same project".into()),
    }
}

fn told_about(failed: &Failed, path: &str) -> bool {
    failed
        .message()
        .is_some_and(|message| message.starts_with(path))
}
