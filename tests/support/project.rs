//! Projects as a user renders them, built once for all tests of a run, and of the next.
//!
//! They lie outside the repository, so that none of its settings leaks in, at a place that stays:
//! cargo then builds only what changed. What they have in common is built in few places, below our
//! own target directory; what comes out of it lies in each project, so that none can be taken for
//! another.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use cargo_fc3::emulator::Launch;
use serde_json::Value;

use super::mirror::mirror;

/// The command line under test.
pub(crate) const CLI: &str = env!("CARGO_BIN_EXE_cargo-fc3");

/// Whether this machine builds what is deployed without Docker.
pub(crate) const IS_STATIC: bool = cfg!(all(
    target_os = "linux",
    target_arch = "x86_64",
    target_env = "gnu"
));

/// The kinds of function, as the command line lists them.
pub(crate) fn kinds() -> Vec<String> {
    let output = Command::new(CLI)
        .args(["kinds", "--json"])
        .output()
        .expect("the CLI runs");
    let kinds: Value = serde_json::from_slice(&output.stdout).expect("it lists JSON");
    let kinds = kinds.as_array().expect("a list").iter();
    kinds
        .map(|kind| kind["name"].as_str().expect("a name").to_owned())
        .collect()
}

/// A rendered project.
pub(crate) struct Project {
    /// The name of the function.
    pub(crate) name: String,
    /// Its kind.
    pub(crate) kind: String,
    /// Where it lies.
    pub(crate) dir: PathBuf,
    /// The program, once it is built.
    program: OnceLock<PathBuf>,
}

impl Project {
    /// Renders `kind`, and lays `files` over it, as `src/handler.rs` with other contents.
    pub(crate) fn render(name: &str, kind: &str, files: &[(&str, &str)]) -> io::Result<Self> {
        Self::render_with(name, kind, files, |_| Ok(()))
    }

    /// The same with more dependencies, each as the line `cargo add …` that adds it. They must be
    /// dependencies of the runtime, so that nothing is downloaded.
    pub(crate) fn render_adding(
        name: &str,
        kind: &str,
        files: &[(&str, &str)],
        adds: &[&str],
    ) -> io::Result<Self> {
        Self::render_with(name, kind, files, |project| {
            for add in adds {
                let arguments = add.strip_prefix("cargo ").expect("a command of cargo");
                let mut cargo = Command::new(env!("CARGO"));
                cargo.args(arguments.split(' ')).arg("--offline");
                succeed(cargo.current_dir(project))?;
            }
            // A build with `--locked` follows.
            let mut cargo = Command::new(env!("CARGO"));
            cargo.args(["update", "--workspace", "--offline"]);
            succeed(cargo.current_dir(project)).map(|_| ())
        })
    }

    /// Renders the probe of `kind` as the project `name`. With it, `cargo fc3 check` tries what a function
    /// does not show.
    pub(crate) fn render_probe(name: &str, kind: &str) -> io::Result<Self> {
        let (main, dependencies) = match kind {
            "web" => (
                include_str!("../../probe/web/main.rs"),
                include_str!("../../probe/web/dependencies.toml"),
            ),
            _ => (
                include_str!("../../probe/event/main.rs"),
                include_str!("../../probe/event/dependencies.toml"),
            ),
        };
        let protocol = include_str!("../../probe/protocol.rs");
        let files = [("src/main.rs", main), ("src/protocol.rs", protocol)];
        Self::render_with(name, kind, &files, |project| {
            depend_on(project, dependencies)
        })
    }

    /// Renders `kind` with other files, and makes a change to the project before it is used.
    fn render_with(
        name: &str,
        kind: &str,
        files: &[(&str, &str)],
        change: impl FnOnce(&Path) -> io::Result<()>,
    ) -> io::Result<Self> {
        let home = home()?;
        let dir = home.join(name);
        let _lock = lock(name)?;
        let fresh = tempfile::tempdir_in(&home)?;
        let rendered = fresh.path().join(name);
        let mut new = Command::new(CLI);
        new.args([
            "new", name, "--kind", kind, "--vcs", "none", "--yes", "--path",
        ])
        .arg(&rendered);
        succeed(&mut new)?;
        for (path, contents) in files {
            let path = rendered.join(path);
            fs::create_dir_all(path.parent().expect("a file lies in a folder"))?;
            fs::write(path, contents)?;
        }
        change(&rendered)?;
        share_build(&rendered, &build_dir(name))?;
        mirror(&rendered, &dir)?;
        Ok(Self {
            name: name.to_owned(),
            kind: kind.to_owned(),
            dir,
            program: OnceLock::new(),
        })
    }

