//! Listens, serves connections, and drains them when a signal ends the instance.

use std::convert::Infallible;
use std::env;
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::pin;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use crate::error::Chain;
use crate::{Result, log};

pub(crate) mod answer;
pub(crate) mod call;
pub(crate) mod instance;
pub(crate) mod route;
mod signals;
mod stream;
mod workers;

use instance::{Instance, PRE_STOP_LIMIT, Served};
use signals::Signals;

/// The port that the platform uses by default.
const PORT: u16 = 9000;

/// The number of connections that may wait to be accepted. One instance serves at most 200 calls at
/// the same time.
const BACKLOG: u32 = 1024;

/// The number of headers that a client's request may have. The platform lets 8 KB of them through, so
/// there may be more than the 100 that hyper accepts by default, which are enough for events.
const CLIENT_HEADERS: usize = 1024;

/// How long a shutdown waits for connections whose calls have ended. Some still send a reply, others
/// have received only a part of a request.
const LINGER: Duration = Duration::from_secs(5);

/// Serves until a signal ends the instance.
pub(crate) fn run<S: Served>(served: S) -> ExitCode {
    crate::name_service::load_no_modules();
    log::install();
    let runtime = variable("TOKIO_WORKER_THREADS").and_then(workers::runtime);
    let served = runtime.and_then(|runtime| {
        let served = runtime.block_on(serve(served));
        // Work on blocking threads that nobody waits for must not delay the exit.
        runtime.shutdown_background();
        served
    });
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{}", Chain(&*error));
            ExitCode::FAILURE
        }
    }
}

async fn serve<S: Served>(served: S) -> Result<()> {
    // The platform sends the first call as soon as the port accepts it, so nothing may come before this.
    let listener = listen()?;
    let mut signals = Signals::listen()?;
    let (port, version) = (listener.local_addr()?.port(), env!("CARGO_PKG_VERSION"));
    tracing::info!("listening on port {port}, fc3 {version}");
    let instance = Arc::new(Instance::new(served));
    workers::share(&Handle::current(), &instance.calls)?;
    // A connection owns a receiver until it ends. A change asks it to end.
    let (draining, open) = watch::channel(());
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => connect(stream, &instance, open.clone()),
                Err(error) => {
                    // There may be too many open files. Connections that end make room.
                    tracing::warn!("cannot accept a connection: {error}");
                    sleep(Duration::from_millis(100)).await;
                }
            },
            () = signals.first() => break,
        }
    }
    drop((listener, open));
    drain(&instance, draining).await;
    // A panic in `stop` is in the log, and nobody waits for its result.
    if timeout(PRE_STOP_LIMIT, instance.stop()).await.is_err() {
        tracing::warn!("stop was cut short after {PRE_STOP_LIMIT:?}");
    }
    Ok(())
}

/// Listens on every address, since the platform does not connect from the loopback address.
fn listen() -> Result<TcpListener> {
    let port = match variable("FC_SERVER_PORT")? {
        Some(port) => port,
        None => variable("FC_CUSTOM_LISTEN_PORT")?.unwrap_or(PORT),
    };
    let bind = || {
        let socket = TcpSocket::new_v4()?;
        socket.set_reuseaddr(cfg!(unix))?;
        socket.bind(SocketAddr::from((Ipv4Addr::UNSPECIFIED, port)))?;
        socket.listen(BACKLOG)
    };
    bind().map_err(|error| {
        format!("cannot listen on port {port} (FC_SERVER_PORT chooses another): {error}").into()
    })
}

/// Serves one connection.
///
/// It never times out: the platform keeps connections across freezes, and an event that it sends on a
/// closed one fails. A client that closes its sending side still receives its answer.
fn connect<S: Served>(
    stream: TcpStream,
    instance: &Arc<Instance<S>>,
    mut draining: watch::Receiver<()>,
) {
    // Nagle's algorithm would delay the small parts of a streamed response.
    let _ = stream.set_nodelay(true);
    let instance = Arc::clone(instance);
    let service = service_fn(move |request| {
        let instance = Arc::clone(&instance);
        async move { Ok::<_, Infallible>(instance.answer(request).await) }
    });
    let mut http = http1::Builder::new();
    http.header_read_timeout(None);
    http.half_close(true);
    http.auto_date_header(false);
    if S::WEB {
        http.max_headers(CLIENT_HEADERS);
    }
    let connection = http.serve_connection(TokioIo::new(stream), service);
    let connection = connection.with_upgrades();
    tokio::spawn(async move {
        let mut connection = pin!(connection);
        let ended = tokio::select! {
            // A change comes only once, so it need not be polled before each call.
            biased;
            ended = connection.as_mut() => ended,
            _ = draining.changed() => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(error) = ended {
            tracing::debug!("a connection broke: {error}");
        }
    });
}

/// Waits for the running calls, at most until the last of their deadlines.
async fn drain<S: Served>(instance: &Instance<S>, draining: watch::Sender<()>) {
    draining.send_replace(());
    let calls = &instance.calls;
    let only_idle_ones_left = async {
        calls.all_done().await;
        sleep(LINGER).await;
        calls.all_done().await;
    };
    tokio::select! {
        () = draining.closed() => {}
        () = only_idle_ones_left => {}
        () = calls.overdue() => tracing::warn!("no longer waiting for calls that are past their deadline"),
    }
}

/// The value of an environment variable; an empty one counts as unset.
fn variable<T: std::str::FromStr>(name: &str) -> Result<Option<T>> {
    match env::var(name) {
        Ok(value) if !value.is_empty() => match value.parse() {
            Ok(value) => Ok(Some(value)),
            Err(_) => Err(format!("{name} is not a number in range: `{value}`").into()),
        },
        _ => Ok(None),
    }
}
