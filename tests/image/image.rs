//! A built image as a registry would get it: its settings, and the layers of its files.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use crate::engine::Engine;
use crate::support::project::succeed;

/// An image.
pub(crate) struct Image {
    /// Its name in the engine.
    pub(crate) name: String,
    /// What is told to who runs it, as `User` and `Entrypoint`
    /// (<https://github.com/opencontainers/image-spec/blob/main/config.md>).
    pub(crate) config: Value,
    /// What it holds, by path.
    pub(crate) entries: BTreeMap<String, Entry>,
    layers: Vec<PathBuf>,
    _folder: TempDir,
}

/// What is at a path of an image.
pub(crate) struct Entry {
    /// As `ls -l` writes it.
    pub(crate) mode: String,
    /// The numbers of user and group, as `0/0`.
    pub(crate) owner: String,
    /// In bytes, without what a file system adds.
    pub(crate) size: u64,
}

impl Image {
    /// Reads an image that an engine has.
    pub(crate) fn read(engine: &dyn Engine, name: &str) -> io::Result<Self> {
        let folder = tempfile::tempdir()?;
        let archive = folder.path().join("image.tar");
        engine.save(name, &archive)?;
        succeed(tar(folder.path(), "-xf").arg(&archive))?;
        let read = |file: &Path| -> io::Result<Value> {
            Ok(serde_json::from_slice(&fs::read(
                folder.path().join(file),
            )?)?)
        };
        let manifest = &read(Path::new("manifest.json"))?[0];
        let text = |value: &Value| value.as_str().map(PathBuf::from);
        let config = text(&manifest["Config"]).ok_or_else(|| odd(manifest))?;
        let layers = manifest["Layers"].as_array().ok_or_else(|| odd(manifest))?;
        let layers = layers.iter().filter_map(text);
        let layers: Vec<_> = layers.map(|layer| folder.path().join(layer)).collect();
        let mut entries = BTreeMap::new();
        for layer in &layers {
            let listed = succeed(tar(folder.path(), "-tvf").arg(layer))?;
            for line in String::from_utf8_lossy(&listed.stdout).lines() {
                let (path, entry) = entry(line).ok_or_else(|| odd(&line.into()))?;
                entries.insert(path, entry);
            }
        }
        Ok(Self {
            name: name.to_owned(),
            config: read(&config)?["config"].take(),
            entries,
            layers,
            _folder: folder,
        })
    }

    /// Lays its files into a folder, with their owners if we are root.
    pub(crate) fn unpack(&self, folder: &Path) -> io::Result<()> {
        for layer in &self.layers {
            succeed(tar(folder, "-xpf").arg(layer))?;
        }
        Ok(())
    }
}

fn tar(folder: &Path, what: &str) -> Command {
    let mut command = Command::new("tar");
    command
        .arg("-C")
        .arg(folder)
        .args(["--numeric-owner", what]);
    command
}

/// A line of a listing: mode, owner, size, date, time, path.
fn entry(line: &str) -> Option<(String, Entry)> {
    let mut fields = line.split_whitespace();
    let entry = Entry {
        mode: fields.next()?.to_owned(),
        owner: fields.next()?.to_owned(),
        size: fields.next()?.parse().ok()?,
    };
    let path = fields.skip(2).collect::<Vec<_>>().join(" ");
    let path = path.trim_start_matches("./").trim_end_matches('/');
    Some((path.to_owned(), entry))
}

fn odd(what: &Value) -> io::Error {
    io::Error::other(format!("this is no image: {what}"))
}
