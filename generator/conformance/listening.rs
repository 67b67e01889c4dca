//! The address and port of a function, and when it starts to listen.

use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::time::Duration;

use super::calls::{
    After, ensure, fail, is_plain, not_checked, plain, unsupported, wait_line, works,
};
use super::rule::Level::{Must, Should};
use super::rule::Rule;
use super::target::Target;
use super::verdict::{NotPassed, Verdict, Violation};
use crate::emulator::{
    Connection, Elsewhere, Hook, Instance, PortVariable, Settings, is_free, lock_port,
};
use crate::platform::{DEFAULT_PORT, env, page};

pub(super) const RULES: &[Rule] = &[
    Rule::new(
        Must,
        "listen-in-time",
        page::PRINCIPLES,
        "the platform gives up on an instance that accepts no connection within 120 s of its start",
        |target| works(target, &target.start()?, "started the function"),
    )
    .hint(
        "see its log, if it wrote one. Set a missing environment variable with `--env K=V`, and pass a hard-coded \
         port with `--port`. Listen first and do slow work later, in `/initialize` or on the first \
         call",
    ),
    Rule::new(
        Must,
        "listen-on-all-addresses",
        page::PRINCIPLES,
        "the platform connects from outside, so a function that listens only on the loopback \
         address never starts",
        all_addresses,
    )
    .hint(
        "listen on `0.0.0.0` instead of `127.0.0.1` or `localhost`: Flask \
         `app.run(host=\"0.0.0.0\")`, gunicorn `--bind 0.0.0.0:9000`, uvicorn `--host 0.0.0.0`",
    ),
    Rule::new(
        Should,
        "listen-on-server-port",
        page::ENVIRONMENT,
        "the platform's own runtimes read their port from `FC_SERVER_PORT`; a program that does \
         not read it works only if its port happens to match the configured one",
        |target| port_from(target, PortVariable::Server),
    )
    .hint(PORT_HINT),
    Rule::new(
        Should,
        "listen-on-custom-port",
        page::ENVIRONMENT,
        "the platform passes a configured port in `FC_CUSTOM_LISTEN_PORT`; a program that does not \
         read it works only if its port happens to match the configured one",
        |target| port_from(target, PortVariable::CustomListen),
    )
    .hint(PORT_HINT),
    Rule::new(
        Should,
        "listen-on-9000",
        page::PRINCIPLES,
        "the platform calls a function without a configured port on port 9000",
        |target| port_from(target, PortVariable::Neither),
    )
    .hint(PORT_HINT),
    Rule::new(
        Should,
        "listen-before-init",
        page::TROUBLESHOOTING,
        "slow work before the function listens ends in `health check failed on port`, and an \
         initializer that blocks the server delays everything else",
        before_init,
    )
    .hint(
        "listen before the initializer runs, and run it where it does not block the serving \
         thread: in another thread or in an async task",
    )
    .probe(),
    Rule::new(
        Must,
        "bare-connects",
        page::TROUBLESHOOTING,
        "the platform checks the port with connections that send nothing",
        bare_connects,
    )
    .hint(
        "ignore a connection that closes before its first byte: do not exit, do not raise an \
         error, and close your side",
    ),
];

/// The longest wait for other checks that use port 9000. Each needs a few seconds at most.
const HELD_BY_OTHERS: Duration = Duration::from_secs(60);

const PORT_HINT: &str = "read the port from `FC_SERVER_PORT`, then from `FC_CUSTOM_LISTEN_PORT`, \
                         and default to 9000. If the port must be fixed, configure it as `port` in \
                         `customRuntimeConfig` and pass it here with `--port`";

/// Starts an instance; the error of a failed start says how it was started.
fn started(
    target: &Target,
    done: &str,
    change: impl FnOnce(&mut Settings),
) -> Result<Instance, NotPassed> {
    target.start_with(change).map_err(|unmet| match unmet {
        NotPassed::Failed(failure) => NotPassed::Failed(Violation {
            action: done.to_owned(),
            ..failure
        }),
        NotPassed::NotChecked(_) | NotPassed::Unsupported(_) => unmet,
    })
}

