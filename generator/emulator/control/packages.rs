//! The code of functions: zip files that were uploaded, and what they unpack to.
//!
//! The zip files are kept as long as a function or a version uses them. What they unpack to is made again
//! at each start, and is gone when nothing uses it any more, so no kill leaves a folder that is half there.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tempfile::{NamedTempFile, TempDir};

use crate::emulator::api_error::ApiError;
use crate::emulator::code;

/// The most uploads that are kept for functions that may still be created from them.
const UPLOADS: usize = 20;

/// A package that is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct PackageRef {
    /// What it is filed under: its SHA-256.
    pub(super) hash: String,
    /// The checksum that the API shows: its CRC-64.
    pub(super) checksum: String,
    /// Its size in bytes.
    pub(super) size: u64,
}

/// A package that was just brought.
pub(super) struct Kept {
    pub(super) package: PackageRef,
    zip: Vec<u8>,
    /// It stays unpacked until the function has it.
    _tree: Arc<Tree>,
}

/// All packages.
pub(super) struct Packages {
    /// The directory, below which there is one for each purpose.
    root: PathBuf,
    /// It is removed at the end, unless it was given.
    _temporary: Option<TempDir>,
    trees: Mutex<HashMap<String, Weak<Tree>>>,
    /// The names of objects in the order of their upload, each with its file.
    uploads: Mutex<Vec<(String, PathBuf)>>,
}

/// An unpacked package, which is removed with its last user.
#[derive(Debug)]
pub(super) struct Tree {
    directory: TempDir,
}

impl Tree {
    /// Its root.
    pub(super) fn path(&self) -> PathBuf {
        self.directory.path().join("code")
    }
}

impl Packages {
    /// The packages in a directory, or in a temporary one.
    ///
    /// # Errors
    /// It cannot be written.
    pub(super) fn open(directory: Option<&Path>) -> io::Result<Self> {
        let (root, temporary) = if let Some(directory) = directory {
            (directory.to_owned(), None)
        } else {
            let temporary = tempfile::Builder::new()
                .prefix("cargo-fc3-emulate-")
                .tempdir()?;
            (temporary.path().to_owned(), Some(temporary))
        };
        let packages = Self {
            root,
            _temporary: temporary,
            trees: Mutex::default(),
            uploads: Mutex::default(),
        };
        for left in [packages.trees_dir(), packages.uploads_dir()] {
            // What a killed run has left.
            match fs::remove_dir_all(&left) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                Ok(()) | Err(_) => fs::create_dir_all(&left)?,
            }
        }
        fs::create_dir_all(packages.zips_dir())?;
        Ok(packages)
    }

    fn trees_dir(&self) -> PathBuf {
        self.root.join("running")
    }

    fn uploads_dir(&self) -> PathBuf {
        self.root.join("uploads")
    }

    fn zips_dir(&self) -> PathBuf {
        self.root.join("packages")
    }

    fn zip(&self, hash: &str) -> PathBuf {
        self.zips_dir().join(format!("{hash}.zip"))
    }

    /// Keeps an object that was uploaded, until enough others have followed.
    ///
    /// # Errors
    /// It cannot be written.
    pub(super) fn upload(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let file = self.uploads_dir().join(hex(&Sha256::digest(name)));
        write(&file, bytes)?;
        let mut uploads = self.uploads.lock().unwrap_or_else(PoisonError::into_inner);
        uploads.retain(|(other, _)| other != name);
        uploads.push((name.to_owned(), file));
        while uploads.len() > UPLOADS {
            let (_, file) = uploads.remove(0);
            let _gone = fs::remove_file(file);
        }
        Ok(())
    }

    /// An object that was uploaded.
    pub(super) fn uploaded(&self, name: &str) -> io::Result<Option<Vec<u8>>> {
        let uploads = self.uploads.lock().unwrap_or_else(PoisonError::into_inner);
        let found = uploads.iter().find(|(other, _)| other == name);
        found.map(|(_, file)| fs::read(file)).transpose()
    }

    /// Keeps a package, and unpacks it.
    ///
    /// # Errors
    /// It is no package that the platform takes, or cannot be written.
    pub(super) fn keep(&self, zip: Vec<u8>) -> Result<Kept, ApiError> {
        let package = PackageRef {
            hash: hex(&Sha256::digest(&zip)),
            checksum: code::checksum(&zip),
            size: zip.len() as u64,
        };
        let tree = self.unpacked(&package.hash, || Ok((&*zip).into()))?;
        let kept = Kept {
            package,
            zip,
            _tree: tree,
        };
        self.ensure(&kept)?;
        Ok(kept)
    }

    /// Writes a package again if somebody who used it has removed it meanwhile.
    pub(super) fn ensure(&self, kept: &Kept) -> Result<(), ApiError> {
        let file = self.zip(&kept.package.hash);
        if file.exists() {
            return Ok(());
        }
        write(&file, &kept.zip).map_err(not_kept)
    }

    /// The bytes of a package.
    pub(super) fn read(&self, package: &PackageRef) -> Result<Vec<u8>, ApiError> {
        fs::read(self.zip(&package.hash)).map_err(not_kept)
    }

    /// What a package unpacks to, unpacked if it is not.
    ///
    /// # Errors
    /// It cannot be read or written.
    pub(super) fn tree(&self, package: &PackageRef) -> Result<Arc<Tree>, ApiError> {
        self.unpacked(&package.hash, || Ok(self.read(package)?.into()))
    }

    fn unpacked<'a>(
        &self,
        hash: &str,
        read: impl FnOnce() -> Result<Cow<'a, [u8]>, ApiError>,
    ) -> Result<Arc<Tree>, ApiError> {
        let mut trees = self.trees.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(tree) = trees.get(hash).and_then(Weak::upgrade) {
            return Ok(tree);
        }
        let directory = tempfile::Builder::new().tempdir_in(self.trees_dir());
        let tree = Tree {
            directory: directory.map_err(not_kept)?,
        };
        code::unpack(&read()?, &tree.path()).map_err(|error| {
            if error.is_of_machine() {
                ApiError::internal(error.to_string())
            } else {
                ApiError::invalid(error.to_string())
            }
        })?;
        let tree = Arc::new(tree);
        trees.retain(|_, tree| tree.strong_count() > 0);
        trees.insert(hash.to_owned(), Arc::downgrade(&tree));
        Ok(tree)
    }

    /// Removes a package that nothing uses any more.
    pub(super) fn forget(&self, hash: &str) {
        let _gone = fs::remove_file(self.zip(hash));
    }

    /// Removes all packages that nothing uses, such as those of a killed run.
    pub(super) fn sweep(&self, is_used: impl Fn(&str) -> bool) -> io::Result<()> {
        for entry in fs::read_dir(self.zips_dir())? {
            let path = entry?.path();
            let hash = path.file_stem().unwrap_or_default().to_string_lossy();
            if !is_used(&hash) {
                fs::remove_file(&path)?;
            }
        }
        Ok(())
    }
}

/// Writes a file as a whole, or not at all.
fn write(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let directory = file.parent().unwrap_or(Path::new("."));
    let mut temporary = NamedTempFile::new_in(directory)?;
    io::Write::write_all(&mut temporary, bytes)?;
    temporary.as_file().sync_data()?;
    temporary.persist(file)?;
    Ok(())
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing to a text does not fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

fn not_kept(error: impl std::fmt::Display) -> ApiError {
    ApiError::internal(format!("the package cannot be kept: {error}"))
}
