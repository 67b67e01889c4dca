//! The usual reasons for a failed build, recognized by the tool's messages, with hints.

use super::{ToolOutput, native};
use crate::cli::failure::{Exit, Failure};

/// A message of a tool, its meaning, and a hint.
struct Diagnosis {
    patterns: &'static [&'static str],
    message: &'static str,
    hint: &'static str,
}

/// Flags in the environment, under the name that most people use.
const RUSTFLAGS: Diagnosis = Diagnosis {
    patterns: &["since `RUSTFLAGS` is set"],
    message: "the program would not be static: `RUSTFLAGS` in the environment replaces the flags \
              in `.cargo/config.toml`",
    hint: "unset `RUSTFLAGS`, and add the flags that you need to `.cargo/config.toml`",
};

/// The same flags under the name that comes first for cargo, which other tools use.
const ENCODED_RUSTFLAGS: Diagnosis = Diagnosis {
    patterns: &["since `CARGO_ENCODED_RUSTFLAGS` is set"],
    message: "the program would not be static: `CARGO_ENCODED_RUSTFLAGS` in the environment \
              replaces the flags in `.cargo/config.toml`",
    hint: "unset `CARGO_ENCODED_RUSTFLAGS`, and add the flags that you need to \
           `.cargo/config.toml`",
};

/// Problems of the machine or its settings. The first match is the reason, since later ones may be
/// its consequences.
const DIAGNOSES: [Diagnosis; 15] = [
    RUSTFLAGS,
    ENCODED_RUSTFLAGS,
    Diagnosis {
        patterns: &["linker `cc` not found", "failed to find tool \"cc\""],
        message: "no C compiler is installed, which is needed to link the program",
        hint: if cfg!(target_os = "linux") {
            "install one with the static C library: `apt install gcc libc6-dev` or `dnf install \
             gcc glibc-static`"
        } else {
            "install the build tools that Rust needs: https://rustup.rs"
        },
    },
    Diagnosis {
        patterns: &[
            "unable to find library -lc\n",
            "cannot find -lc:",
            "cannot find -lc\n",
        ],
        message: "the static C library is not installed",
        hint: "install it: `dnf install glibc-static` or `apt install libc6-dev`",
    },
    Diagnosis {
        patterns: &[
            "target may not be installed",
            "can't find crate for `std`",
            "can't find crate for `core`",
        ],
        message: "Rust's standard library for Linux x86-64 is not installed",
        hint: "run `rustup target add x86_64-unknown-linux-gnu`",
    },
    Diagnosis {
        patterns: &[
            "is not supported by the following package",
            "feature `edition2024` is required",
        ],
        message: "Rust is older than the project requires",
        hint: "run `rustup update`",
    },
    Diagnosis {
        patterns: &["no such command: `bootstrap`"],
        message: "the alias `bootstrap`, which builds the project, is missing in \
                  `.cargo/config.toml`",
        hint: "copy it from a new project of `cargo fc3 new`",
    },
    Diagnosis {
        patterns: &["current package believes it's in a workspace when it's not"],
        message: "a workspace in a parent directory claims the project",
        hint: "put `[workspace]` back into the project's `Cargo.toml`, or add the project to the \
               members of the workspace",
    },
    Diagnosis {
        patterns: &["failed to load source for dependency"],
        message: "a crate that the project depends on by `path` is not where `Cargo.toml` says",
        hint: "correct its path. A build in Docker sees only the project's directory: move the crate \
               there, or depend on it by `git` or from a registry",
    },
    Diagnosis {
        patterns: &["Failed to find zig"],
        message: "Zig is not installed",
        hint: "run `pip install ziglang`",
    },
    Diagnosis {
        patterns: &[
            "buildx component is missing",
            "requires BuildKit",
            "unknown flag: --output",
        ],
        message: "this Docker version builds without BuildKit",
        hint: "update Docker to version 23 or later, with the plugin `buildx`",
    },
    Diagnosis {
        patterns: &["failed to resolve source metadata", "pull access denied"],
        message: "cannot pull the base image",
        hint: "use a registry that you can reach: `cargo fc3 build --docker -- --build-arg \
               RUST_IMAGE=…`",
    },
    Diagnosis {
        patterns: &["No space left on device"],
        message: "the disk is full",
        hint: "free some space; a build needs about 200 MB",
    },
    Diagnosis {
        patterns: &[
            "Permission denied (os error 13)",
            "Read-only file system (os error 30)",
        ],
        message: "you have no permission to write or run the file named above",
        hint: "fix its permissions, or build a copy of the project in another directory",
    },
    Diagnosis {
        patterns: &[
            "Could not resolve host",
            "download of config.json failed",
            "failed to get successful HTTP response",
            "Failed to connect to",
        ],
        message: "cannot download the crates",
        hint: "check the network, and the mirror if `.cargo/config.toml` names one",
    },
];

