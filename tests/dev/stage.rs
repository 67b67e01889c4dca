//! A project of one small crate without dependencies, in a directory of its own.

use std::collections::HashSet;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use serde_json::Value;
use tempfile::TempDir;

use crate::dev::{Dev, send_signal};
use crate::support::environment;
use crate::support::scratch::CLI;

const MANIFEST: &str = r#"[package]
name = "hello"
version = "0.1.0"
edition = "2024"

[[bin]]
name = "bootstrap"
path = "src/main.rs"

[workspace]
"#;

const MAIN: &str = r#"mod function;
mod handler;

fn main() -> std::process::ExitCode {
    let mode = std::env::var("MODE").unwrap_or_default();
    function::serve(handler::WHICH, &mode)
}
"#;

/// Its name is not that of the directory, and not that of the crate.
pub(crate) const S_YAML: &str = "\
edition: 3.0.0
name: hello
resources:
  function:
    component: fc3
    props:
      region: cn-hangzhou
      functionName: hello
      runtime: custom.debian11
      code: ./target/fc/bin
      timeout: 60
      instanceConcurrency: 5
      environmentVariables:
        GREETING: hello
";

/// A project.
pub(crate) struct Stage {
    folder: TempDir,
    /// Where `dev` notes its runs, so that no other test ends what this one leaves.
    runs: Arc<TempDir>,
}

impl Stage {
    /// A project whose function returns `one` for the event `which`.
    pub(crate) fn new() -> Self {
        Self::with_runs(Arc::new(tempfile::tempdir().expect("a directory")))
    }

    /// Another project of the same user.
    pub(crate) fn neighbour(&self) -> Self {
        Self::with_runs(Arc::clone(&self.runs))
    }

    fn with_runs(runs: Arc<TempDir>) -> Self {
        let folder = tempfile::tempdir().expect("a directory");
        let stage = Self { folder, runs };
        stage.add(".", MANIFEST, S_YAML);
        stage
    }

