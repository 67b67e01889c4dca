//! The output directory of a build, which is deployed: it holds only what this build made, and is
//! checked.

use std::fs::{self, File as Handle, TryLockError};
use std::io::{self, ErrorKind};
use std::path::Path;

use super::files::{Identity, collect, identity, io_failure, make_executable};
use super::method::BuildMethod;
use crate::cli::failure::{Exit, Failure};
use crate::cli::output::done;
use crate::cli::project::{PROGRAM, Project, relative};
use crate::package::{File, Program, archive};
use crate::platform::RUNTIMES;
use crate::stop::Stop;
use crate::text::printable_path;

/// The prefix of cargo's temporary directories next to the program. A killed cargo leaves one
/// behind, and it would be uploaded.
const UNFINISHED: &str = "cargo-install";
/// The directory of the program, locked against other builds.
pub(super) struct OutputDir<'a> {
    project: &'a Project,
    /// The program from before this build.
    before: Option<Identity>,
    _lock: Handle,
}

impl<'a> OutputDir<'a> {
    /// Waits until no other build uses the directory, and removes what a killed build left there.
    /// The program stays, since someone may be running or packing it.
    pub(super) fn clear(project: &'a Project, stop: &Stop) -> anyhow::Result<Self> {
        let root = project.root();
        let io_failure = |error: io::Error| io_failure("write to", &root, &error);
        fs::create_dir_all(&root).map_err(io_failure)?;
        let lock = Handle::create(root.join("lock")).map_err(io_failure)?;
        let mut announced = false;
        stop.poll(|| {
            // A file system without locks has none to wait for.
            if !matches!(lock.try_lock(), Err(TryLockError::WouldBlock)) {
                return Some(());
            }
            if !announced {
                done("Waiting", "for another build of this project");
                announced = true;
            }
            None
        })
        .map_err(Failure::from)?;
        let output = Self {
            project,
            before: identity(&project.program()),
            _lock: lock,
        };
        output.remove_unfinished().map_err(io_failure)?;
        Ok(output)
    }

    fn remove_unfinished(&self) -> io::Result<()> {
        let folder = match fs::read_dir(self.project.package()) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            folder => folder?,
        };
        for entry in folder {
            let entry = entry?;
            let name = entry.file_name();
            if name.to_string_lossy().starts_with(UNFINISHED) && entry.file_type()?.is_dir() {
                fs::remove_dir_all(entry.path())?;
            }
        }
        Ok(())
    }

    /// Checks and reports what was built, and returns the package to upload.
    pub(super) fn check(&self, method: BuildMethod) -> Result<Vec<u8>, Failure> {
        let path = self.project.program();
        let name = printable_path(&relative(&path));
        let made_none = || {
            let message = format!("`{method}` did not produce `{name}`");
            Failure::new(Exit::Failed, message).hint(method.remedy())
        };
        if self.before.is_some() && self.before == identity(&path) {
            return Err(made_none());
        }
        let bytes = fs::read(&path).map_err(|error| match error.kind() {
            ErrorKind::NotFound => made_none(),
            _ => io_failure("read", &path, &error),
        })?;
        let refused = |why: &dyn std::fmt::Display| {
            let message = format!("no instance can start `{name}`: {why}");
            Failure::new(Exit::Failed, message).hint(method.remedy())
        };
        let program = Program::read(&bytes).map_err(|error| refused(&error))?;
        let newest = &RUNTIMES[RUNTIMES.len() - 1];
        let runtime = self.project.runtime().unwrap_or(newest);
        program.fits(runtime).map_err(|error| refused(&error))?;
        let mode = make_executable(&path).map_err(|error| io_failure("change", &path, &error))?;

        let size = megabytes(bytes.len());
        let mut files = collect(&self.project.package())?;
        let program_file = File {
            bytes,
            executable: true,
        };
        files.insert(PROGRAM.to_owned(), program_file);
        let packed = archive(&files).map_err(|error| {
            Failure::new(Exit::Failed, format!("cannot create the package: {error}"))
        })?;
        let (needs, package) = (program.needs(), megabytes(packed.len()));
        done(
            "Checked",
            &format!("`{name}`: ELF x86-64, {needs}, {mode}{size}, {package} packed"),
        );
        for other in files.keys().filter(|path| *path != PROGRAM) {
            let other = printable_path(Path::new(other));
            done(
                "Packed",
                &format!("`{other}` too (it is in the same directory as the program)"),
            );
        }
        Ok(packed)
    }
}

/// A size for people.
fn megabytes(bytes: usize) -> String {
    let tenths = bytes.div_ceil(100_000);
    format!("{}.{} MB", tenths / 10, tenths % 10)
}
