//! A newcomer's machine: Rust, Serverless Devs with a key, and a project that was just made.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use libtest_mimic::Failed;
use tempfile::TempDir;

use super::deployed::{Deployed, Run};
use crate::schema;
use crate::support::environment::environment;
use crate::support::project::{CLI, succeed};
use crate::support::serverless::{self, ACCOUNT, Serverless};

const COMPONENT: &str = include_str!("component.js");

/// The name of the function, which those of tests/kinds have too: where a project lies must not
/// show in its program, but its name may.
pub(crate) const NAME: &str = "kind-event";
/// Another key of `s config`, and its account.
pub(crate) const OTHER_KEY: (&str, &str) = ("other", "9876543210987654");

/// A person who deploys.
pub(crate) struct Newcomer {
    serverless: Serverless,
    /// The home of Serverless Devs, with the keys.
    home: OnceLock<Result<TempDir, String>>,
    /// A project, and its first deployment: what is built takes long.
    first: OnceLock<Result<(Project, Run), String>>,
}

/// A project in a folder that nothing else is in.
pub(crate) struct Project {
    parent: TempDir,
    name: String,
}

impl Newcomer {
    pub(crate) fn new(serverless: Serverless) -> Self {
        Self {
            serverless,
            home: OnceLock::new(),
            first: OnceLock::new(),
        }
    }

    /// The project that was deployed by `s deploy` alone, with all settings as they come.
    pub(crate) fn first(&self) -> Result<(&Project, &Run), Failed> {
        let first = self.first.get_or_init(|| {
            let project = Project::render(NAME).map_err(|why| why.to_string())?;
            let run = self
                .deploys(&project, &[], &[])
                .map_err(|why| why.to_string())?;
            Ok((project, run))
        });
        first
            .as_ref()
            .map(|(project, run)| (project, run))
            .map_err(Failed::from)
    }

    /// What that handed over.
    pub(crate) fn deployed(&self) -> Result<Deployed, Failed> {
        self.first()?.1.deployed()
    }

    /// Types `s deploy -y` in a project, with more arguments and more variables.
    pub(crate) fn deploys(
        &self,
        project: &Project,
        arguments: &[&str],
        variables: &[(&str, &OsStr)],
    ) -> io::Result<Run> {
        let keys = self
            .home
            .get_or_init(|| self.gets_keys().map_err(|why| why.to_string()));
        let keys = keys.as_ref().map_err(|why| io::Error::other(why.clone()))?;
        let home = serverless::home(COMPONENT, &schema::whole())?;
        let access = ".s/access.yaml";
        fs::copy(keys.path().join(access), home.path().join(access))?;
        let mut command = self.serverless.command(home.path(), &project.dir());
        command.envs(environment()?).envs(variables.iter().copied());
        let output = command.args(["deploy", "-y"]).args(arguments).output()?;
        let said = [output.stdout, output.stderr].concat();
        Ok(Run {
            code: output.status.code(),
            said: String::from_utf8_lossy(&said).into_owned(),
            home,
        })
    }

    /// Types `s config add`, once for each key.
    fn gets_keys(&self) -> io::Result<TempDir> {
        let home = tempfile::tempdir()?;
        for (alias, account) in [("default", ACCOUNT), OTHER_KEY] {
            let mut add = self.serverless.command(home.path(), home.path());
            add.args(["config", "add", "--access", alias, "--AccountID", account]);
            add.args(["--AccessKeyID", "an-access-key-that-opens-nothing"]);
            succeed(add.args(["--AccessKeySecret", "a-secret-that-opens-nothing"]))?;
        }
        Ok(home)
    }
}

impl Project {
    /// Types `cargo fc3 new` in a folder that is awkward to quote and to encode.
    pub(crate) fn render(name: &str) -> io::Result<Self> {
        let parent = tempfile::Builder::new().prefix("a café ").tempdir()?;
        let mut new = Command::new(CLI);
        new.args(["new", name, "--kind", "event", "--vcs", "none", "--yes"]);
        succeed(new.current_dir(parent.path()))?;
        Ok(Self {
            parent,
            name: name.to_owned(),
        })
    }

    pub(crate) fn dir(&self) -> PathBuf {
        self.parent.path().join(&self.name)
    }

    /// A file of the project.
    pub(crate) fn file(&self, path: &str) -> PathBuf {
        self.dir().join(path)
    }

    /// The lines for a file `.env` that `DEPLOY.md` has, and that begin so.
    pub(crate) fn lines_for_dot_env(&self, beginning: &str) -> io::Result<Vec<String>> {
        let page = fs::read_to_string(self.file("DEPLOY.md"))?;
        let lines = page.lines().filter(|line| line.starts_with(beginning));
        Ok(lines.map(str::to_owned).collect())
    }

    /// Replaces the one place where `old` stands in a file.
    pub(crate) fn replace(&self, path: &str, old: &str, new: &str) -> io::Result<()> {
        let path = self.file(path);
        let text = fs::read_to_string(&path)?;
        assert_eq!(
            text.matches(old).count(),
            1,
            "{old:?} in {}",
            path.display()
        );
        fs::write(path, text.replace(old, new))
    }
}

/// A path as a word of a shell's command.
pub(crate) fn quoted(path: &Path) -> Result<String, Failed> {
    let path = path.to_str().ok_or("the path is no text")?;
    Ok(shlex::try_quote(path)?.into_owned())
}
