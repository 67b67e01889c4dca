//! buildah, which builds without an engine: with storage of its own, so that no image of this
//! machine's user is touched, and upon a stand-in for the image that the Dockerfile begins with.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use cargo_fc3::emulator::{Instance, Launch, PortVariable, Settings};

use crate::base;
use crate::engine::Engine;
use crate::image::Image;
use crate::running::Running;
use crate::support::project::succeed;

/// Starts a program of a root by a user, with nothing but its port.
const START: &str = r#"exec env -i FC_CUSTOM_LISTEN_PORT="$FC_CUSTOM_LISTEN_PORT" \
    "$(command -v chroot)" --userspec="$1" "$0" "$2""#;

/// buildah, with what it keeps between runs.
pub(crate) struct Buildah {
    home: PathBuf,
    /// What is built upon, and the lock that is held while we use what is kept.
    ready: OnceLock<Result<(&'static str, File), String>>,
}

impl Buildah {
    /// The program, if this machine has it and lets us use it.
    pub(crate) fn find() -> Result<Self, String> {
        let home = base::home().ok_or("there is no home to keep the stand-in base in")?;
        base::toolchain()?;
        let needed = [
            ("buildah", "--version"),
            ("debootstrap", "--version"),
            ("unshare", "--mount"),
        ];
        for (program, argument) in needed {
            let mut command = Command::new(program);
            command.arg(argument).stdin(Stdio::null());
            command.stdout(Stdio::null()).stderr(Stdio::null());
            if !command.status().is_ok_and(|status| status.success()) {
                return Err(format!(
                    "no Docker engine answers, and `{program} {argument}` does not work here"
                ));
            }
        }
        let ready = OnceLock::new();
        Ok(Self { home, ready })
    }

    /// A command of buildah upon our own storage. Its cache mounts lie below `TMPDIR`.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("buildah");
        command.arg("--root").arg(self.home.join("storage"));
        command.arg("--runroot").arg(self.home.join("run"));
        command.args(arguments).env("TMPDIR", self.home.join("tmp"));
        command
    }

    /// Runs such a command and gives what it printed.
    pub(crate) fn run(&self, arguments: &[&str]) -> io::Result<String> {
        let output = succeed(&mut self.command(arguments))?;
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    /// The base, which is made if it is not there.
    fn ready(&self) -> io::Result<&'static str> {
        let make = || -> io::Result<_> {
            fs::create_dir_all(self.home.join("tmp"))?;
            let lock = File::create(self.home.join("lock"))?;
            lock.lock()?;
            self.tidy();
            Ok((base::ensure(self)?, lock))
        };
        let ready = self
            .ready
            .get_or_init(|| make().map_err(|error| error.to_string()));
        let (base, _lock) = ready
            .as_ref()
            .map_err(|error| io::Error::other(error.as_str()))?;
        Ok(base)
    }

    /// Removes what builds left, of this run or of one that was killed: all but the base.
    fn tidy(&self) {
        drop(self.run(&["rm", "--all"]));
        let kept = self.run(&["images", "--no-trunc", "--quiet", base::NAME]);
        let kept = kept.unwrap_or_default();
        let images = self.run(&["images", "--all", "--no-trunc", "--quiet"]);
        for image in images.unwrap_or_default().lines() {
            // A layer goes with the last image that stands upon it.
            if !kept.lines().any(|kept| kept == image) {
                drop(self.run(&["rmi", "--force", image]));
            }
        }
    }
}

impl Engine for Buildah {
    fn build(&self) -> io::Result<Command> {
        let base = self.ready()?;
        let isolation = ["--isolation", "chroot", "--network", "host"];
        let mut command = self.command(&["build", "--pull-never", "--layers"]);
        command.args(isolation);
        base::lend(&mut command, base).map_err(io::Error::other)?;
        Ok(command)
    }

    fn save(&self, name: &str, archive: &Path) -> io::Result<()> {
        let archive = format!("docker-archive:{}", archive.display());
        self.run(&["push", "--quiet", name, &archive]).map(drop)
    }

    fn start(&self, image: &Image) -> io::Result<Running> {
        let root = tempfile::tempdir()?;
        image.unpack(root.path())?;
        let user = image.config["User"].as_str().unwrap_or_default();
        let program = image.config["Entrypoint"][0].as_str().unwrap_or_default();
        let launch = Launch::new("sh").arg("-c").arg(START);
        let launch = launch.arg(root.path()).arg(user).arg(program);
        let settings = Settings {
            port: PortVariable::CustomListen,
            ..Settings::default()
        };
        let instance = Instance::start(&launch, &settings).map_err(io::Error::other)?;
        Ok(Running::Process(Box::new(instance), root))
    }

    fn remove(&self, name: &str) {
        // An image that is not there is as good as one that is removed.
        drop(self.run(&["rmi", "--force", name]));
    }
}

impl Drop for Buildah {
    fn drop(&mut self) {
        if let Some(Ok(_held)) = self.ready.get() {
            self.tidy();
        }
    }
}
