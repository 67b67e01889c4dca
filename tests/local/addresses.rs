//! Clients with addresses of their own, which every address of the loopback interface can be on Linux.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use rustix::net::{AddressFamily, SocketType};

use crate::client::{Local, web};
use crate::names::header;

/// A function sees who calls it, behind those that the client names.
pub(crate) fn of_clients() {
    let local = Local::start(web("one"));
    let address = local.service.address();
    let seen = |more: &str| {
        let socket = rustix::net::socket(AddressFamily::INET, SocketType::STREAM, None);
        let socket = socket.expect("a socket");
        let own = SocketAddr::from(([127, 0, 0, 3], 0));
        rustix::net::bind(&socket, &own).expect("a loopback address");
        rustix::net::connect(&socket, &address).expect("it listens");
        let mut stream = TcpStream::from(socket);
        let head = format!("GET / HTTP/1.1\r\nHost: localhost\r\n{more}Connection: close\r\n\r\n");
        stream.write_all(head.as_bytes()).expect("it reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        header(&answer, "x-forwarded-for")
    };
    assert_eq!(seen("").as_deref(), Some("127.0.0.3"));
    let forwarded = "X-Forwarded-For: 192.0.2.1\r\nX-Forwarded-For: 192.0.2.2\r\n";
    let all = "192.0.2.1, 192.0.2.2, 127.0.0.3";
    assert_eq!(seen(forwarded).as_deref(), Some(all));
}
