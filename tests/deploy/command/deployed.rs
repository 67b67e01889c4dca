//! What `s deploy` said, and what it handed to the component.

use std::fs;
use std::io;
use std::path::PathBuf;

use cargo_fc3::emulator::Launch;
use libtest_mimic::Failed;
use serde_json::Value;
use tempfile::TempDir;

use crate::support::serverless::COMPONENT;

/// One run of the program.
pub(crate) struct Run {
    /// How it ended, unless by a signal.
    pub(crate) code: Option<i32>,
    /// All that it wrote, and what it ran.
    pub(crate) said: String,
    /// Its home, where the component keeps what it is handed.
    pub(crate) home: TempDir,
}

/// What the component was handed.
pub(crate) struct Deployed {
    /// The properties of the function.
    pub(crate) props: Value,
    /// The account of the key.
    pub(crate) account: String,
    /// What is uploaded as the function's code, unless it is an image.
    pub(crate) code: PathBuf,
}

/// A file of a package.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Packed {
    pub(crate) name: String,
    /// Whether its owner may run it. All others may once it is packed, whatever the umask was: that
    /// Serverless Devs does.
    pub(crate) is_executable: bool,
    pub(crate) is_file: bool,
}

impl Run {
    /// What was deployed by a run that says that it went well.
    pub(crate) fn deployed(&self) -> Result<Deployed, Failed> {
        if self.code != Some(0) {
            return Err(format!("it ended with {:?}: {}", self.code, self.said).into());
        }
        let kept = self.kept();
        let inputs = fs::read(kept.join("inputs.json"))?;
        let mut inputs: Value = serde_json::from_slice(&inputs)?;
        let account = inputs["account"].as_str().ok_or("it took no key")?;
        Ok(Deployed {
            account: account.to_owned(),
            props: inputs["props"].take(),
            code: kept.join("code"),
        })
    }

    /// That nothing was deployed, which the exit code tells too.
    pub(crate) fn stopped(&self) -> Result<(), Failed> {
        if self.kept().exists() {
            return Err(format!("it deployed, and said: {}", self.said).into());
        }
        match self.code {
            Some(code) if code != 0 => Ok(()),
            code => Err(format!("it ended with {code:?}, and said: {}", self.said).into()),
        }
    }

    fn kept(&self) -> PathBuf {
        self.home.path().join(COMPONENT).join("deployed")
    }
}

impl Deployed {
    /// What is in the package, without what is in its folders.
    pub(crate) fn packed(&self) -> io::Result<Vec<Packed>> {
        let entries = fs::read_dir(&self.code)?;
        let packed = entries.map(|entry| {
            let entry = entry?;
            let metadata = entry.path().symlink_metadata()?;
            Ok(Packed {
                name: entry.file_name().to_string_lossy().into_owned(),
                is_executable: is_executable(&metadata),
                is_file: metadata.is_file(),
            })
        });
        packed.collect()
    }

    /// The program of the package, as the platform would start it.
    pub(crate) fn program(&self) -> Launch {
        Launch::new(self.code.join("bootstrap"))
    }

    /// The bytes of that.
    pub(crate) fn bytes(&self) -> io::Result<Vec<u8>> {
        fs::read(self.program().program)
    }
}

#[cfg(unix)]
fn is_executable(metadata: &fs::Metadata) -> bool {
    std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o100 != 0
}

#[cfg(not(unix))]
fn is_executable(_metadata: &fs::Metadata) -> bool {
    true
}
