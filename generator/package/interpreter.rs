//! Whether a runtime has the interpreter of a script. The platform's documentation names only a few
//! programs, so there are three results: yes, no and unknown.

use thiserror::Error;

use super::script::Script;
use crate::platform::Runtime;

/// The directory of a function's code: [`crate::platform::page::RUNTIMES`].
pub(super) const CODE: &str = "/code/";
/// The directory of the additional languages of the platform: [`crate::platform::page::RUNTIMES`].
const LANGUAGES: &str = "/var/fc/lang/";
/// Programs of the packages that every Debian has.
const EVERYWHERE: [&str; 4] = ["bash", "dash", "perl", "sh"];
/// The paths of programs, which are the same in all Debian releases.
const EVERYWHERE_AT: [&str; 4] = ["/bin/bash", "/bin/dash", "/usr/bin/perl", "/bin/sh"];
/// Directories that exist only on the machine where a script was written.
const ELSEWHERE: [&str; 5] = ["/home/", "/nix/", "/opt/homebrew/", "/root/", "/Users/"];

/// Additional programs of a runtime, according to [`crate::platform::page::RUNTIMES`].
struct Preinstalled {
    runtime: &'static str,
    /// Programs that `env` finds.
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

/// The interpreter of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Interpreter {
    /// A program of the system, by its path.
    At(String),
    /// A program that `env` looks for.
    Named {
        /// Its name.
        name: String,
        /// Whether `env` must split its arguments, with `-S`.
        splits_arguments: bool,
    },
    /// A program in the package, by its path there.
    Packed(String),
}

/// The reason why no instance can start a script.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NoInterpreter {
    /// There is none.
    #[error("no program follows `#!`")]
    Nothing,
    /// The path exists only on the machine where the script was written.
    #[error("`{0}` exists only on the machine where the script was written")]
    Elsewhere(String),
    /// Linux passes the rest of the line to `env` as one argument.
    #[error("`env` looks for one program named `{0}`")]
    NotSplit(String),
}

/// The reason why a runtime is not known to have an interpreter.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NotKnown {
    /// The runtime does not have it.
    #[error("`{runtime}` has no `{program}`")]
    Missing {
        /// The name of the runtime.
        runtime: &'static str,
        /// The name or the path of the program.
        program: String,
    },
    /// The runtime may have it.
    #[error("the platform does not document whether `{runtime}` has `{program}`")]
    Undocumented {
        /// The name of the runtime.
        runtime: &'static str,
        /// The name or the path of the program.
        program: String,
    },
    /// The interpreter is in the package, where only `bootstrap` is checked.
    #[error("`{0}` is in the package, and its own requirements are not checked")]
    Packed(String),
}

impl Script {
    /// The interpreter of the script.
    ///
    /// # Errors
    /// [`NoInterpreter`], if no instance can start it.
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
            // A relative path starts in the working directory of the function.
            let packed = packed.or((!path.starts_with('/')).then_some(path));
            let packed = packed.map(|path| Interpreter::Packed(path.to_owned()));
            return Ok(packed.unwrap_or_else(|| Interpreter::At(path.to_owned())));
        }
        let splits_arguments = self.argument.strip_prefix("-S");
        let words = splits_arguments.unwrap_or(&self.argument);
        let mut names = words.split_whitespace().filter(|word| !word.contains('='));
        match names.next() {
            None => Err(NoInterpreter::Nothing),
            Some(_) if splits_arguments.is_none() && words.contains([' ', '\t']) => {
                Err(NoInterpreter::NotSplit(words.to_owned()))
            }
            Some(name) => Ok(Interpreter::Named {
                name: name.to_owned(),
                splits_arguments: splits_arguments.is_some(),
            }),
        }
    }
}

impl Interpreter {
    /// Checks that an instance of this runtime has it.
    ///
    /// # Errors
    /// [`NotKnown`], if the runtime does not have it, or if that is not known.
    pub fn fits(&self, runtime: &Runtime) -> Result<(), NotKnown> {
        let known = PREINSTALLED.iter().find(|it| it.runtime == runtime.name);
        let missing = |program: &str| NotKnown::Missing {
            runtime: runtime.name,
            program: program.to_owned(),
        };
        let (has, program) = match self {
            Self::Packed(path) => return Err(NotKnown::Packed(path.clone())),
            // Its `env` is that of coreutils 8.26, and `-S` came with 8.30.
            Self::Named {
                splits_arguments: true,
                ..
            } if runtime.name == "custom" => {
                return Err(missing("env -S"));
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
                    return if has { Ok(()) } else { Err(missing(path)) };
                }
                let told = known.is_some_and(|known| known.paths.contains(&path.as_str()));
                (told || EVERYWHERE_AT.contains(&path.as_str()), path)
            }
        };
        if has {
            return Ok(());
        }
        Err(NotKnown::Undocumented {
            runtime: runtime.name,
            program: program.clone(),
        })
    }
}