    /// An empty directory.
    pub(crate) fn empty() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a directory"),
            runs: Arc::new(tempfile::tempdir().expect("a directory")),
        }
    }

    /// Adds a project in a directory. Its function returns `one` for the event `which`.
    pub(crate) fn add(&self, folder: &str, manifest: &str, s_yaml: &str) {
        for (file, text) in [
            ("Cargo.toml", manifest),
            ("fc3.toml", ""),
            ("s.yaml", s_yaml),
            ("src/main.rs", MAIN),
            ("src/function.rs", include_str!("../support/function.rs")),
            ("src/mcp.rs", include_str!("../support/mcp.rs")),
            ("src/handler.rs", &handler("one")),
        ] {
            self.write(&format!("{folder}/{file}"), text);
        }
    }

    /// The directory of the project.
    pub(crate) fn dir(&self) -> PathBuf {
        self.folder.path().canonicalize().expect("it is there")
    }

    /// Writes a file of the project, as a simple editor does.
    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.dir().join(path);
        fs::create_dir_all(path.parent().expect("a file is in a directory")).expect("a directory");
        fs::write(path, text).expect("a file");
    }

    /// Replaces a file of the project by another one, as careful editors do.
    pub(crate) fn replace(&self, path: &str, text: &str) {
        self.replace_bytes(path, text.as_bytes());
    }

    /// The same with a content that may be no text.
    pub(crate) fn replace_bytes(&self, path: &str, content: &[u8]) {
        let beside = self.dir().join(format!("{path}.new"));
        fs::write(&beside, content).expect("a file");
        fs::rename(beside, self.dir().join(path)).expect("a file");
    }

    /// Edits the handler: the event `which` returns another text.
    pub(crate) fn edit(&self, which: &str) {
        self.write("src/handler.rs", &handler(which));
    }

    /// Sets what is wrong with the function, without a build.
    pub(crate) fn set_mode(&self, mode: &str) {
        self.write(".env", &format!("MODE={mode}\n"));
    }

    /// Starts `dev` with some free port. It reports JSON.
    pub(crate) fn start(&self, args: &[&str]) -> Dev {
        Dev::start(
            &mut self.command(&[&["--json"], args].concat()),
            &self.dir(),
        )
    }

    /// The same, once it serves the function.
    pub(crate) fn serve(&self, args: &[&str]) -> Dev {
        let mut dev = self.start(args);
        dev.serving();
        dev
    }

    /// The command that starts it, which prints lines for a person.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let port: &[&str] = if args.contains(&"--port") {
            &[]
        } else {
            &["--port", "0"]
        };
        let mut command = self.command_of("dev");
        command.args(port).args(args);
        command
    }

    /// The command that starts another verb.
    pub(crate) fn command_of(&self, verb: &str) -> Command {
        let mut command = Command::new(CLI);
        command
            .arg(verb)
            .current_dir(self.dir())
            .env_clear()
            .envs(environment::environment().expect("the variables of a shell"))
            .env("NO_COLOR", "1")
            .env("XDG_RUNTIME_DIR", self.runs.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Whether the first build of a running `dev` is over, as it announces.
    pub(crate) fn is_deployed(&self) -> bool {
        let announced = fs::read(self.dir().join("target/fc3-dev.json")).unwrap_or_default();
        let announced: Option<Value> = serde_json::from_slice(&announced).ok();
        announced.is_some_and(|announced| announced["is_building"] == false)
    }

    /// Where a running `dev` says that it listens.
    pub(crate) fn announced(&self) -> Option<SocketAddr> {
        let announced = fs::read(self.dir().join("target/fc3-dev.json")).ok()?;
        let announced: Value = serde_json::from_slice(&announced).ok()?;
        announced["address"].as_str()?.parse().ok()
    }

    /// Builds the project as its author may do, in another terminal.
    pub(crate) fn build(&self) {
        let mut cargo = Command::new("cargo");
        cargo
            .args(["build", "--quiet"])
            .current_dir(self.dir())
            .env_clear()
            .envs(environment::environment().expect("the variables of a shell"));
        assert!(cargo.status().expect("cargo runs").success());
    }
}

impl Drop for Stage {
    /// Ends what a failed test has left.
    fn drop(&mut self) {
        for id in processes_in(&self.dir()) {
            send_signal("KILL", id);
        }
    }
}

/// The handler that returns a text for the event `which`.
pub(crate) fn handler(which: &str) -> String {
    format!("pub const WHICH: &str = {which:?};\n")
}

/// The processes that work in a directory, which are all that `dev` starts. Only Linux lists them.
pub(crate) fn processes_in(dir: &Path) -> Vec<u32> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    let is_in = |id: &u32| {
        let works_in = fs::read_link(format!("/proc/{id}/cwd"));
        works_in.is_ok_and(|works_in| works_in.starts_with(dir))
    };
    let ids = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    ids.filter(is_in).collect()
}

/// The number of sockets that processes listen on. Only Linux lists them.
pub(crate) fn listeners_of(ids: &[u32]) -> usize {
    const LISTENING: &str = "0A";
    let mut own = HashSet::new();
    for id in ids {
        let files = fs::read_dir(format!("/proc/{id}/fd"));
        let files = files.into_iter().flatten().flatten();
        own.extend(files.filter_map(|file| fs::read_link(file.path()).ok()));
    }
    let tables = ["/proc/net/tcp", "/proc/net/tcp6"].map(fs::read_to_string);
    let rows: String = tables.into_iter().flatten().collect();
    let is_own = |row: &&str| {
        let fields: Vec<_> = row.split_whitespace().collect();
        let socket = fields.get(9).map(|inode| format!("socket:[{inode}]"));
        fields.get(3) == Some(&LISTENING)
            && socket.is_some_and(|socket| own.contains(Path::new(&socket)))
    };
    rows.lines().filter(is_own).count()
}
