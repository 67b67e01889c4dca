//! A running `cargo fc3 emulate`.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use cargo_fc3::signature::AccessKey;

use crate::stage::{Client, cli};

/// A running `cargo fc3 emulate`, which is killed with this.
pub(crate) struct Process {
    pub(crate) child: Child,
    pub(crate) client: Client,
    /// The token of its console.
    pub(crate) token: String,
}

impl Process {
    /// Starts it on a free port, and waits until it listens.
    pub(crate) fn start(args: &[&str]) -> Self {
        let mut child = Command::new(cli())
            .args(["emulate", "--port", "0"])
            .args(args)
            .env("NO_COLOR", "1")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the CLI runs");
        let stdout = child.stdout.take().expect("a pipe");
        let lines = BufReader::new(stdout).lines().take(5);
        let values = lines.map(|line| {
            let line = line.expect("a line");
            line.split_once('=').expect("a variable").1.to_owned()
        });
        let values: Vec<_> = values.collect();
        let address = values[0].trim_start_matches("http://");
        let address = address.parse().expect("an address");
        let key = AccessKey {
            id: values[3].clone(),
            secret: values[4].clone(),
            token: None,
        };
        let mut lines = BufReader::new(child.stderr.take().expect("a pipe")).lines();
        let token = lines.by_ref().map_while(Result::ok).find_map(|line| {
            let token = line.split_once("#token=")?.1;
            Some(token.trim().to_owned())
        });
        // What follows is read, so that it never waits for a reader.
        std::thread::spawn(move || lines.for_each(drop));
        Self {
            child,
            client: Client { address, key },
            token: token.expect("the address of the console"),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
