//! One connection: request after request, until one side has had enough.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::process;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use super::Server;
use super::answer::Answer;
use super::wire::{Unread, Wire};
use super::{call, h2};
use crate::faults::{self, Fault};

/// How many connections may come to nothing before there is no worker left.
const WORKERS: usize = 256;

/// The longest body that a server which reads no more of it has received with the head.
const UNREAD: usize = 16 * 1024;

pub(super) fn serve(server: &Server, stream: TcpStream) {
    if server.empty.load(Ordering::Relaxed) >= WORKERS {
        return;
    }
    let Ok(mut wire) = Wire::new(stream) else {
        return;
    };
    if server.has(Fault::ClosesConnectionsAfterAPause) {
        let stream = wire.stream.try_clone();
        std::thread::spawn(move || stream.map(|stream| watch(&stream)));
    }
    let most = if server.has(Fault::ClosesAfterManyRequests) {
        10
    } else {
        usize::MAX
    };
    let mut answered = 0;
    while answered < most {
        match one(server, &mut wire) {
            Ok(true) => answered += 1,
            Ok(false) => break,
            Err(unread) => {
                refuse(server, &mut wire, &unread, answered);
                break;
            }
        }
    }
    // The other side may have closed it already.
    let _closed = wire.stream.shutdown(Shutdown::Both);
}

/// Serves one request, and says whether another may follow.
fn one(server: &Server, wire: &mut Wire) -> Result<bool, Unread> {
    wire.begins(server)?;
    let mut reading = None;
    let request = wire.request(server, || {
        if server.has(Fault::WaitsForHalfRequests) {
            reading = server.life.begin(None);
        }
    })?;
    let Some(running) = server.life.begin(request.deadline()) else {
        return Ok(false);
    };
    drop(reading);
    let keep = call::answer(server, wire, &request)?;
    drop(running);
    // The answer did not say that the connection ends.
    let leaves = server.has(Fault::LeavesBodiesUnread) && request.parts().0 != "/invoke";
    Ok(keep && !(leaves && request.body.len() > UNREAD))
}

/// Ends a connection that brought no request.
fn refuse(server: &Server, wire: &mut Wire, unread: &Unread, answered: usize) {
    let status = match unread {
        Unread::Closed => {
            if server.has(Fault::LosesAWorkerToAnEmptyConnection) && answered == 0 {
                server.empty.fetch_add(1, Ordering::Relaxed);
            }
            return;
        }
        Unread::Broken if server.has(Fault::EndsWithABrokenConnection) => process::exit(1),
        Unread::Broken => return,
        Unread::Http2 => return h2::serve(server, wire),
        Unread::Refused(status) => *status,
    };
    if server.has(Fault::EndsOnGarbage) && status != 413 {
        process::exit(1);
    }
    let answer = Answer::failure(status, "BadRequest", "the request was not read");
    if wire.stream.write_all(&answer.closing()).is_ok() {
        linger(&wire.stream);
    }
}

/// Reads what is still on its way, since a close that drops it would take the answer with it.
fn linger(mut stream: &TcpStream) {
    const PATIENCE: Duration = Duration::from_secs(2);
    let due = Instant::now() + PATIENCE;
    if stream.shutdown(Shutdown::Write).is_err() || stream.set_read_timeout(Some(PATIENCE)).is_err()
    {
        return;
    }
    let mut dropped = [0; 16 * 1024];
    while Instant::now() < due && stream.read(&mut dropped).is_ok_and(|count| count > 0) {}
}

/// A watchdog that takes a pause of its own for one of the connection, which it closes.
fn watch(stream: &TcpStream) {
    const TICK: Duration = Duration::from_millis(50);
    loop {
        let last = Instant::now();
        std::thread::sleep(TICK);
        if last.elapsed() > faults::IMPATIENCE {
            // It may be closed already.
            let _closed = stream.shutdown(Shutdown::Both);
            return;
        }
    }
}