fn all_addresses(target: &Target) -> Verdict {
    let instance = target.start()?;
    let Some(outer) = outer_address() else {
        return unsupported("this machine has only a loopback address");
    };
    let address = SocketAddr::new(outer, instance.address().port());
    let done =
        format!("connected to {address}, an address of this machine other than the loopback");
    let mut connection = Connection::open(address).after(&done)?;
    let done = format!("{done} and sent a call");
    let answer = connection.call(&plain(target, &instance), instance.patience());
    is_plain(target, &done, &answer.after(&done)?)
}

/// The address that this machine would send from. Finding it sends nothing.
fn outer_address() -> Option<std::net::IpAddr> {
    const DOCUMENTATION: (Ipv4Addr, u16) = (Ipv4Addr::new(192, 0, 2, 1), 9);
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    socket.connect(DOCUMENTATION).ok()?;
    let address = socket.local_addr().ok()?.ip();
    (!address.is_loopback() && !address.is_unspecified()).then_some(address)
}

fn port_from(target: &Target, port: PortVariable) -> Verdict {
    let held = match (target.settings.fixed_port, port) {
        (Some(DEFAULT_PORT), PortVariable::Neither) => return Ok(()),
        (Some(port), _) if target.is_port_found => {
            let done = "started the function with both port variables";
            return fail(
                done,
                format_args!("it ignores the port variables and listens on port {port}"),
            );
        }
        (Some(port), _) => {
            return not_checked(format!("`--port` configures port {port}"));
        }
        // A program that ignores the variable may listen on this port, which other checks use too.
        (None, _) => lock_port(DEFAULT_PORT, target.patience.max(HELD_BY_OTHERS)),
    };
    let Ok(Some(_held)) = held else {
        return unsupported(format!(
            "another check on this machine is using port {DEFAULT_PORT}"
        ));
    };
    if port == PortVariable::Neither && !is_free(DEFAULT_PORT) {
        return unsupported(format!("port {DEFAULT_PORT} is in use on this machine"));
    }
    let done = match port {
        PortVariable::Both => "started the function with both port variables".to_owned(),
        PortVariable::Server => format!(
            "started the function with its port only in `{}`",
            env::SERVER_PORT
        ),
        PortVariable::CustomListen => format!(
            "started the function with its port only in `{}`",
            env::CUSTOM_LISTEN_PORT
        ),
        PortVariable::Neither => {
            format!("started the function without a port variable to call it on {DEFAULT_PORT}")
        }
    };
    let instance = started(target, &done, |settings| {
        settings.port = port;
        settings.elsewhere = Elsewhere::PortReported;
    })?;
    works(target, &instance, &done)
}

fn before_init(target: &Target) -> Verdict {
    let done = "started the function with an `init` that waits for 600 s (PROBE_INIT=slow:600000)";
    let variable = ("PROBE_INIT".to_owned(), "slow:600000".to_owned());
    let instance = started(target, done, |settings| settings.env.push(variable))?;
    let limit = instance.patience();
    let sent = "sent POST /initialize to a function whose `init` waits for 600 s";
    let mut initialized = instance.connect().after(sent)?;
    initialized
        .send(&instance.hook(Hook::Initialize).to_bytes(), limit)
        .after(sent)?;
    wait_line(&instance, "probe init")?;
    let done = "sent GET /pre-stop while `init` waits";
    let answer = instance
        .call_within(&instance.hook(Hook::PreStop), limit)
        .after(done)?;
    ensure(answer.is_success(), done, &answer)?;
    if initialized.is_silent().after(sent)? {
        return Ok(());
    }
    fail(
        sent,
        "the function responded or closed the connection before `init` ended",
    )
}

fn bare_connects(target: &Target) -> Verdict {
    const CONNECTS: usize = 1000;
    let instance = target.start()?;
    for at in 1..=CONNECTS {
        let done = format!("connected and closed, connection {at} of {CONNECTS}");
        instance.connect().after(&done)?;
    }
    let done = format!("connected and closed {CONNECTS} times");
    works(target, &instance, &done)
}
