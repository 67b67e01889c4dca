//! A mirror of crates.io, as the build argument `CRATES_MIRROR` names it.

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use libtest_mimic::Failed;

use crate::KIND;
use crate::engine::{self, Engine};
use crate::support::project::Project;

/// What cargo asks a registry first (<https://doc.rust-lang.org/cargo/reference/registry-index.html>).
const FIRST: &str = "GET /config.json HTTP/1.1";

/// The crates are asked of the mirror. Ours has none, so that the build fails.
pub(crate) fn is_asked(engine: &dyn Engine) -> Result<(), Failed> {
    let project = Project::render(&format!("kind-{KIND}"), KIND, &[])?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let mirror = format!("sparse+http://{}/", listener.local_addr()?);
    let asked = refuse_all(listener);
    let argument = format!("CRATES_MIRROR={mirror}");
    // No proxy of this machine is to be asked for what is on it.
    let direct = format!("no_proxy={}", Ipv4Addr::LOCALHOST);
    let mut build = engine.build()?;
    build.args(["--target", "bootstrap"]);
    build.args(["--build-arg", &argument, "--build-arg", &direct]);
    let ended = build.arg(&project.dir).output()?;
    let said = engine::said(&ended);
    assert!(
        !ended.status.success(),
        "it was built without a crate: {said}"
    );
    let asked: Vec<_> = asked.try_iter().collect();
    assert_eq!(asked.first().map(String::as_str), Some(FIRST), "{said}");
    assert!(
        said.contains("config.json not found"),
        "it failed of something else: {said}"
    );
    Ok(())
}

/// Answers every request with 404, and tells its first line.
fn refuse_all(listener: TcpListener) -> Receiver<String> {
    let (tell, told) = channel();
    thread::spawn(move || {
        for connection in listener.incoming().flatten() {
            let Ok(line) = refuse(&connection) else {
                continue;
            };
            if tell.send(line).is_err() {
                return;
            }
        }
    });
    told
}

fn refuse(mut connection: &TcpStream) -> std::io::Result<String> {
    let mut lines = BufReader::new(connection).lines();
    let first = lines.next().unwrap_or_else(|| Ok(String::new()))?;
    for line in lines {
        if line?.is_empty() {
            break;
        }
    }
    let answer = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    connection.write_all(answer.as_bytes())?;
    Ok(first)
}
