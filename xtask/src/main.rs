//! `cargo xtask`: the repository's own commands.

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;

use xtask::locks::{self, Versions};
use xtask::template::{self, Change};

const USAGE: &str = "\
Usage: cargo xtask <COMMAND>

Commands:
  template          Write the template's whole files from their parts
  template --check  Report the files that are not current, and write nothing
  locks             Write the template's lock files for its manifests
  locks --update    The same, with the newest versions of all dependencies";

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    let outcome = match arguments[..] {
        ["template"] => template::changes(folder()).and_then(write),
        ["template", "--check"] => check(),
        ["locks"] => locks::changes(folder(), Versions::Kept).and_then(write),
        ["locks", "--update"] => locks::changes(folder(), Versions::Newest).and_then(write),
        ["--help" | "-h"] => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../template"))
}

fn write(changes: Vec<Change>) -> Result<ExitCode, Box<dyn Error>> {
    for change in changes {
        change.make(folder())?;
        println!("{change}");
    }
    Ok(ExitCode::SUCCESS)
}

fn check() -> Result<ExitCode, Box<dyn Error>> {
    let changes = template::changes(folder())?;
    for change in &changes {
        println!("{change}");
    }
    if changes.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    eprintln!("error: these files are not current; run `cargo xtask template`");
    Ok(ExitCode::FAILURE)
}
