//! A name server of the test's own, which knows one name.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::{self, JoinHandle};

/// Where name servers are asked, on any machine.
const PORT: u16 = 53;

/// The parts of a message that are needed here: <https://www.rfc-editor.org/rfc/rfc1035#section-4>.
const HEADER: usize = 12;
const TYPE_A: [u8; 2] = [0, 1];
const CLASS_INTERNET: [u8; 2] = [0, 1];
const NO_ERROR: u8 = 0;
const NO_SUCH_NAME: u8 = 3;

/// A name server that answers until it is dropped.
pub(crate) struct NameServer {
    socket: UdpSocket,
    shared: Arc<Shared>,
    answering: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    asked: AtomicUsize,
    ended: AtomicBool,
}

impl NameServer {
    /// Answers that `name` is this machine's loopback, and that there is no other.
    ///
    /// # Errors
    /// When the port cannot be listened on, which needs root on most machines.
    pub(crate) fn knowing(name: &'static str) -> io::Result<Self> {
        // All of 127.0.0.0/8 is this machine; any address in it that is free will do.
        let mut addresses = (1..=254).map(|last| Ipv4Addr::new(127, 53, 53, last));
        let socket = addresses
            .find_map(|address| match UdpSocket::bind((address, PORT)) {
                Err(error) if error.kind() == io::ErrorKind::AddrInUse => None,
                bound => Some(bound),
            })
            .unwrap_or_else(|| Err(io::ErrorKind::AddrInUse.into()))?;
        let shared = Arc::<Shared>::default();
        let (ours, state) = (socket.try_clone()?, Arc::clone(&shared));
        let answering = thread::spawn(move || answer(&ours, &state, name));
        Ok(Self {
            socket,
            shared,
            answering: Some(answering),
        })
    }

    /// Where it is asked.
    pub(crate) fn address(&self) -> io::Result<IpAddr> {
        Ok(self.socket.local_addr()?.ip())
    }

    /// How often it was asked so far.
    pub(crate) fn asked(&self) -> usize {
        self.shared.asked.load(Ordering::SeqCst)
    }
}

impl Drop for NameServer {
    fn drop(&mut self) {
        self.shared.ended.store(true, Ordering::SeqCst);
        // Whatever arrives makes it look.
        let woken = self.socket.local_addr();
        if woken.and_then(|own| self.socket.send_to(&[], own)).is_ok()
            && let Some(answering) = self.answering.take()
        {
            // It has no result, and a panic of it has failed a trial by its silence.
            let _ = answering.join();
        }
    }
}

fn answer(socket: &UdpSocket, shared: &Shared, name: &str) {
    let mut buffer = [0; 512];
    while let Ok((length, from)) = socket.recv_from(&mut buffer) {
        if shared.ended.load(Ordering::SeqCst) {
            return;
        }
        if let Some(reply) = reply(&buffer[..length], name) {
            shared.asked.fetch_add(1, Ordering::SeqCst);
            reply_to(socket, &reply, from);
        }
    }
}

fn reply_to(socket: &UdpSocket, reply: &[u8], to: SocketAddr) {
    // Who asked and does not wait any more needs no answer.
    let _ = socket.send_to(reply, to);
}

/// The answer to a question, which holds the question.
fn reply(question: &[u8], known: &str) -> Option<Vec<u8>> {
    let (name, rest) = read_name(question.get(HEADER..)?)?;
    let (kind, class) = (rest.get(..2)?, rest.get(2..4)?);
    let asked = &question[HEADER..question.len() - rest.len() + 4];
    let is_known = name.eq_ignore_ascii_case(known);
    let address = is_known && kind == TYPE_A && class == CLASS_INTERNET;

    let mut reply = question[..2].to_vec();
    let code = if is_known { NO_ERROR } else { NO_SUCH_NAME };
    // An answer, with authority, to what was asked for with recursion, which there is.
    reply.extend([0x85, 0x80 | code, 0, 1, 0, u8::from(address), 0, 0, 0, 0]);
    reply.extend(asked);
    if address {
        // The name of the question, its type and class, a minute, four bytes.
        reply.extend([0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4]);
        reply.extend(Ipv4Addr::LOCALHOST.octets());
    }
    Some(reply)
}

/// A name, and what follows it.
fn read_name(mut bytes: &[u8]) -> Option<(String, &[u8])> {
    let mut labels = Vec::new();
    loop {
        let (length, rest) = bytes.split_first()?;
        if *length == 0 {
            return Some((labels.join("."), rest));
        }
        let (label, rest) = rest.split_at_checked(usize::from(*length))?;
        labels.push(String::from_utf8_lossy(label).into_owned());
        bytes = rest;
    }
}
