//! Calls from the function to others: names and certificates are found by the static program in a
//! root that has nothing but `/etc/hosts`, `/etc/resolv.conf`, a file of certificates, and a source of
//! names that must not be asked.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use cargo_fc3::emulator::Answer;
use libtest_mimic::Failed;

use crate::dns::NameServer;
use crate::module;
use crate::place::{self, Empty, User};
use crate::programs::{self, Programs};
use crate::support::project::Project;
use crate::tls::{PAGE, Site};

/// The name of the site. No name below `test` is anybody's:
/// <https://www.rfc-editor.org/rfc/rfc6761#section-6.2>.
pub(crate) const NAME: &str = "site.function.test";
/// A name that nobody knows.
const UNKNOWN: &str = "unknown.function.test";

/// Where Debian has its certificates, and clients look for them.
const CERTIFICATES: &str = "etc/ssl/certs/ca-certificates.crt";

/// What differs from the kind `event`. The lock file is renewed by
/// `LOCK=overwrite cargo test --test platform -- outgoing`.
const HANDLER: &str = include_str!("outgoing/handler.rs");
const DEPENDENCIES: &str = include_str!("outgoing/dependencies.toml");
const LOCK: &str = "tests/platform/outgoing/Cargo.lock";

/// The program, once it is built.
pub(crate) struct Outgoing(OnceLock<Result<PathBuf, String>>);

impl Outgoing {
    /// It is built when it is first asked for.
    pub(crate) fn new() -> Self {
        Self(OnceLock::new())
    }

    fn package(&self, event: &Programs) -> io::Result<PathBuf> {
        let make = || -> io::Result<PathBuf> {
            let project = render(event.project()?)?;
            programs::folder(&project.build()?.program)
        };
        let built = self
            .0
            .get_or_init(|| make().map_err(|error| error.to_string()));
        built.clone().map_err(io::Error::other)
    }

    /// Asks the function for an address, in a root with these files.
    fn ask(&self, event: &Programs, root: &Empty, address: &str) -> Result<Answer, Failed> {
        let package = self.package(event)?;
        let placed = place::start(&package, root.path(), User::Other, place::limit()?)?;
        Ok(placed.instance.invoke(address.as_bytes())?)
    }
}

/// The project of the kind `event` with another handler, what that needs, and a lock file for both.
fn render(event: &Project) -> io::Result<Project> {
    const OWN: &str = "outgoing";
    let manifest = fs::read_to_string(event.dir.join("Cargo.toml"))?;
    let name = |name: &str| format!("name = \"{name}\"");
    let manifest = manifest.replacen(&name(&event.name), &name(OWN), 1) + DEPENDENCIES;
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join(LOCK);
    let lock = fs::read_to_string(&kept)?;
    let project = Project::render(
        OWN,
        &event.kind,
        &[
            ("src/handler.rs", HANDLER),
            ("Cargo.toml", &manifest),
            ("Cargo.lock", &lock),
        ],
    )?;
    if std::env::var_os("LOCK").is_some_and(|wish| wish == "overwrite") {
        project.cargo(&["generate-lockfile"])?;
        fs::copy(project.dir.join("Cargo.lock"), kept)?;
    }
    Ok(project)
}

/// Who is asked for names where nobody is to be asked: this machine has no name server there.
const NOBODY: &str = "nameserver 127.53.0.1\n";
const HOSTS: &str = "127.0.0.1 localhost site.function.test\n";

fn page_of(name: &str, site: &Site) -> String {
    format!("https://{name}:{}/page.txt", site.port)
}

/// A root with these files, which are all that a client looks for.
fn root(hosts: &str, resolver: &str, certificates: &[u8]) -> io::Result<Empty> {
    let root = Empty::new()?;
    root.write("etc/hosts", hosts)?;
    root.write("etc/resolv.conf", resolver)?;
    root.write(CERTIFICATES, certificates)?;
    module::is_asked_first(&root)?;
    Ok(root)
}

fn resolver(names: &NameServer) -> io::Result<String> {
    Ok(format!("nameserver {}\n", names.address()?))
}

fn is_the_page(answer: &Answer) {
    assert!(!answer.failed(), "{}", answer.text());
    assert_eq!(answer.text(), PAGE);
}

/// The call failed with an error that says so.
fn is_told(answer: &Answer, what: &str) {
    assert!(answer.failed() && answer.status == 404, "{answer}");
    let error = answer.json().unwrap_or_default();
    let message = error["errorMessage"].as_str().unwrap_or_default();
    assert!(message.contains(what), "{}", answer.text());
}

/// The name is found in `/etc/hosts`.
pub(crate) fn finds_a_name_in_hosts(this: &Outgoing, event: &Programs) -> Result<(), Failed> {
    let site = Site::named(NAME)?;
    let root = root(HOSTS, NOBODY, &site.authority()?)?;
    is_the_page(&this.ask(event, &root, &page_of(NAME, &site))?);
    Ok(())
}

/// The name is asked for, by DNS.
pub(crate) fn finds_a_name_by_dns(this: &Outgoing, event: &Programs) -> Result<(), Failed> {
    let (site, names) = (Site::named(NAME)?, NameServer::knowing(NAME)?);
    let root = root("", &resolver(&names)?, &site.authority()?)?;
    is_the_page(&this.ask(event, &root, &page_of(NAME, &site))?);
    assert!(names.asked() > 0, "who told the address?");
    Ok(())
}

/// Nobody knows the name, and the caller is told.
pub(crate) fn tells_an_unknown_name(this: &Outgoing, event: &Programs) -> Result<(), Failed> {
    let (site, names) = (Site::named(NAME)?, NameServer::knowing(NAME)?);
    let root = root(HOSTS, &resolver(&names)?, &site.authority()?)?;
    let answer = this.ask(event, &root, &page_of(UNKNOWN, &site))?;
    is_told(&answer, "Name or service not known");
    assert!(names.asked() > 0, "who told that it is unknown?");
    Ok(())
}

/// A site whose authority is not among the certificates is not spoken to, and the caller is told.
pub(crate) fn tells_an_untrusted_site(this: &Outgoing, event: &Programs) -> Result<(), Failed> {
    let site = Site::named(NAME)?;
    let root = root(HOSTS, NOBODY, &site.stranger()?)?;
    let answer = this.ask(event, &root, &page_of(NAME, &site))?;
    is_told(&answer, "invalid peer certificate");
    Ok(())
}
