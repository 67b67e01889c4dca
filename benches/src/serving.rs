//! A running `cargo fc3 dev` or `cargo lambda watch`, which serves a project, and a simple client of it.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::cargo::{cargo, plain, runs, succeed};
use crate::children::Group;
use crate::mirror::mirror;
use crate::once::once;
use crate::places;
use crate::server::free_port;

/// The limit for the first build, with all dependencies.
const START_LIMIT: Duration = Duration::from_secs(600);
/// The limit for a call, which may wait for a build.
const CALL_LIMIT: Duration = Duration::from_secs(30);
const END_LIMIT: Duration = Duration::from_secs(10);

/// The command that serves.
pub(crate) enum Tool<'a> {
    Dev(&'a Path),
    Watch(&'a Path),
}

/// A command that serves a function.
pub(crate) struct Serving {
    group: Group,
    pub(crate) port: u16,
    /// The path at which the function is called.
    pub(crate) path: String,
    request: String,
}

impl Serving {
    /// Starts it in a project, with more arguments, and waits for the first answer.
    pub(crate) fn start(
        tool: &Tool<'_>,
        kind: &str,
        project: &Path,
        more: &[&str],
    ) -> Result<Self> {
        let port = free_port()?;
        let name = project.file_name().context("a project without a name")?;
        let name = name.to_str().context("a name that is not text")?;
        let (mut command, api, web) = match tool {
            Tool::Dev(program) => {
                let mut command = plain(program, project);
                command.args(["dev", &format!("--port={port}")]);
                let api = format!("/2023-03-30/functions/{name}/invocations");
                (command, api, "/".to_owned())
            }
            Tool::Watch(program) => {
                let mut command = plain(program, project);
                let port = format!("--invoke-port={port}");
                command.args(["lambda", "watch", "--invoke-address=127.0.0.1", &port]);
                let api = format!("/2015-03-31/functions/peer-{name}/invocations");
                (command, api, format!("/lambda-url/peer-{name}/"))
            }
        };
        command.args(more).stdin(Stdio::null());
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let group = Group::start(&mut command)?;
        let (method, path, body) = match kind {
            "web" => ("GET", web, ""),
            _ => ("POST", api, "\"hello\""),
        };
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let mut serving = Self {
            group,
            port,
            path,
            request,
        };
        serving.wait()?;
        Ok(serving)
    }

    fn wait(&mut self) -> Result<()> {
        let begun = Instant::now();
        while let Err(error) = self.call() {
            let ended = self.group.child().try_wait()?;
            ensure!(ended.is_none(), "it has ended: {ended:?}");
            let path = &self.path;
            ensure!(
                begun.elapsed() < START_LIMIT,
                "no answer from {path}: {error:#}"
            );
            thread::sleep(Duration::from_millis(100));
        }
        Ok(())
    }

    /// The process.
    pub(crate) fn pid(&self) -> Pid {
        self.group.pid()
    }

    /// Calls the function on a new connection, and returns its answer.
    pub(crate) fn call(&self) -> Result<String> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port))?;
        stream.set_read_timeout(Some(CALL_LIMIT))?;
        stream.write_all(self.request.as_bytes())?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        let answer = String::from_utf8(answer)?;
        let (head, body) = answer.split_once("\r\n\r\n").context("no answer")?;
        if !head.starts_with("HTTP/1.1 200 ") {
            bail!("{answer}");
        }
        Ok(body.to_owned())
    }

    /// Ends it as Ctrl-C does, so that it ends what it has started.
    pub(crate) fn end(mut self) -> Result<()> {
        kill(self.group.pid(), Signal::SIGINT)?;
        let due = Instant::now() + END_LIMIT;
        while self.group.child().try_wait()?.is_none() && Instant::now() < due {
            thread::sleep(Duration::from_millis(5));
        }
        Ok(())
    }
}

/// The command line as its users install it.
pub(crate) fn cli() -> Result<PathBuf> {
    once("building cargo-fc3", || {
        let target = places::made("cli")?;
        let mut build = cargo(&["build", "--release", "--locked"], &places::root());
        succeed(build.arg("--target-dir").arg(&target))?;
        Ok(target.join("release/cargo-fc3"))
    })
}

/// The program `cargo-lambda`, if it is installed.
pub(crate) fn lambda() -> Option<PathBuf> {
    let program = std::env::var_os("CARGO_LAMBDA").unwrap_or_else(|| "cargo-lambda".into());
    if !runs(&program, &["lambda", "--version"]) {
        eprintln!("skipped cargo-lambda: it is not installed, and CARGO_LAMBDA does not name it");
        return None;
    }
    Some(program.into())
}

/// A copy of a function for AWS Lambda, because copies are edited.
pub(crate) fn peer(name: &str) -> Result<PathBuf> {
    let folder = places::made("projects")?.join(name);
    mirror(&places::peer(name), &folder).context("cannot copy the peer")?;
    Ok(folder)
}

/// A command in a project, by one of the programs.
pub(crate) fn command(program: &Path, project: &Path, args: &[&str]) -> Command {
    let mut command = plain(program, project);
    command.args(args);
    command
}
