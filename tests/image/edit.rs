//! A project that was edited, and built again.

use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::process::{self, Command};
use std::time::{Duration, SystemTime};

use libtest_mimic::Failed;

use crate::KIND;
use crate::engine::{self, Engine};
use crate::image::Image;
use crate::support::disk::{self, Node};
use crate::support::project::{self, CLI, Project};

const NAME: &str = "localhost/cargo-fc3-test-edited:1";

/// What the handler of the kind returns.
const REPLY: &str = "Ok(event)";

/// The project itself is compiled, nothing else is, and the image has the new program: also where all
/// files have old dates, as those of another copy of the project have.
pub(crate) fn compiles_its_own_crates(engine: &dyn Engine) -> Result<(), Failed> {
    let _removed = Removed(engine);
    // What all builds share is compiled by this one, if it was not before.
    let name = format!("kind-{KIND}");
    let project = Project::render(&name, KIND, &[])?;
    engine::build(
        engine,
        &["--target", "bootstrap", "--tag", NAME],
        &project.dir,
    )?;
    engine.remove(NAME);

    let folder = tempfile::tempdir()?;
    let edited = folder.path().join(&name);
    let mut new = Command::new(CLI);
    new.args(["new", &name, "--kind", KIND, "--vcs", "none", "--yes"]);
    project::succeed(new.arg("--path").arg(&edited))?;
    let reply = edit(&edited.join("src/handler.rs"))?;
    make_old(&edited)?;
    let said = engine::build(engine, &["--tag", NAME], &edited)?;
    let compiled = said
        .lines()
        .filter_map(|line| line.split_once("Compiling "));
    // Both crates of the project: which of them changed cannot be told by dates.
    let compiled: Vec<_> = compiled
        .filter_map(|(_, line)| line.split_once(" ("))
        .collect();
    let places: Vec<_> = compiled.iter().map(|(_, place)| *place).collect();
    assert_eq!(places, ["/src/fc3)", "/src)"], "{said}");

    let image = Image::read(engine, NAME)?;
    let running = engine.start(&image)?;
    let answer = running.invoke(b"an event");
    let ended = running.terminate()?;
    assert_eq!(answer?.text(), reply);
    assert_eq!(ended, Some(0));
    Ok(())
}

/// Removes the image, whatever comes of the check.
struct Removed<'a>(&'a dyn Engine);

impl Drop for Removed<'_> {
    fn drop(&mut self) {
        self.0.remove(NAME);
    }
}

/// Makes a handler reply with what no build before replied with, and gives that.
fn edit(handler: &Path) -> Result<String, Failed> {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?;
    let reply = format!("edited by {} at {}", process::id(), now.as_nanos());
    let source = fs::read_to_string(handler)?;
    assert_eq!(source.matches(REPLY).count(), 1, "{source}");
    let returned = format!("Ok(Bytes::from_static(b\"{reply}\"))");
    fs::write(handler, source.replace(REPLY, &returned))?;
    Ok(reply)
}

/// Dates all files before any build.
fn make_old(folder: &Path) -> io::Result<()> {
    let old = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    for (path, node) in disk::read(folder) {
        if let Node::File { .. } = node {
            let file = File::options().write(true).open(folder.join(path))?;
            file.set_modified(old)?;
        }
    }
    Ok(())
}
