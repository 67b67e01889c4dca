//! Whether an instance of a runtime has the program that reads a script. The pages name a few
//! programs, and what else a runtime has nobody tells: so there are three answers.

use thiserror::Error;

use super::script::Script;
use crate::platform::Runtime;

/// Where the code of a function lies: [`crate::platform::page::RUNTIMES`].
const CODE: &str = "/code/";
/// Where the platform keeps languages beside those of the system: [`crate::platform::page::RUNTIMES`].
const LANGUAGES: &str = "/var/fc/lang/";
/// Programs of the packages that no Debian is without.
const EVERYWHERE: [&str; 4] = ["bash", "dash", "perl", "sh"];
/// Their paths, which are the same in all of its releases.
const EVERYWHERE_AT: [&str; 4] = ["/bin/bash", "/bin/dash", "/usr/bin/perl", "/bin/sh"];
/// Places of the machine that a script was made on.
const ELSEWHERE: [&str; 5] = ["/home/", "/nix/", "/opt/homebrew/", "/root/", "/Users/"];

/// What a runtime has beside that, as far as [`crate::platform::page::RUNTIMES`] says so.
struct Preinstalled {
    runtime: &'static str,
    /// What `env` finds.
    names: &'static [&'static str],
    paths: &'static [&'static str],
    /// The folders below [`LANGUAGES`].
    languages: &'static [&'static str],
}

const PREINSTALLED: [Preinstalled; 4] = [
    Preinstalled {
        runtime: "custom",
        names: &["java", "node", "php", "python", "python3", "ruby"],
        paths: &[],
        languages: &[],
    },
    Preinstalled {
        runtime: "custom.debian10",
        names: &["python3"],
        paths: &[],
        languages: &["nodejs18", "nodejs20", "python3.10"],
    },
    Preinstalled {
        runtime: "custom.debian11",
        names: &[],
        paths: &[],
        languages: &["python3.12"],
    },
    Preinstalled {
        runtime: "custom.debian12",
        names: &["python3"],
        paths: &["/usr/bin/python3"],
        languages: &[],
    },
];

/// The program that reads a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Interpreter {
    /// One of the system's, by its path.
    At(String),
    /// One that `env` looks for.
    Named {
        /// Its name.
        name: String,
        /// Whether `env` has to part its arguments, by `-S`.
        parted: bool,
    },
    /// One of the package, by its path in there.
    Packed(String),
}

/// Why no instance starts a script.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NoInterpreter {
    /// There is none.
    #[error("`#!` is followed by no program")]
    Nothing,
    /// It is on the machine of whoever made the script.
    #[error("`{0}` is a place on the machine that it was made on")]
    Elsewhere(String),
    /// Linux gives all of the line to `env` as one argument.
    #[error("`env` looks for one program with the name `{0}`")]
    Unparted(String),
}

/// Why a runtime is not known to have an interpreter.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NotKnown {
    /// It is known not to have it.
    #[error("`{runtime}` has no `{program}`")]
    Lacking {
        /// The name of the runtime.
        runtime: &'static str,
        /// The name or the path of the program.
        program: String,
    },
    /// It may have it.
    #[error("no page says whether `{runtime}` has `{program}`")]
    Untold {
        /// The name of the runtime.
        runtime: &'static str,
        /// The name or the path of the program.
        program: String,
    },
    /// It comes with the package, where only `bootstrap` is read.
    #[error("`{0}` comes with the package, and what it needs is not read")]
    Packed(String),
}

impl Script {
    /// The program that reads it.
    ///
    /// # Errors
    /// [`NoInterpreter`], if it starts nowhere.
    pub fn read_by(&self) -> Result<Interpreter, NoInterpreter> {
        let path = self.interpreter.as_str();
        if path.is_empty() {
            return Err(NoInterpreter::Nothing);
        }
        if ELSEWHERE.iter().any(|place| path.starts_with(place)) {
            return Err(NoInterpreter::Elsewhere(path.to_owned()));
        }
        if path != "/usr/bin/env" {
            let packed = path.strip_prefix(CODE);
            // A path that does not begin at the root begins where the function is started.
            let packed = packed.or((!path.starts_with('/')).then_some(path));
            let packed = packed.map(|path| Interpreter::Packed(path.to_owned()));
            return Ok(packed.unwrap_or_else(|| Interpreter::At(path.to_owned())));
        }
        let parted = self.argument.strip_prefix("-S");
        let words = parted.unwrap_or(&self.argument);
        let mut names = words.split_whitespace().filter(|word| !word.contains('='));
        match names.next() {
            None => Err(NoInterpreter::Nothing),
            Some(_) if parted.is_none() && words.contains([' ', '\t']) => {
                Err(NoInterpreter::Unparted(words.to_owned()))
            }
            Some(name) => Ok(Interpreter::Named {
                name: name.to_owned(),
                parted: parted.is_some(),
            }),
        }
    }
}

impl Interpreter {
    /// Whether an instance of this runtime has it.
    ///
    /// # Errors
    /// [`NotKnown`], if it has not, or if that is not known.
    pub fn fits(&self, runtime: &Runtime) -> Result<(), NotKnown> {
        let known = PREINSTALLED.iter().find(|it| it.runtime == runtime.name);
        let lacking = |program: &str| NotKnown::Lacking {
            runtime: runtime.name,
            program: program.to_owned(),
        };
        let (has, program) = match self {
            Self::Packed(path) => return Err(NotKnown::Packed(path.clone())),
            // Its `env` is that of coreutils 8.26, and `-S` came with 8.30.
            Self::Named { parted: true, .. } if runtime.name == "custom" => {
                return Err(lacking("env -S"));
            }
            Self::Named { name, .. } => {
                let told = known.is_some_and(|known| known.names.contains(&name.as_str()));
                (told || EVERYWHERE.contains(&name.as_str()), name)
            }
            Self::At(path) => {
                if let Some((language, _)) = path
                    .strip_prefix(LANGUAGES)
                    .and_then(|it| it.split_once('/'))
                {
                    let has = known.is_some_and(|known| known.languages.contains(&language));
                    return if has { Ok(()) } else { Err(lacking(path)) };
                }
                let told = known.is_some_and(|known| known.paths.contains(&path.as_str()));
                (told || EVERYWHERE_AT.contains(&path.as_str()), path)
            }
        };
        if has {
            return Ok(());
        }
        Err(NotKnown::Untold {
            runtime: runtime.name,
            program: program.clone(),
        })
    }
}
