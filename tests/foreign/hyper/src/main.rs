//! An event function in the plainest hyper: its server as the guide shows it, with the timer that
//! puts its time-outs into force.

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;

async fn serve(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, hyper::Error> {
    if request.method() != Method::POST || request.uri().path() != "/invoke" {
        let mut response = Response::new(Full::default());
        *response.status_mut() = StatusCode::NOT_FOUND;
        return Ok(response);
    }
    let event = request.into_body().collect().await?.to_bytes();
    println!("{}", String::from_utf8_lossy(&event));
    Ok(Response::new(Full::from("Hello, World!")))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let port = ["FC_SERVER_PORT", "FC_CUSTOM_LISTEN_PORT"].map(std::env::var);
    let port = port
        .into_iter()
        .find_map(Result::ok)
        .unwrap_or("9000".into());
    let listener = TcpListener::bind(format!("0.0.0.0:{port}")).await?;
    loop {
        let (stream, _) = listener.accept().await?;
        tokio::spawn(async move {
            let connection = http1::Builder::new()
                .timer(TokioTimer::new())
                .serve_connection(TokioIo::new(stream), service_fn(serve));
            if let Err(error) = connection.await {
                eprintln!("{error}");
            }
        });
    }
}
