//! A directory of the user's own, for the locks of all checks of this user. On a shared machine,
//! nobody else can put anything into it.

use std::fs::File;
use std::io;
use std::path::PathBuf;

/// Opens a file to lock, and creates it if it does not exist. Its content is never changed.
#[cfg(unix)]
pub(super) fn open(name: &str) -> io::Result<File> {
    use rustix::fs::{Mode, OFlags};

    // A link is not followed, and a pipe does not block.
    let flags =
        OFlags::RDWR | OFlags::CREATE | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let path = path()?.join(name);
    let file = File::from(rustix::fs::open(&path, flags, Mode::RUSR | Mode::WUSR)?);
    if file.metadata()?.is_file() {
        return Ok(file);
    }
    let message = format!("`{}` is not a file", path.display());
    Err(io::Error::new(io::ErrorKind::InvalidInput, message))
}

/// Whether a file still has a name: nobody has removed it since it was opened.
#[cfg(unix)]
pub(super) fn has_name(file: &File) -> bool {
    use std::os::unix::fs::MetadataExt;
    file.metadata().is_ok_and(|file| file.nlink() > 0)
}

/// The directory, which is created if it does not exist.
#[cfg(unix)]
pub(crate) fn path() -> io::Result<PathBuf> {
    use std::fs::DirBuilder;
    use std::os::unix::fs::{DirBuilderExt, MetadataExt};
    use std::path::Path;

    let user = rustix::process::geteuid().as_raw();
    let is_private = |path: &Path| {
        const WRITABLE_BY_OTHERS: u32 = 0o022;
        let found = path.symlink_metadata();
        found.is_ok_and(|found| {
            found.is_dir() && found.uid() == user && found.mode() & WRITABLE_BY_OTHERS == 0
        })
    };
    let runtime = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
    let path = match runtime.filter(|path| path.is_absolute() && is_private(path)) {
        Some(runtime) => runtime.join("cargo-fc3"),
        None => std::env::temp_dir().join(format!("cargo-fc3-{user}")),
    };
    match DirBuilder::new().mode(0o700).create(&path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        Ok(()) | Err(_) if is_private(&path) => return Ok(path),
        Ok(()) | Err(_) => {}
    }
    let message = format!("`{}` is not a directory of your own", path.display());
    Err(io::Error::new(io::ErrorKind::PermissionDenied, message))
}

/// Other systems have a temporary directory for each user.
#[cfg(not(unix))]
pub(super) fn open(name: &str) -> io::Result<File> {
    File::options()
        .create(true)
        .append(true)
        .open(path()?.join(name))
}

/// Other systems remove no file that is open.
#[cfg(not(unix))]
pub(super) fn has_name(_file: &File) -> bool {
    true
}

#[cfg(not(unix))]
pub(crate) fn path() -> io::Result<PathBuf> {
    let path = std::env::temp_dir().join("cargo-fc3");
    std::fs::create_dir_all(&path)?;
    Ok(path)
}
