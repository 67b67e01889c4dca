//! A site that is served by OpenSSL, with a certificate of an authority of its own.

use std::fs;
use std::io::{self, BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;

use tempfile::TempDir;

use crate::support::project;

/// What lies at `/page.txt`.
pub(crate) const PAGE: &str = "This came by TLS.\n";

/// A site on a port of its own, until it is dropped.
pub(crate) struct Site {
    folder: TempDir,
    server: Child,
    /// Where it listens, on the loopback.
    pub(crate) port: u16,
}

/// Whether `openssl` is here.
pub(crate) fn can_be_served() -> bool {
    let version = Command::new("openssl").arg("version").output();
    version.is_ok_and(|output| output.status.success())
}

impl Site {
    /// Serves a site of this name.
    pub(crate) fn named(name: &str) -> io::Result<Self> {
        let folder = tempfile::tempdir()?;
        authority(folder.path(), "authority")?;
        certificate(folder.path(), name)?;
        fs::write(folder.path().join("page.txt"), PAGE)?;
        let mut server = openssl(folder.path());
        server.args(["s_server", "-accept", "127.0.0.1:0", "-WWW"]);
        server.args(["-cert", "site.pem", "-key", "site.key"]);
        server.stdin(Stdio::null()).stderr(Stdio::null());
        let mut server = server.stdout(Stdio::piped()).spawn()?;
        let output = server.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?;
        let mut lines = BufReader::new(output).lines();
        let port = lines.by_ref().map_while(Result::ok).find_map(|line| {
            let address = line.strip_prefix("ACCEPT ")?;
            address.rsplit(':').next()?.trim().parse().ok()
        });
        // What it says of each call must be read, or it would wait for its reader.
        thread::spawn(move || lines.for_each(drop));
        let site = Self {
            folder,
            server,
            port: port.unwrap_or_default(),
        };
        if site.port == 0 {
            return Err(io::Error::other("`openssl s_server` does not listen"));
        }
        Ok(site)
    }

    /// The certificate of who vouches for the site.
    pub(crate) fn authority(&self) -> io::Result<Vec<u8>> {
        fs::read(self.folder.path().join("authority.pem"))
    }

    /// The certificate of somebody who does not, by the same name.
    pub(crate) fn stranger(&self) -> io::Result<Vec<u8>> {
        authority(self.folder.path(), "stranger")?;
        fs::read(self.folder.path().join("stranger.pem"))
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        // It has ended, or it will now.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

fn openssl(folder: &Path) -> Command {
    let mut command = Command::new("openssl");
    command.current_dir(folder);
    command
}

/// Makes a certificate that others may be signed with.
fn authority(folder: &Path, file: &str) -> io::Result<()> {
    let mut make = openssl(folder);
    make.args(["req", "-x509", "-nodes", "-days", "2"]);
    make.args(["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]);
    make.args(["-subj", "/CN=An authority of a test"]);
    make.args(["-out", &format!("{file}.pem")]);
    make.args(["-keyout", &format!("{file}.key")]);
    project::succeed(&mut make).map(drop)
}

/// Makes the site's own certificate, signed by the authority.
fn certificate(folder: &Path, name: &str) -> io::Result<()> {
    let mut ask = openssl(folder);
    ask.args(["req", "-new", "-nodes", "-out", "site.csr"]);
    ask.args(["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]);
    ask.args(["-subj", &format!("/CN={name}"), "-keyout", "site.key"]);
    project::succeed(&mut ask)?;
    let extensions = format!(
        "subjectAltName=DNS:{name}\nbasicConstraints=critical,CA:FALSE\n\
         extendedKeyUsage=serverAuth\n"
    );
    fs::write(folder.join("site.ext"), extensions)?;
    let mut sign = openssl(folder);
    sign.args(["x509", "-req", "-days", "2", "-in", "site.csr"]);
    sign.args(["-CA", "authority.pem", "-CAkey", "authority.key"]);
    sign.args(["-CAcreateserial", "-extfile", "site.ext"]);
    sign.args(["-out", "site.pem"]);
    project::succeed(&mut sign).map(drop)
}
