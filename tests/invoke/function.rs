//! A function that does what its event says. It is compiled by `rustc` alone.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};

fn main() {
    let mode = std::env::var("MODE").unwrap_or_default();
    if mode == "exit" {
        eprintln!("cannot start");
        std::process::exit(3);
    }
    let port: u16 = std::env::var("FC_SERVER_PORT").unwrap().parse().unwrap();
    let listener = TcpListener::bind(("0.0.0.0", port)).unwrap();
    for stream in listener.incoming() {
        serve(stream.unwrap(), &mode);
    }
}

fn serve(mut stream: TcpStream, mode: &str) {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        if stream.read(&mut byte).unwrap_or(0) == 0 {
            return;
        }
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).unwrap();
    let length = head.to_lowercase();
    let length = length.lines().find_map(|line| line.strip_prefix("content-length: "));
    let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
    stream.read_exact(&mut body).unwrap();

    let line = head.lines().next().unwrap();
    let mut words = line.split(' ');
    match (words.next().unwrap(), words.next().unwrap()) {
        ("POST", "/initialize") if mode == "no-init" => {
            answer(&mut stream, "404 Not Found", FAILED, br#"{"errorMessage":"no database","errorType":"InitError"}"#);
        }
        ("POST", "/initialize") | ("GET", "/pre-stop") => answer(&mut stream, "200 OK", "", b""),
        ("POST", "/invoke") => event(&mut stream, &head, &body),
        ("GET", "/500") => answer(&mut stream, "500 Internal Server Error", "", b"broken"),
        ("GET", "/half") => {
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nhalf").unwrap();
        }
        ("GET", "/404") => answer(&mut stream, "404 Not Found", "X-Kind: missing\r\n", b"missing"),
        _ => {
            println!("{line}");
            // What the platform adds is left out.
            let own = |line: &&str| !line.to_lowercase().starts_with("x-fc-");
            let mut reply: Vec<_> = head.lines().filter(own).collect();
            reply.pop();
            let reply = [reply.join("\n").as_bytes(), b"\n\n", &body].concat();
            answer(&mut stream, "200 OK", "", &reply);
        }
    }
}

const FAILED: &str = "X-Fc-Status: 404\r\n";

fn event(stream: &mut TcpStream, head: &str, body: &[u8]) {
    println!("on stdout");
    eprintln!("on stderr");
    let text = String::from_utf8_lossy(body);
    let mut words = text.split(' ');
    match (words.next().unwrap(), words.next().unwrap_or_default()) {
        ("fail", _) => {
            let reply = br#"{"errorMessage":"no such order","errorType":"OrderError"}"#;
            answer(stream, "404 Not Found", FAILED, reply);
        }
        ("exit", _) => std::process::exit(3),
        ("garbage", _) => stream.write_all(b"what?\r\n\r\n").unwrap(),
        ("hang", fifo) => {
            let mut fifo = std::fs::File::create(fifo).unwrap();
            fifo.write_all(b"called\n").unwrap();
            loop {
                std::thread::park();
            }
        }
        ("sleep", _) => std::thread::sleep(std::time::Duration::from_secs(600)),
        ("variable", name) => {
            let value = std::env::var(name).unwrap_or_default();
            answer(stream, "200 OK", "", value.as_bytes());
        }
        ("header", name) => {
            let mut fields = head.lines().filter_map(|line| line.split_once(": "));
            let value = fields.find(|(field, _)| field.eq_ignore_ascii_case(name));
            answer(stream, "200 OK", "", value.map_or("", |field| field.1).as_bytes());
        }
        _ => answer(stream, "200 OK", "X-Fc-Status: 200\r\n", body),
    }
}

fn answer(stream: &mut TcpStream, status: &str, headers: &str, body: &[u8]) {
    let length = body.len();
    write!(stream, "HTTP/1.1 {status}\r\nConnection: close\r\n{headers}Content-Length: {length}\r\n\r\n").unwrap();
    stream.write_all(body).unwrap();
}
