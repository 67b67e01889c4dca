//! The yardstick: hyper on one thread, as in its own example. It sends a `Date` header, as hyper does by
//! default, and logs with `println!`. It has no routes, parses nothing, catches no panics and never
//! ends by itself.

use std::io;
use std::net::Ipv4Addr;

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::runtime::Builder;

fn main() -> io::Result<()> {
    let port = std::env::var("FC_SERVER_PORT").unwrap_or_else(|_| "9000".into());
    let port = port.parse().map_err(io::Error::other)?;
    Builder::new_current_thread()
        .enable_io()
        .build()?
        .block_on(serve(port))
}

async fn serve(port: u16) -> io::Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::UNSPECIFIED, port)).await?;
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let connection =
            http1::Builder::new().serve_connection(TokioIo::new(stream), service_fn(answer));
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                eprintln!("{error}");
            }
        });
    }
}

async fn answer(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, hyper::Error> {
    let (head, body) = request.into_parts();
    let id = head.headers.get("x-fc-request-id");
    let id = id.and_then(|id| id.to_str().ok()).unwrap_or("-");
    println!("FC Invoke Start RequestId: {id}");
    let event = body.collect().await?.to_bytes();
    println!("FC Invoke End RequestId: {id}");
    Ok(Response::new(Full::new(event)))
}