    /// Runs cargo in the project, which shares what it builds with all others.
    ///
    /// A cargo before 1.91 knows no `build-dir`, and builds all of it for each project.
    pub(crate) fn cargo(&self, args: &[&str]) -> io::Result<Output> {
        let target = self.dir.join("target");
        self.run(
            Command::new(env!("CARGO"))
                .args(args)
                .env("CARGO_TARGET_DIR", target),
        )
    }

    /// Runs the command line in the project, whose cargo then does as that of [`Self::cargo`].
    pub(crate) fn fc3(&self, args: &[&str]) -> io::Result<Output> {
        let _lock = lock(&self.name)?;
        succeed(&mut self.command(args))
    }

    /// The same as a command, whoever runs it holds the lock of this project.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(CLI);
        command.args(args).env("CARGO", env!("CARGO"));
        self.prepare(command.env_remove("CARGO_TARGET_DIR"));
        command
    }

    /// Runs a line of a shell in the project, whose cargo is that of [`Self::cargo`].
    pub(crate) fn shell(&self, line: &str, path: &OsStr) -> io::Result<Output> {
        let _lock = lock(&self.name)?;
        let mut shell = Command::new("bash");
        shell.args(["-e", "-c", line]).env("PATH", path);
        self.run(shell.env_remove("CARGO_TARGET_DIR"))
    }

    fn run(&self, command: &mut Command) -> io::Result<Output> {
        self.prepare(command);
        succeed(command)
    }

    fn prepare(&self, command: &mut Command) {
        command
            .current_dir(&self.dir)
            .env("CARGO_BUILD_BUILD_DIR", build_dir(&self.name))
            .env("CARGO_TERM_COLOR", "never")
            .env_remove("RUSTFLAGS");
    }

    /// Builds what is deployed, as `s deploy` does, once for all tests of this process, and gives
    /// the way to start it.
    pub(crate) fn build(&self) -> io::Result<Launch> {
        let _lock = lock(&self.name)?;
        if let Some(program) = self.program.get() {
            return Ok(Launch::new(program));
        }
        let args: &[&str] = if IS_STATIC {
            &["bootstrap"]
        } else {
            &["build", "--release", "--locked"]
        };
        let output = self.cargo(&[args, &["--message-format=json"]].concat())?;
        let built = self.built(&String::from_utf8_lossy(&output.stdout))?;
        let program = if IS_STATIC {
            self.dir.join("target/fc/bin/bootstrap")
        } else {
            built.clone()
        };
        if fs::read(&program)? != fs::read(&built)? {
            return Err(io::Error::other(format!(
                "{} is not what was built",
                program.display()
            )));
        }
        Ok(Launch::new(self.program.get_or_init(|| program)))
    }

    /// The program that cargo says it made of this project, and of no other.
    fn built(&self, messages: &str) -> io::Result<PathBuf> {
        let manifest = self.dir.join("Cargo.toml").canonicalize()?;
        let messages = messages.lines();
        let mut programs = messages
            .filter_map(|line| serde_json::from_str::<Value>(line).ok())
            .filter_map(|message| {
                let of = message["manifest_path"].as_str()?.to_owned();
                Some((of, message["executable"].as_str()?.to_owned()))
            });
        match (programs.next(), programs.next()) {
            (Some((of, program)), None) if Path::new(&of).canonicalize()? == manifest => {
                Ok(program.into())
            }
            (first, second) => Err(io::Error::other(format!(
                "not one program of this project: {first:?}, {second:?}"
            ))),
        }
    }

    /// The sample events, by file name.
    pub(crate) fn events(&self) -> io::Result<Vec<(String, Vec<u8>)>> {
        let mut events = Vec::new();
        for entry in fs::read_dir(self.dir.join("events"))? {
            let path = entry?.path();
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            events.push((name, fs::read(path)?));
        }
        events.sort();
        Ok(events)
    }
}