/// Rust errors that come from the machine: a missing crate for a target, and a panicking `const`,
/// with which a project rejects a dynamic build.
const MACHINE_ERRORS: [&str; 2] = ["error[E0463]", "error[E0080]"];

/// Cargo's message about a lock file that it would have to change.
const LOCK_FILE_IS_BEHIND: &str = "because --locked was passed";

/// Fails if a program has failed, with the reason if it is a known one.
pub(in crate::cli) fn refuse(output: &ToolOutput, failed: Failure) -> Result<(), Failure> {
    if output.status.success() {
        return Ok(());
    }
    Err(diagnose(&output.messages).unwrap_or(failed))
}

/// The reason in a program's messages, if it is a known one.
pub(in crate::cli) fn diagnose(messages: &str) -> Option<Failure> {
    let is_error_in_code = |line: &str| {
        line.starts_with("error[E") && !MACHINE_ERRORS.iter().any(|code| line.starts_with(code))
    };
    if messages.lines().any(is_error_in_code) {
        return None;
    }
    let reasons: Vec<_> = messages
        .lines()
        .filter(|line| !is_no_reason(line))
        .collect();
    let reasons = reasons.join("\n") + "\n";
    if reasons.contains(LOCK_FILE_IS_BEHIND) {
        let behind = Failure::new(Exit::Failed, "`Cargo.lock` is behind `Cargo.toml`");
        return Some(behind.hint("update it with `cargo check`"));
    }
    let matches = |diagnosis: &&Diagnosis| {
        let mut patterns = diagnosis.patterns.iter();
        patterns.any(|pattern| reasons.contains(pattern))
    };
    let known = DIAGNOSES.iter().find(matches).map(Diagnosis::failure);
    known.or_else(|| native::diagnose(&reasons))
}

/// Whether a line cannot be the reason: a warning, or a line of the author's code, which Rust
/// quotes after its number.
fn is_no_reason(line: &str) -> bool {
    let quoted = line.trim_start().split_once(" |");
    let is_number = |number: &str| number.chars().all(|char| char.is_ascii_digit());
    line.starts_with("warning") || quoted.is_some_and(|(number, _)| is_number(number))
}

/// The error for flags in the environment, which is detected before the build. Cargo accepts them
/// even when they are empty.
pub(in crate::cli) fn rustflags() -> Result<(), Failure> {
    for (name, diagnosis) in [
        ("CARGO_ENCODED_RUSTFLAGS", &ENCODED_RUSTFLAGS),
        ("RUSTFLAGS", &RUSTFLAGS),
    ] {
        if std::env::var_os(name).is_some() {
            return Err(diagnosis.failure());
        }
    }
    Ok(())
}

impl Diagnosis {
    fn failure(&self) -> Failure {
        Failure::new(Exit::Machine, self.message).hint(self.hint)
    }
}

#[cfg(test)]
mod tests {
    use super::diagnose;

    #[test]
    fn a_mistake_in_the_code_is_none_of_the_machine() {
        let warning =
            "warning: spurious network error (3 tries remaining): Could not resolve host\n";
        let code = "error[E0308]: mismatched types\n --> src/handler.rs:3:5\n";
        assert!(
            diagnose(&format!(
                "{warning}{code}error: could not compile `hello`\n"
            ))
            .is_none()
        );
        let quoted =
            "error: expected `;`\n  |\n12 | let m = \"Failed to connect to\"\n   |         ^\n";
        assert!(diagnose(quoted).is_none());
        assert!(diagnose(warning).is_none());
    }

    #[test]
    fn a_reason_may_stand_below_what_follows_from_it() {
        let linking = "error: linking with `cc` failed: exit status: 1\n  |\n  = note: rust-lld: error: \
                       unable to find library -lc\n\nerror: could not compile `hello` (bin)\n";
        assert!(diagnose(linking).is_some());
        let network =
            "error: download of config.json failed\n\nCaused by:\n  [6] Could not resolve host\n";
        assert!(diagnose(network).is_some());
    }
}
