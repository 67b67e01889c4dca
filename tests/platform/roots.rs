//! The roots that functions run in, kept between runs beside the tools of `.ci/run`.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

use crate::place::Empty;
use crate::support::project;
use crate::support::tool;

/// Which roots of a release there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Size {
    /// The C library and libgcc.
    Small,
    /// What debootstrap makes.
    Full,
}

impl Size {
    /// What the variable `CARGO_FC3_ROOTS` asks for.
    pub(crate) fn wanted() -> Self {
        match std::env::var("CARGO_FC3_ROOTS").as_deref() {
            Ok("full") => Self::Full,
            Ok("small") | Err(_) => Self::Small,
            Ok(other) => panic!("CARGO_FC3_ROOTS is `{other}`, and neither `small` nor `full`"),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Small => "small",
            Self::Full => "full",
        }
    }
}

/// A release that the platform has a runtime of.
pub(crate) struct Release {
    /// The runtime's name without `custom.`.
    pub(crate) name: &'static str,
    /// What Debian calls it.
    suite: &'static str,
    /// The version of its glibc.
    pub(crate) glibc: (u32, u32),
}

/// Those whose packages are still to be had.
pub(crate) const DEBIAN_11: Release = Release {
    name: "debian11",
    suite: "bullseye",
    glibc: (2, 31),
};
/// See [`DEBIAN_11`].
pub(crate) const DEBIAN_12: Release = Release {
    name: "debian12",
    suite: "bookworm",
    glibc: (2, 36),
};

/// A root, or why there is none.
#[derive(Debug, Clone)]
pub(crate) enum Root {
    /// Nothing at all.
    Empty,
    /// A release of Debian.
    Debian(Result<PathBuf, String>),
}

impl Root {
    /// Why a function cannot run in it.
    pub(crate) fn lacking(&self) -> Option<String> {
        match self {
            Self::Empty | Self::Debian(Ok(_)) => None,
            Self::Debian(Err(why)) => Some(why.clone()),
        }
    }

    /// Gives its place to `run`.
    pub(crate) fn with<T>(&self, run: impl FnOnce(&Path) -> T) -> io::Result<T> {
        match self {
            Self::Empty => Ok(run(Empty::new()?.path())),
            Self::Debian(Ok(path)) => Ok(run(path)),
            Self::Debian(Err(why)) => Err(io::Error::other(why.clone())),
        }
    }
}

/// The roots of both releases, which are made at once where they are not kept.
pub(crate) fn of_debian(size: Size) -> [Root; 2] {
    thread::scope(|scope| {
        [DEBIAN_11, DEBIAN_12]
            .map(|release| scope.spawn(move || Root::Debian(of(&release, size))))
            .map(|made| made.join().expect("a root, or why there is none"))
    })
}

/// # Panics
/// If it could be made and is wrong: only what cannot be had may be ignored.
fn of(release: &Release, size: Size) -> Result<PathBuf, String> {
    const CANNOT_BE_HAD: Option<i32> = Some(3);
    let Some(tools) = tool::folder() else {
        return Err("needs a home directory to keep its root in".into());
    };
    let name = format!("{}-{}", release.suite, size.name());
    let root = tools.join("roots").join(&name);
    let _lock = project::lock(&format!("root-{name}")).map_err(|error| error.to_string())?;
    let mut make = Command::new("sh");
    make.arg(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/platform/root.sh"
    ));
    make.args([release.suite, size.name()]).arg(&root);
    let output = make.output().map_err(|error| error.to_string())?;
    let said = String::from_utf8_lossy(&output.stderr);
    let why = said.lines().last().unwrap_or_default().to_owned();
    match output.status.code() {
        Some(0) => Ok(root),
        CANNOT_BE_HAD => Err(why),
        _ => panic!("the root of {}: {}\n{said}", release.suite, output.status),
    }
}
