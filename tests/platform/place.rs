//! Where a function runs: a root, a user, and a limit of memory.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use cargo_fc3::emulator::{Instance, Launch, Settings, StartError};
use cargo_fc3::platform::env;
use tempfile::TempDir;

use crate::cgroup::Memory;

/// The memory of a function, in MB: the least that the platform gives.
pub(crate) const MEMORY_MB: u32 = 128;

/// What makes a process a function.
const ENTER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/platform/enter.sh");

/// What the shell says of a program that is not there.
const NO_PROGRAM: i32 = 127;

/// The user of a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum User {
    /// 0, as in functions made since December 2021:
    /// <https://www.alibabacloud.com/help/en/functioncompute/user-guide/overview-10>.
    Root,
    /// 10000, as in older ones, or with a disk of that user.
    Other,
}

impl User {
    /// The id.
    pub(crate) fn id(self) -> u32 {
        match self {
            Self::Root => 0,
            Self::Other => 10_000,
        }
    }
}

/// A function that runs in a place, and the limit that it runs within.
pub(crate) struct Placed {
    /// The function. It ends before its group does.
    pub(crate) instance: Instance,
    /// Its control group, where this machine has them.
    pub(crate) memory: Option<Memory>,
}

/// Why this machine cannot limit the memory of a function, if it cannot.
pub(crate) fn lacking_memory() -> Option<&'static str> {
    static WHY: LazyLock<Option<String>> = LazyLock::new(|| {
        let error = Memory::limited_to(MEMORY_MB.into()).err()?;
        Some(format!("needs a control group of memory: {error}"))
    });
    WHY.as_deref()
}

/// The group of the platform's smallest function, where this machine has groups.
pub(crate) fn limit() -> io::Result<Option<Memory>> {
    let can = lacking_memory().is_none();
    can.then(|| Memory::limited_to(MEMORY_MB.into()))
        .transpose()
}

/// Starts the program in `code` in a root, within a limit of memory if there is one.
pub(crate) fn start(
    code: &Path,
    root: &Path,
    user: User,
    memory: Option<Memory>,
) -> Result<Placed, StartError> {
    let cgroup = memory.as_ref().map_or(Path::new(""), Memory::folder);
    // A shell with mounts of its own, which becomes the function.
    let launch = Launch::new("unshare")
        .arg("--mount")
        .arg("sh")
        .arg(ENTER)
        .arg(root)
        .arg(code)
        .arg(user.id().to_string())
        .arg(cgroup);
    let settings = Settings {
        memory_mb: MEMORY_MB,
        as_process_one: true,
        code_dir: Some(code.to_owned()),
        env: vec![(env::CODE_PATH.into(), "/code".into())],
        ..Settings::default()
    };
    let instance = Instance::start(&launch, &settings)?;
    Ok(Placed { instance, memory })
}

/// Why this machine cannot run a function as this user, if it cannot: found by running one that is
/// not there.
pub(crate) fn lacking(user: User) -> Option<String> {
    let empty = Empty::new().and_then(|root| Ok((root, Empty::new()?)));
    let (root, code) = match empty {
        Ok(empty) => empty,
        Err(error) => return Some(error.to_string()),
    };
    match start(code.path(), root.path(), user, None) {
        Err(StartError::Exited { status, .. }) if status.code() == Some(NO_PROGRAM) => None,
        Err(StartError::Exited { logs, .. }) => {
            let said = logs.lines().last().unwrap_or("no word");
            Some(format!("needs the right to make namespaces: {said}"))
        }
        Err(error) => Some(error.to_string()),
        Ok(_) => Some("something else answered".into()),
    }
}

/// A root with nothing in it, but where the function's own directories are mounted.
pub(crate) struct Empty(TempDir);

impl Empty {
    /// A new one.
    pub(crate) fn new() -> io::Result<Self> {
        use std::os::unix::fs::PermissionsExt;
        let root = tempfile::tempdir()?;
        fs::set_permissions(root.path(), fs::Permissions::from_mode(0o755))?;
        for name in ["code", "tmp"] {
            fs::create_dir(root.path().join(name))?;
        }
        Ok(Self(root))
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Writes a file into it, as `etc/hosts`.
    pub(crate) fn write(&self, path: &str, contents: impl AsRef<[u8]>) -> io::Result<()> {
        let path: PathBuf = self.path().join(path);
        fs::create_dir_all(path.parent().unwrap_or(self.path()))?;
        fs::write(path, contents)
    }
}
