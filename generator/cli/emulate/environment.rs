//! `--env`: the variables of the `emulate` that runs, for a shell or for `.env`.

use std::fmt::Write as _;
use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use super::announced::{self, Announced};
use crate::cli::failure::{Exit, Failure};
use crate::cli::output::{done, print};
use crate::text::printable_path;

/// Variables as lines.
pub(super) struct Lines<'a>(pub(super) &'a [(String, String)]);

impl Lines<'_> {
    /// The lines for a shell.
    pub(super) fn export(&self) -> String {
        self.written("export ")
    }

    fn written(&self, before: &str) -> String {
        let lines = self.0.iter();
        lines.fold(String::new(), |mut text, (name, value)| {
            // Writing to a text does not fail. No value has a character that a shell would change.
            let _ = writeln!(text, "{before}{name}={value}");
            text
        })
    }
}

/// Prints the variables of the one that runs, on a port if there are several, or writes them into a file.
pub(super) fn of_running(port: Option<u16>, file: Option<&Path>) -> anyhow::Result<()> {
    let running = announced::running()?;
    let found = find(&running, port)?;
    let Some(file) = file else {
        return print(Lines(&found.environment).export());
    };
    write(file, &found.environment).map_err(|error| {
        let message = format!("cannot write `{}`: {error}", printable_path(file));
        Failure::new(Exit::Usage, message).hint("pass a file in a directory that you can write")
    })?;
    let count = found.environment.len();
    done(
        "Wrote",
        &format!("{count} variables into `{}`", printable_path(file)),
    );
    Ok(())
}

fn find(running: &[Announced], port: Option<u16>) -> Result<&Announced, Failure> {
    let is_wanted =
        |announced: &&Announced| port.is_none_or(|port| announced.address.port() == port);
    let mut wanted = running.iter().filter(is_wanted);
    match (wanted.next(), wanted.next()) {
        (Some(found), None) => Ok(found),
        (None, _) => {
            let message = match port {
                Some(port) => format!("no `cargo fc3 emulate` runs on port {port}"),
                None => "no `cargo fc3 emulate` runs".to_owned(),
            };
            Err(Failure::new(Exit::Usage, message)
                .hint("start `cargo fc3 emulate` in another terminal"))
        }
        (Some(_), Some(_)) => {
            let ports = running
                .iter()
                .map(|announced| announced.address.port().to_string());
            let ports = ports.collect::<Vec<_>>().join(", ");
            let message = format!("several `cargo fc3 emulate` run, on the ports {ports}");
            Err(Failure::new(Exit::Usage, message).hint("choose one with `--port`"))
        }
    }
}

/// Sets variables in a file, which keeps its other lines. It is readable by its owner alone.
fn write(file: &Path, variables: &[(String, String)]) -> io::Result<()> {
    let before = match fs::read_to_string(file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        before => before?,
    };
    let is_ours = |line: &&str| {
        let line = line.trim_start();
        let line = line.strip_prefix("export ").unwrap_or(line);
        let name = line.split('=').next().unwrap_or_default().trim();
        variables.iter().any(|(ours, _)| ours == name)
    };
    let kept = before.lines().filter(|line| !is_ours(line));
    let kept = kept.fold(String::new(), |text, line| text + line + "\n");
    let folder = file
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    let mut temporary = tempfile::NamedTempFile::new_in(folder)?;
    temporary.write_all(kept.as_bytes())?;
    temporary.write_all(Lines(variables).written("").as_bytes())?;
    temporary.persist(file)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_keeps_its_other_lines() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join(".env");
        fs::write(&file, "# mine\nA=1\nexport B = old\n").expect("written");
        write(&file, &[("B".to_owned(), "new".to_owned())]).expect("written");
        let text = fs::read_to_string(&file).expect("text");
        assert_eq!(text, "# mine\nA=1\nB=new\n");
    }
}
