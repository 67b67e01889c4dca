//! The page in Debian's Chromium, driven by `playwright-core`. Each scenario is a script in `browser/`,
//! which ends with 0 if everything is as it should be.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::LazyLock;

use serde_json::Value;

use crate::site::Site;
use crate::support::{environment, tool};

/// A scenario.
pub(crate) struct Scenario {
    pub(crate) name: &'static str,
    /// The script, without its extension.
    script: &'static str,
    /// Where it plays.
    site: fn() -> Site,
    /// What happens meanwhile.
    meanwhile: fn(&mut Playing, Site) -> Site,
}

const fn scenario(name: &'static str, script: &'static str, site: fn() -> Site) -> Scenario {
    Scenario {
        name,
        script,
        site,
        meanwhile: |_, site| site,
    }
}

pub(crate) const SCENARIOS: &[Scenario] = &[
    scenario("a_sample_is_sent_by_one_click", "samples", Site::new),
    scenario("a_failure_is_shown", "failures", Site::new),
    scenario("an_edit_is_shown_while_it_is_open", "edits", Site::new),
    scenario("a_thousand_calls_leave_it_responsive", "many", Site::new),
    scenario("it_is_used_by_keyboard", "keyboard", Site::new),
    scenario("it_speaks_chinese", "languages", Site::new),
    scenario(
        "it_is_readable_in_all_colours_and_sizes",
        "looks",
        Site::with_web,
    ),
    scenario("text_is_never_taken_for_html", "texts", Site::new),
    scenario("a_web_function_gets_requests", "web", Site::with_web),
    scenario("timers_say_when_they_fire", "timers", Site::with_timers),
    scenario("foreign_pages_reach_nothing", "foreign", Site::with_web),
    scenario("without_the_token_it_is_locked", "locked", Site::new),
    Scenario {
        meanwhile: restart,
        ..scenario("a_restart_is_told", "restart", Site::new)
    },
];

impl Scenario {
    /// Plays it to its end.
    pub(crate) fn play(&self, browser: &Browser) {
        let site = (self.site)();
        let mut playing = browser.start(self.script, &site);
        let _site = (self.meanwhile)(&mut playing, site);
        playing.end();
    }
}

/// The version that `package.json` pins.
static VERSION: LazyLock<String> = LazyLock::new(|| {
    let package = include_str!("browser/package.json");
    let package: Value = serde_json::from_str(package).expect("JSON");
    let version = &package["dependencies"]["playwright-core"];
    version.as_str().expect("a version").to_owned()
});

/// What drives a browser here.
#[derive(Clone)]
pub(crate) struct Browser {
    chromium: PathBuf,
    playwright: PathBuf,
}

impl Browser {
    /// Finds both, or says what is missing.
    pub(crate) fn find() -> Result<Self, String> {
        let any = |_: &Path| true;
        let version = &*VERSION;
        let chromium = tool::find("CHROMIUM", "chromium", "chromium/bin/chromium", any);
        let chromium = chromium.ok_or("Chromium is not here")?;
        tool::find("NODE", "node", "node/bin/node", any).ok_or("Node.js is not here")?;
        let folder = std::env::var_os("PLAYWRIGHT").map(PathBuf::from);
        let installed = || Some(tool::folder()?.join(format!("playwright-core-{version}")));
        let folder = folder.or_else(installed).unwrap_or_default();
        let playwright = folder.join("node_modules/playwright-core");
        let manifest = fs::read(playwright.join("package.json")).unwrap_or_default();
        let manifest: Value = serde_json::from_slice(&manifest).unwrap_or_default();
        if manifest["version"] != **version {
            return Err(format!("playwright-core {version} is not here"));
        }
        Ok(Self {
            chromium,
            playwright,
        })
    }

    fn start(&self, scenario: &str, site: &Site) -> Playing {
        let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/console/browser");
        let profile = tempfile::tempdir().expect("a directory");
        let path = environment::path_with(None).expect("the folders of programs");
        let mut child = Command::new("node")
            .arg(scripts.join(format!("{scenario}.mjs")))
            .env("PATH", path)
            .env("HOME", profile.path())
            .env("CHROMIUM", &self.chromium)
            .env("PLAYWRIGHT", &self.playwright)
            .env("CONSOLE", &site.url)
            .env("PROJECT", site.stage.dir())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("node runs");
        let stdout = child.stdout.take().expect("a pipe");
        Playing {
            stdin: child.stdin.take(),
            stdout: BufReader::new(stdout),
            child,
            _profile: profile,
        }
    }
}

/// A scenario that goes on. Dropping it ends its browser with it.
pub(crate) struct Playing {
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: BufReader<ChildStdout>,
    _profile: tempfile::TempDir,
}

impl Playing {
    /// Waits until it has come so far.
    fn until(&mut self, stage: &str) {
        let mut line = String::new();
        while self.stdout.read_line(&mut line).expect("it can be read") > 0 {
            if line.trim_end() == stage {
                return;
            }
            line.clear();
        }
        self.fail();
    }

    /// Lets it go on.
    fn go_on(&mut self) {
        let stdin = self.stdin.as_mut().expect("it is open");
        writeln!(stdin, "go on").expect("it reads");
    }

    fn end(mut self) {
        if !self.child.wait().expect("it is ours").success() {
            self.fail();
        }
    }

    fn fail(&mut self) -> ! {
        let mut said = String::new();
        let stderr = self.child.stderr.as_mut().expect("a pipe");
        stderr.read_to_string(&mut said).expect("it can be read");
        panic!("{said}");
    }
}

impl Drop for Playing {
    fn drop(&mut self) {
        // The script ends its browser when its input ends.
        drop(self.stdin.take());
        let _ = self.child.wait();
    }
}

/// `dev` ends while the page is open, and starts again on the same port.
fn restart(playing: &mut Playing, site: Site) -> Site {
    playing.until("open");
    let port = site.dev.address().port().to_string();
    let Site { stage, dev, .. } = site;
    assert_eq!(dev.end("INT").code, Some(0));
    playing.until("gone");
    let site = Site::of(stage, &["--port", &port]);
    playing.go_on();
    site
}
