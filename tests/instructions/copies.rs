//! `cargo bootstrap` builds the project that it is called in, whatever else was built before.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use cargo_fc3::emulator::{Instance, Launch, Settings};
use libtest_mimic::Failed;

use crate::place::{Place, prepare};
use crate::support::copy;
use crate::support::project::{CLI, succeed};

/// Nobody listens there, so that a look at the registry fails.
const NO_NETWORK: &str = "http://127.0.0.1:9";

/// The release profile is for small programs. This one is for short builds.
const QUICK: [(&str, &str); 3] = [
    ("CARGO_PROFILE_RELEASE_LTO", "off"),
    ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0"),
    ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"),
];

/// Two copies of a function have one name. Whoever sets one directory for all builds gets the program
/// of each, also of one that was never built before and is older.
pub(crate) fn each_has_its_program() -> Result<(), Failed> {
    let place = Place::new()?;
    let first = Copy::new(&place, "first")?;
    let second = Copy::new(&place, "second")?;
    copy::make_old(&second.dir)?;
    first.bootstrap("", &[])?;
    second.bootstrap("", &[])?;
    first.answers(&first.reply)?;
    second.answers(&second.reply)?;

    // An edit compiles what depends on it. It may be in any folder below the project.
    let inner = second.dir.join("inner/src/lib.rs");
    let text = fs::read_to_string(&inner)?;
    fs::write(inner, text.replace("crate of second", "edited crate"))?;
    let said = second.bootstrap("src", &[])?;
    assert_eq!(copy::compiled(&said), ["hello", "inner"], "{said}");
    second.answers(&second.reply.replace("crate of second", "edited crate"))?;

    // Without a change, nothing is compiled, asked for, or warned of.
    let offline = ["http_proxy", "https_proxy", "CARGO_HTTP_PROXY"].map(|name| (name, NO_NETWORK));
    let said = second.bootstrap("", &offline)?;
    let said: Vec<_> = said.lines().map(str::trim_start).collect();
    let [finished, running] = said[..] else {
        return Err(format!("other lines: {said:?}").into());
    };
    assert!(finished.starts_with("Finished "), "{finished}");
    assert!(running.starts_with("Running "), "{running}");
    Ok(())
}

/// A copy of the function.
struct Copy {
    dir: PathBuf,
    reply: String,
    /// The directory that is set for all builds.
    shared: PathBuf,
}

impl Copy {
    fn new(place: &Place, name: &str) -> Result<Self, Failed> {
        let dir = place.path().join(name);
        let mut new = Command::new(CLI);
        new.args(["new", "hello", "--kind", "event", "--vcs", "none", "--yes"]);
        succeed(new.arg("--path").arg(&dir))?;
        let reply = copy::mark(&dir, name)?;
        let shared = place.path().join("shared");
        Ok(Self { dir, reply, shared })
    }

    fn bootstrap(&self, below: impl AsRef<Path>, more: &[(&str, &str)]) -> Result<String, Failed> {
        let mut bootstrap = Command::new("cargo");
        prepare(bootstrap.arg("bootstrap"), &self.dir.join(below))?;
        bootstrap.envs(QUICK).envs(more.iter().copied());
        bootstrap.env("CARGO_TARGET_DIR", &self.shared);
        bootstrap.env("CARGO_BUILD_BUILD_DIR", &self.shared);
        let output = succeed(&mut bootstrap)?;
        Ok(String::from_utf8_lossy(&output.stderr).into_owned())
    }

    fn answers(&self, reply: &str) -> Result<(), Failed> {
        let program = Launch::new(self.dir.join("target/fc/bin/bootstrap"));
        let instance = Instance::start(&program, &Settings::default())?;
        assert_eq!(instance.invoke(b"an event")?.text(), reply);
        Ok(())
    }
}
