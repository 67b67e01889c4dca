//! The usual reasons why a build fails, by the words of the program that failed, and the way out.

use super::failure::{Exit, Failure};

/// What a program says, what that means, and what to do.
struct Mistake {
    said: &'static [&'static str],
    means: &'static str,
    hint: &'static str,
}

const RUSTFLAGS: Mistake = Mistake {
    said: &["since `RUSTFLAGS` is set"],
    means: "the program would not be static, since cargo takes `RUSTFLAGS` in the place of \
            what `.cargo/config.toml` asks for",
    hint: "unset `RUSTFLAGS`, and put what you need beside the other flags in \
           `.cargo/config.toml`",
};

/// What lies with the machine, or with its settings. The first one that is found tells the reason:
/// those further down may follow from it.
const MISTAKES: [Mistake; 10] = [
    RUSTFLAGS,
    Mistake {
        said: &["linker `cc` not found", "failed to find tool \"cc\""],
        means: "there is no C compiler, which links the program",
        hint: "install one with its C library: `apt install gcc libc6-dev`, or `dnf install gcc \
               glibc-static`",
    },
    Mistake {
        said: &[
            "unable to find library -lc",
            "cannot find -lc:",
            "cannot find -lc\n",
            "cannot find -lm:",
            "cannot find -lm\n",
        ],
        means: "the C library is not here as one to link into a program",
        hint: "install it: `dnf install glibc-static`, or `apt install libc6-dev`",
    },
    Mistake {
        said: &[
            "target may not be installed",
            "can't find crate for `std`",
            "can't find crate for `core`",
        ],
        means: "Rust's own library for Linux on x86-64 is not here",
        hint: "run `rustup target add x86_64-unknown-linux-gnu`",
    },
    Mistake {
        said: &[
            "is not supported by the following package",
            "requires rustc",
            "feature `edition2024` is required",
        ],
        means: "Rust is older than the project asks for",
        hint: "run `rustup update`",
    },
    Mistake {
        said: &["no such command: `bootstrap`"],
        means: "`.cargo/config.toml` has no `bootstrap` any more, which tells how to build",
        hint: "copy it from a new project, which `cargo fc3 new` makes",
    },
    Mistake {
        said: &["current package believes it's in a workspace when it's not"],
        means: "a workspace around the project claims it",
        hint: "put `[workspace]` back into its `Cargo.toml`, or add it to the members of that one",
    },
    Mistake {
        said: &["No space left on device", "(os error 28)"],
        means: "the disk is full",
        hint: "make room; a build takes about 200 MB",
    },
    Mistake {
        said: &[
            "Permission denied (os error 13)",
            "Read-only file system (os error 30)",
        ],
        means: "there is a directory that this user cannot write to, which is named above",
        hint: "make it writable, or build a copy of the project elsewhere",
    },
    Mistake {
        said: &[
            "Could not resolve host",
            "failed to download",
            "download of config.json failed",
            "failed to get successful HTTP response",
            "Failed to connect to",
            "Could not connect to server",
        ],
        means: "the crates cannot be downloaded",
        hint: "try again with the network; what was built before is built without it by \
               `cargo bootstrap --offline`",
    },
];

/// The mistake that a program tells of, if it is one that we know.
pub(super) fn find(messages: &str) -> Option<Failure> {
    let told = |mistake: &&Mistake| mistake.said.iter().any(|said| messages.contains(said));
    MISTAKES.iter().find(told).map(Mistake::failure)
}

/// That of flags in the environment, which is seen before anything is built.
pub(super) fn rustflags() -> Failure {
    RUSTFLAGS.failure()
}

impl Mistake {
    fn failure(&self) -> Failure {
        Failure::new(Exit::Machine, self.means).hint(self.hint)
    }
}
