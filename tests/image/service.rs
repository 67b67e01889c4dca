//! Docker and podman, where they answer.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::engine::Engine;
use crate::image::Image;
use crate::running::{Container, Running};
use crate::support::project::succeed;

/// The port that a function is told, which nothing else here has: it is alone in its network.
const PORT: &str = "8124";

/// A program that takes Docker's commands.
pub(crate) struct Service(&'static str);

impl Service {
    /// Docker if its engine answers, else podman if it does.
    pub(crate) fn find() -> Option<Self> {
        // Without an engine, `version` fails with Docker, and `info` with podman.
        let asked = [("docker", "version"), ("podman", "info")];
        let found = asked.into_iter().find(|(program, question)| {
            let mut command = Command::new(program);
            command.arg(question).stdin(Stdio::null());
            command.stdout(Stdio::null()).stderr(Stdio::null());
            command.status().is_ok_and(|status| status.success())
        });
        found.map(|(program, _)| Self(program))
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(self.0);
        command.args(arguments);
        // Plain lines are asked of Docker in this way; podman has no others.
        command.env("BUILDKIT_PROGRESS", "plain");
        command
    }
}

impl Engine for Service {
    fn build(&self) -> io::Result<Command> {
        let network = ["--network", "host"];
        let mut command = self.command(&["build", "--platform", "linux/amd64"]);
        command.args(network);
        Ok(command)
    }

    fn save(&self, name: &str, archive: &Path) -> io::Result<()> {
        succeed(self.command(&["save", "--output"]).arg(archive).arg(name))?;
        Ok(())
    }

    fn start(&self, image: &Image) -> io::Result<Running> {
        let variable = format!("FC_CUSTOM_LISTEN_PORT={PORT}");
        let published = format!("{}::{PORT}", Ipv4Addr::LOCALHOST);
        let settings = ["--platform", "linux/amd64", "--env", &variable];
        let run = ["run", "--detach", "--publish", &published];
        let started = succeed(self.command(&run).args(settings).arg(&image.name))?;
        let id = String::from_utf8_lossy(&started.stdout).trim().to_owned();
        let mut container = Container::new(self.0, id);
        let published = succeed(&mut self.command(&["port", container.id(), PORT]))?;
        let published = String::from_utf8_lossy(&published.stdout);
        let address = published.lines().next().map(str::parse::<SocketAddr>);
        match address {
            Some(Ok(address)) => container.wait_for(address)?,
            _ => return Err(io::Error::other(format!("no port: {published}"))),
        }
        Ok(Running::Container(container))
    }

    fn remove(&self, name: &str) {
        // An image that is not there is as good as one that is removed.
        drop(self.command(&["rmi", "--force", name]).output());
    }
}
