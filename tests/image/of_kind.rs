//! What holds for the image of each kind.

use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use cargo_fc3::emulator::{Instance, Launch, Settings};
use libtest_mimic::Failed;
use serde_json::json;
use tempfile::TempDir;

use crate::engine::{self, Engine};
use crate::image::{Entry, Image};
use crate::support::disk;
use crate::support::project::Project;

/// What an image may hold, in bytes.
const LARGEST: u64 = 3_000_000;

/// Where the program is in an image.
const PROGRAM: &str = "code/bootstrap";

/// All that is in an image.
const HELD: [&str; 7] = [
    "drwxr-xr-x 0/0 code",
    "-rwxr-xr-x 0/0 code/bootstrap",
    "drwxr-xr-x 0/0 etc",
    "drwxr-xr-x 0/0 etc/ssl",
    "drwxr-xr-x 0/0 etc/ssl/certs",
    "-rw-r--r-- 0/0 etc/ssl/certs/ca-certificates.crt",
    "drwxrwxrwt 0/0 tmp",
];

/// One kind, whose image is built once.
pub(crate) struct OfKind {
    kind: String,
    engine: Arc<dyn Engine>,
    built: OnceLock<Result<(Project, Image), String>>,
}

impl OfKind {
    pub(crate) fn new(kind: &str, engine: &Arc<dyn Engine>) -> Self {
        Self {
            kind: kind.to_owned(),
            engine: Arc::clone(engine),
            built: OnceLock::new(),
        }
    }

    /// The project and its image, as `docker build .` makes it.
    fn built(&self) -> Result<&(Project, Image), Failed> {
        let make = || -> io::Result<_> {
            let project = Project::render(&format!("kind-{}", self.kind), &self.kind, &[])?;
            let name = self.name();
            engine::build(&*self.engine, &["--tag", &name], &project.dir)?;
            let image = Image::read(&*self.engine, &name)?;
            Ok((project, image))
        };
        let built = self
            .built
            .get_or_init(|| make().map_err(|error| error.to_string()));
        Ok(built.as_ref()?)
    }

    fn name(&self) -> String {
        format!("localhost/cargo-fc3-test-{}:1", self.kind)
    }
}

impl Drop for OfKind {
    fn drop(&mut self) {
        if self.built.get().is_some() {
            self.engine.remove(&self.name());
        }
    }
}

pub(crate) fn is_small(of: &OfKind) -> Result<(), Failed> {
    let (_, image) = of.built()?;
    let size: u64 = image.entries.values().map(|entry| entry.size).sum();
    assert!((1_000_000..LARGEST).contains(&size), "{size} bytes");
    Ok(())
}

/// The program, the certificates, a place for files, and nothing else.
pub(crate) fn holds_what_it_needs(of: &OfKind) -> Result<(), Failed> {
    let (_, image) = of.built()?;
    let line = |(path, entry): (&String, &Entry)| format!("{} {} {path}", entry.mode, entry.owner);
    let held: Vec<_> = image.entries.iter().map(line).collect();
    assert_eq!(held, HELD);
    let root = tempfile::tempdir()?;
    image.unpack(root.path())?;
    let certificates = fs::read_to_string(root.path().join("etc/ssl/certs/ca-certificates.crt"))?;
    let certificates = certificates.matches("-----BEGIN CERTIFICATE-----").count();
    assert!(certificates > 50, "{certificates} certificates");
    Ok(())
}

/// No user of the machine's, no shell in between, and no port: the server's default and the
/// platform's variables are what it listens by.
pub(crate) fn says_how_it_is_run(of: &OfKind) -> Result<(), Failed> {
    let (_, image) = of.built()?;
    let config = &image.config;
    assert_eq!(config["User"], "65532:65532");
    assert_eq!(config["Entrypoint"], json!(["/code/bootstrap"]));
    assert!(config["Cmd"].is_null(), "{config}");
    assert_eq!(config["WorkingDir"], "/code");
    assert_eq!(config["ExposedPorts"], json!({"9000/tcp": {}}));
    let variables = config["Env"].as_array().into_iter().flatten();
    for variable in variables {
        // Engines put it there themselves.
        let is_path = variable
            .as_str()
            .is_some_and(|text| text.starts_with("PATH="));
        assert!(is_path, "{variable}");
    }
    Ok(())
}

/// As its own user in its own files, with `FC_CUSTOM_LISTEN_PORT` and no other variable.
pub(crate) fn answers_its_events(of: &OfKind) -> Result<(), Failed> {
    let (project, image) = of.built()?;
    let running = of.engine.start(image)?;
    assert!(!running.initialize()?.failed());
    let events = project.events()?;
    assert!(!events.is_empty(), "no sample events");
    for (name, event) in events {
        let answer = running.invoke(&event)?;
        let said = answer.text();
        assert!(!answer.failed() && answer.status == 200, "{name}: {said}");
    }
    assert_eq!(running.terminate()?, Some(0));
    Ok(())
}

/// What is deployed without an image, from any system: one file, which is the image's program.
pub(crate) fn gives_its_program(of: &OfKind) -> Result<(), Failed> {
    let (project, image) = of.built()?;
    let folder = tempfile::tempdir()?;
    let program = program_alone(&*of.engine, &project.dir, &folder)?;
    assert_eq!(disk::names(folder.path()), ["bootstrap"]);
    assert_eq!(mode(&program)?, 0o755);
    let root = tempfile::tempdir()?;
    image.unpack(root.path())?;
    let same = fs::read(&program)? == fs::read(root.path().join(PROGRAM))?;
    assert!(same, "it is not the program of the image");
    let instance = Instance::start(&Launch::new(&program), &Settings::default())?;
    assert!(!instance.initialize()?.failed());
    for (name, event) in project.events()? {
        let answer = instance.invoke(&event)?;
        assert!(!answer.failed(), "{name}: {}", answer.text());
    }
    Ok(())
}

/// The stage `bootstrap`, exported into a folder.
fn program_alone(
    engine: &dyn Engine,
    project: &std::path::Path,
    folder: &TempDir,
) -> io::Result<PathBuf> {
    let output = format!("type=local,dest={}", folder.path().display());
    let options = ["--target", "bootstrap", "--output", &output];
    engine::build(engine, &options, project)?;
    Ok(folder.path().join("bootstrap"))
}

#[cfg(unix)]
fn mode(path: &std::path::Path) -> io::Result<u32> {
    use std::os::unix::fs::PermissionsExt;
    Ok(fs::metadata(path)?.permissions().mode() & 0o7777)
}

/// Only the one bit is known elsewhere.
#[cfg(not(unix))]
fn mode(_path: &std::path::Path) -> io::Result<u32> {
    Ok(0o755)
}
