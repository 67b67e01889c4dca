//! The usual reasons why a build fails, by the words of the program that failed, and the way out.

use super::ToolOutput;
use crate::cli::failure::{Exit, Failure};

/// What a program says, what that means, and what to do.
struct Diagnosis {
    patterns: &'static [&'static str],
    message: &'static str,
    hint: &'static str,
}

/// Flags in the environment, under either of the names that cargo knows.
const RUSTFLAGS: Diagnosis = Diagnosis {
    patterns: &["since `RUSTFLAGS` is set"],
    message: "the program would not be static, since cargo takes the flags of the environment in \
            the place of those in `.cargo/config.toml`",
    hint: "unset `RUSTFLAGS` and `CARGO_ENCODED_RUSTFLAGS`, and put what you need beside the \
           other flags in `.cargo/config.toml`",
};

/// What lies with the machine, or with its settings. The first one that is found tells the reason:
/// those further down may follow from it.
const DIAGNOSES: [Diagnosis; 13] = [
    RUSTFLAGS,
    Diagnosis {
        patterns: &["linker `cc` not found", "failed to find tool \"cc\""],
        message: "there is no C compiler, which links the program",
        hint: if cfg!(target_os = "linux") {
            "install one with its C library: `apt install gcc libc6-dev`, or `dnf install gcc \
             glibc-static`"
        } else {
            "install what Rust asks for: https://rustup.rs"
        },
    },
    Diagnosis {
        patterns: &[
            "unable to find library -lc\n",
            "cannot find -lc:",
            "cannot find -lc\n",
        ],
        message: "the C library is not here as one to link into a program",
        hint: "install it: `dnf install glibc-static`, or `apt install libc6-dev`",
    },
    Diagnosis {
        patterns: &[
            "target may not be installed",
            "can't find crate for `std`",
            "can't find crate for `core`",
        ],
        message: "Rust's own library for Linux on x86-64 is not here",
        hint: "run `rustup target add x86_64-unknown-linux-gnu`",
    },
    Diagnosis {
        patterns: &[
            "is not supported by the following package",
            "feature `edition2024` is required",
        ],
        message: "Rust is older than the project asks for",
        hint: "run `rustup update`",
    },
    Diagnosis {
        patterns: &["no such command: `bootstrap`"],
        message: "`.cargo/config.toml` has no `bootstrap` any more, which tells how to build",
        hint: "copy it from a new project, which `cargo fc3 new` makes",
    },
    Diagnosis {
        patterns: &["current package believes it's in a workspace when it's not"],
        message: "a workspace around the project claims it",
        hint: "put `[workspace]` back into its `Cargo.toml`, or add it to the members of that one",
    },
    Diagnosis {
        patterns: &["Failed to find zig"],
        message: "Zig is not here",
        hint: "run `pip install ziglang`",
    },
    Diagnosis {
        patterns: &[
            "buildx component is missing",
            "requires BuildKit",
            "unknown flag: --output",
        ],
        message: "this Docker builds without BuildKit",
        hint: "update it to 23 or later, with its plugin `buildx`",
    },
    Diagnosis {
        patterns: &["failed to resolve source metadata", "pull access denied"],
        message: "the image that the build begins with cannot be had",
        hint: "take it from a registry within reach: `cargo fc3 build --docker -- --build-arg \
               RUST_IMAGE=…`",
    },
    Diagnosis {
        patterns: &["No space left on device"],
        message: "the disk is full",
        hint: "make room; a build takes about 200 MB",
    },
    Diagnosis {
        patterns: &[
            "Permission denied (os error 13)",
            "Read-only file system (os error 30)",
        ],
        message: "this user may not write, or run, what is named above",
        hint: "mend its rights, or build a copy of the project elsewhere",
    },
    Diagnosis {
        patterns: &[
            "Could not resolve host",
            "download of config.json failed",
            "failed to get successful HTTP response",
            "Failed to connect to",
        ],
        message: "the crates cannot be downloaded",
        hint: "see whether the network is there, and the mirror, if `.cargo/config.toml` names one",
    },
];

/// The errors of Rust's own that lie with the machine: no crate for a target, and a `const` that
/// panics, which is how a project refuses to be built dynamic.
const MACHINE_ERRORS: [&str; 2] = ["error[E0463]", "error[E0080]"];

/// What cargo says of a lock file that it would have to change.
const LOCK_FILE_IS_BEHIND: &str = "because --locked was passed";

/// Fails if a program has failed: with the reason that it reports, if it is one that we know.
pub(in crate::cli) fn refuse(output: &ToolOutput, failed: Failure) -> Result<(), Failure> {
    if output.status.success() {
        return Ok(());
    }
    Err(diagnose(&output.messages).unwrap_or(failed))
}

/// The reason that a program reports, if it is one that we know.
fn diagnose(messages: &str) -> Option<Failure> {
    let is_of_the_code = |line: &str| {
        line.starts_with("error[E") && !MACHINE_ERRORS.iter().any(|code| line.starts_with(code))
    };
    if messages.lines().any(is_of_the_code) {
        return None;
    }
    let reasons: Vec<_> = messages.lines().filter(|line| !is_aside(line)).collect();
    let reasons = reasons.join("\n") + "\n";
    if reasons.contains(LOCK_FILE_IS_BEHIND) {
        let behind = Failure::new(Exit::Failed, "`Cargo.lock` is behind `Cargo.toml`");
        return Some(behind.hint("run `cargo check`, which brings it up to date"));
    }
    let matches = |diagnosis: &&Diagnosis| {
        let mut patterns = diagnosis.patterns.iter();
        patterns.any(|pattern| reasons.contains(pattern))
    };
    DIAGNOSES.iter().find(matches).map(Diagnosis::failure)
}

/// Whether a line is no reason: a warning, which was got over, or a line of the author's code, which
/// Rust quotes behind its number.
fn is_aside(line: &str) -> bool {
    let quoted = line.trim_start().split_once(" |");
    let is_number = |number: &str| number.chars().all(|char| char.is_ascii_digit());
    line.starts_with("warning") || quoted.is_some_and(|(number, _)| is_number(number))
}

/// That of flags in the environment, which is seen before anything is built.
pub(in crate::cli) fn rustflags() -> Failure {
    RUSTFLAGS.failure()
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
        let got_over =
            "warning: spurious network error (3 tries remaining): Could not resolve host\n";
        let code = "error[E0308]: mismatched types\n --> src/handler.rs:3:5\n";
        assert!(
            diagnose(&format!(
                "{got_over}{code}error: could not compile `hello`\n"
            ))
            .is_none()
        );
        let quoted =
            "error: expected `;`\n  |\n12 | let m = \"Failed to connect to\"\n   |         ^\n";
        assert!(diagnose(quoted).is_none());
        assert!(diagnose(got_over).is_none());
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
