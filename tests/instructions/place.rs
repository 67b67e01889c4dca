//! A project as an author has it, and a shell in which he types.

use std::fs;
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

use crate::support::environment::environment;
use crate::support::project::{self, CLI, succeed};

/// A folder with projects in it.
pub(crate) struct Place(TempDir);

impl Place {
    pub(crate) fn new() -> io::Result<Self> {
        tempfile::tempdir().map(Self)
    }

    /// Makes a project in it.
    pub(crate) fn make(&self, name: &str, kind: &str) -> io::Result<Project> {
        self.make_at(name, kind, name)
    }

    /// Makes a project at this path in it.
    pub(crate) fn make_at(&self, name: &str, kind: &str, path: &str) -> io::Result<Project> {
        let mut new = Command::new(CLI);
        new.args(["new", name, "--kind", kind, "--vcs", "none", "--yes"]);
        succeed(new.args(["--path", path]).current_dir(self.path()))?;
        let dir = self.path().join(path);
        project::share_build(&dir, &project::target())?;
        Ok(Project { dir })
    }

    /// Types a line in the folder itself.
    pub(crate) fn types(&self, line: &str) -> io::Result<String> {
        let dir = self.path().to_owned();
        Project { dir }.types(line)
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }
}

/// The folder of a project.
pub(crate) struct Project {
    pub(crate) dir: PathBuf,
}

impl Project {
    pub(crate) fn read(&self, path: &str) -> io::Result<String> {
        fs::read_to_string(self.dir.join(path))
    }

    pub(crate) fn write(&self, path: &str, text: &str) -> io::Result<()> {
        let path = self.dir.join(path);
        fs::create_dir_all(path.parent().expect("a file lies in a folder"))?;
        fs::write(path, text)
    }

    /// Replaces the one place where `old` stands in a file.
    pub(crate) fn replace(&self, path: &str, old: &str, new: &str) -> io::Result<()> {
        let text = self.read(path)?;
        assert_eq!(text.matches(old).count(), 1, "{old:?} in {path}");
        self.write(path, &text.replace(old, new))
    }

    /// A line of a shell in the project. What its cargo builds of other crates is shared with all tests.
    pub(crate) fn shell(&self, line: &str) -> io::Result<Command> {
        let mut shell = Command::new("sh");
        shell.args(["-e", "-c", line]);
        prepare(&mut shell, &self.dir)?;
        Ok(shell)
    }

    /// Types a line, and gives what it said; a failure is an error.
    pub(crate) fn types(&self, line: &str) -> io::Result<String> {
        succeed(&mut self.shell(line)?).map(said)
    }

    /// Runs a program with these arguments, and gives what it said; a failure is an error.
    pub(crate) fn runs(&self, program: &str, args: &[&str]) -> io::Result<String> {
        let mut command = Command::new(program);
        command.args(args);
        succeed(prepare(&mut command, &self.dir)?).map(said)
    }
}

/// Gives a command the environment of an author, whose projects share one build directory.
pub(crate) fn prepare<'a>(command: &'a mut Command, dir: &Path) -> io::Result<&'a mut Command> {
    command.env_clear().envs(environment()?).current_dir(dir);
    command.env("CARGO_BUILD_BUILD_DIR", project::target());
    command.env("CARGO_TERM_COLOR", "never");
    command.env("FC_SERVER_PORT", free_port()?.to_string());
    Ok(command.stdin(Stdio::null()))
}

/// A port that nobody listens on now. The system gives it to nobody else for a while.
fn free_port() -> io::Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    Ok(listener.local_addr()?.port())
}

fn said(output: Output) -> String {
    let said = [output.stdout, output.stderr].concat();
    String::from_utf8_lossy(&said).into_owned()
}

/// The blocks of a page that a shell reads, line by line.
pub(crate) fn shell_lines(page: &str) -> Vec<String> {
    let blocks = page.split("```sh\n").skip(1);
    let blocks = blocks.filter_map(|block| block.split("```").next());
    blocks.flat_map(str::lines).map(str::to_owned).collect()
}
