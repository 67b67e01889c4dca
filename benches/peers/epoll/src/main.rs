//! The ceiling: one thread, one epoll, and only the HTTP that the job needs. It supports no chunked
//! bodies, limits, time-outs or errors, so it is not a server to use.

mod connection;

use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::os::fd::AsFd;

use rustix::buffer::spare_capacity;
use rustix::event::epoll::{self, CreateFlags, EventData, EventFlags};

use connection::Connection;

/// The token of the listener. The tokens of connections are their indices in the list.
const LISTENER: u64 = u64::MAX;

fn main() -> io::Result<()> {
    let port = std::env::var("FC_SERVER_PORT").unwrap_or_else(|_| "9000".into());
    let port: u16 = port.parse().map_err(io::Error::other)?;
    let listener = TcpListener::bind((Ipv4Addr::UNSPECIFIED, port))?;
    let epoll = epoll::create(CreateFlags::CLOEXEC)?;
    let token = EventData::new_u64(LISTENER);
    epoll::add(&epoll, &listener, token, EventFlags::IN)?;

    let mut connections: Vec<Option<Connection>> = Vec::new();
    let mut events = Vec::with_capacity(256);
    loop {
        events.clear();
        epoll::wait(&epoll, spare_capacity(&mut events), None)?;
        for event in &events {
            let token = event.data.u64();
            if token == LISTENER {
                let (stream, _) = listener.accept()?;
                stream.set_nonblocking(true)?;
                stream.set_nodelay(true)?;
                let place = vacant(&mut connections);
                let token = EventData::new_u64(place as u64);
                epoll::add(&epoll, &stream, token, EventFlags::IN)?;
                connections[place] = Some(Connection::new(stream));
                continue;
            }
            let place = usize::try_from(token).expect("a place in the list");
            let Some(connection) = &mut connections[place] else {
                continue;
            };
            match connection.turn() {
                Ok(interest) if interest == connection.interest => {}
                Ok(interest) => {
                    connection.interest = interest;
                    let token = EventData::new_u64(token);
                    epoll::modify(&epoll, connection.stream.as_fd(), token, interest)?;
                }
                // Closing it removes it from the epoll.
                Err(_) => connections[place] = None,
            }
        }
    }
}

/// An index that no connection uses.
fn vacant(connections: &mut Vec<Option<Connection>>) -> usize {
    let vacant = connections.iter().position(Option::is_none);
    vacant.unwrap_or_else(|| {
        connections.push(None);
        connections.len() - 1
    })
}