/// Gives a project other dependencies, beside `fc3` in the place where it is.
fn depend_on(project: &Path, dependencies: &str) -> io::Result<()> {
    let manifest = project.join("Cargo.toml");
    let read = |text: &str| text.parse::<toml::Table>().map_err(io::Error::other);
    let mut table = read(&fs::read_to_string(&manifest)?)?;
    let mut dependencies = read(dependencies)?;
    let runtime = dependencies["fc3"].as_table_mut().expect("a table");
    runtime.insert("path".to_owned(), "fc3".into());
    table.insert("dependencies".to_owned(), dependencies.into());
    fs::write(&manifest, table.to_string())?;
    let mut cargo = Command::new(env!("CARGO"));
    succeed(cargo.args(["update", "--workspace"]).current_dir(project))?;
    Ok(())
}

/// Runs a command, whose failure is an error with all that it said.
pub(crate) fn succeed(command: &mut Command) -> io::Result<Output> {
    let output = command.output()?;
    if output.status.success() {
        return Ok(output);
    }
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let said = said + &String::from_utf8_lossy(&output.stderr);
    Err(io::Error::other(format!(
        "{command:?}: {}\n{said}",
        output.status
    )))
}

/// The crates that `package` in `folder` compiles for Linux, itself included.
pub(crate) fn crates(folder: &Path, package: &str) -> io::Result<Vec<String>> {
    let mut tree = Command::new(env!("CARGO"));
    tree.args([
        "tree",
        "--package",
        package,
        "--locked",
        "--edges=normal,build",
        "--prefix=none",
    ]);
    tree.args(["--target", "x86_64-unknown-linux-gnu"])
        .current_dir(folder);
    let output = succeed(&mut tree)?.stdout;
    let output = String::from_utf8_lossy(&output);
    let crates = output
        .lines()
        .map(|line| line.trim_end_matches(" (*)").to_owned());
    let mut crates: Vec<String> = crates.collect();
    crates.sort_unstable();
    crates.dedup();
    Ok(crates)
}

/// Where the projects lie: one place for each target directory, whose locks guard it.
fn home() -> io::Result<PathBuf> {
    let own = env!("CARGO_TARGET_TMPDIR").replace(['/', '\\', ':'], "-");
    let home = std::env::temp_dir().join(format!("cargo-fc3-tests{own}"));
    fs::create_dir_all(&home)?;
    Ok(home)
}

/// The target directory that rendered projects share.
pub(crate) fn target() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("functions")
}

/// Where a project is built. There are two places, since cargo builds one project at a time in each,
/// and most of that is the linking of a program, which keeps one core busy.
fn build_dir(name: &str) -> PathBuf {
    match name.bytes().fold(0, u8::wrapping_add) % 2 {
        1 => target(),
        _ => target().join("second"),
    }
}

/// Lets `cargo bootstrap` in a project build where this says. Its alias keeps everything in the project,
/// whatever the environment says, and each project would compile the same crates again.
pub(crate) fn share_build(project: &Path, build_dir: &Path) -> io::Result<()> {
    const OWN: &str = "build.build-dir='{workspace-root}/target'";
    let file = project.join(".cargo/config.toml");
    let config = fs::read_to_string(&file)?;
    let shared = format!("build.build-dir='{}'", build_dir.display());
    let config = config.replace(OWN, &shared);
    assert!(config.contains(&shared), "{config}");
    fs::write(file, config)
}

/// Holds the lock of this name, against other processes too, until it is dropped.
pub(crate) fn lock(name: &str) -> io::Result<File> {
    fs::create_dir_all(target())?;
    let file = File::create(target().join(format!("{name}.lock")))?;
    file.lock()?;
    Ok(file)
}
