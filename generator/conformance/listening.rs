//! Where and when a function listens.

use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::time::Duration;

use super::calls::{After, ensure, fail, is_plain, not_checked, plain, wait_line, works};
use super::rule::Level::{Must, Should};
use super::rule::Rule;
use super::target::Target;
use super::verdict::{NotPassed, Verdict, Violation};
use crate::emulator::{Connection, Hook, Instance, PortVariable, Settings, hold, is_free};
use crate::platform::{DEFAULT_PORT, env, page};

pub(super) const RULES: &[Rule] = &[
    Rule::new(
        Must,
        "listen-in-time",
        page::PRINCIPLES,
        "an instance that accepts no connection within 120 s of its start is given up, and one that \
         answers no call is of no use",
        |target| works(target, &target.start()?, "started it"),
    )
    .hint(
        "see its log; a variable that it lacks is set by `--env K=V`, and a port that it does not read \
         is given by `--port`. Listen first, and do slow work after that, in `/initialize` or at the \
         first call",
    ),
    Rule::new(
        Must,
        "listen-on-all-addresses",
        page::PRINCIPLES,
        "the platform connects from another address, so a function on the loopback never starts",
        all_addresses,
    )
    .hint(
        "listen on `0.0.0.0` and not on `127.0.0.1` or `localhost`: Flask \
         `app.run(host=\"0.0.0.0\")`, gunicorn `--bind 0.0.0.0:9000`, uvicorn `--host 0.0.0.0`",
    ),
    Rule::new(
        Should,
        "listen-on-server-port",
        page::ENVIRONMENT,
        "the platform's own runtimes take their port from `FC_SERVER_PORT`; a program that does not \
         works only while its port and the configured one happen to agree",
        |target| port_from(target, PortVariable::Server),
    )
    .hint(PORT_HINT),
    Rule::new(
        Should,
        "listen-on-custom-port",
        page::ENVIRONMENT,
        "a function whose port was configured gets it in `FC_CUSTOM_LISTEN_PORT`; a program that \
         does not read it works only while its port and the configured one happen to agree",
        |target| port_from(target, PortVariable::CustomListen),
    )
    .hint(PORT_HINT),
    Rule::new(
        Should,
        "listen-on-9000",
        page::PRINCIPLES,
        "a function whose port was not configured is called on 9000",
        |target| port_from(target, PortVariable::Neither),
    )
    .hint(PORT_HINT),
    Rule::new(
        Should,
        "listen-before-init",
        page::TROUBLESHOOTING,
        "slow work before the port accepts ends in `health check failed on port`, and an \
         initializer that holds the server keeps all else waiting",
        before_init,
    )
    .hint(
        "listen before the initializer runs, and run it where it does not hold the thread that \
         serves: another thread, or a task that awaits",
    )
    .probe(),
    Rule::new(
        Must,
        "bare-connects",
        page::TROUBLESHOOTING,
        "the platform probes the port with connections that send nothing",
        bare_connects,
    )
    .hint(
        "take a connection that closes before its first byte for nothing at all: do not end, do not \
         raise, and close your side of it",
    ),
];

/// How long the rules of the port, also those of other checks, are waited for, each of which needs a
/// few seconds at most.
const HELD_BY_OTHERS: Duration = Duration::from_secs(60);

const PORT_HINT: &str = "read the port from `FC_SERVER_PORT`, then `FC_CUSTOM_LISTEN_PORT`, else \
                         take 9000; where it must have a port of its own, configure that as the `port` \
                         of `customRuntimeConfig`, and say so here by `--port`";

/// Starts an instance; a failed start is told with how it was started.
fn started(
    target: &Target,
    done: &str,
    change: impl FnOnce(&mut Settings),
) -> Result<Instance, NotPassed> {
    target.start_with(change).map_err(|unmet| match unmet {
        NotPassed::Failed(failure) => NotPassed::Failed(Violation {
            sent: done.to_owned(),
            ..failure
        }),
        NotPassed::NotChecked(_) => unmet,
    })
}

fn all_addresses(target: &Target) -> Verdict {
    let instance = target.start()?;
    let Some(outer) = outer_address() else {
        return not_checked("this machine has no address but the loopback");
    };
    let address = SocketAddr::new(outer, instance.address().port());
    let done = format!("connected to {address}, an address of this machine beside the loopback");
    let mut connection = Connection::open(address).after(&done)?;
    let done = format!("{done}, and sent a call");
    let answer = connection.call(&plain(target, &instance), instance.patience());
    is_plain(target, &done, &answer.after(&done)?)
}

/// The address that this machine would send from; nothing is sent to find it.
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
            let done = "started it with both variables of the port";
            return fail(
                done,
                format_args!("it listens on port {port} whatever it is told"),
            );
        }
        (Some(port), _) => {
            return not_checked(format!(
                "`--port` says that it is configured to listen on {port}"
            ));
        }
        // A program that does not know the variable may listen there, and other checks want it too.
        (None, _) => hold(DEFAULT_PORT, target.patience.max(HELD_BY_OTHERS)),
    };
    let Ok(Some(_held)) = held else {
        return not_checked(format!(
            "another check on this machine uses port {DEFAULT_PORT}"
        ));
    };
    if port == PortVariable::Neither && !is_free(DEFAULT_PORT) {
        return not_checked(format!("port {DEFAULT_PORT} is taken on this machine"));
    }
    let done = match port {
        PortVariable::Both => "started it with both variables of the port".to_owned(),
        PortVariable::Server => format!("started it with its port in `{}` only", env::SERVER_PORT),
        PortVariable::CustomListen => format!(
            "started it with its port in `{}` only",
            env::CUSTOM_LISTEN_PORT
        ),
        PortVariable::Neither => format!("started it without a port, to call it on {DEFAULT_PORT}"),
    };
    let instance = started(target, &done, |settings| {
        settings.port = port;
        settings.find_port = true;
    })?;
    works(target, &instance, &done)
}

fn before_init(target: &Target) -> Verdict {
    let done = "started it with an `init` that waits for 600 s (PROBE_INIT=slow:600000)";
    let variable = ("PROBE_INIT".to_owned(), "slow:600000".to_owned());
    let instance = started(target, done, |settings| settings.env.push(variable))?;
    let limit = instance.patience();
    let sent = "sent POST /initialize, whose `init` waits for 600 s";
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
    fail(sent, "it was answered, or closed, before `init` ended")
}

fn bare_connects(target: &Target) -> Verdict {
    const CONNECTS: usize = 1000;
    let instance = target.start()?;
    for at in 1..=CONNECTS {
        let done = format!("connected and closed, time {at} of {CONNECTS}");
        instance.connect().after(&done)?;
    }
    let done = format!("connected and closed {CONNECTS} times");
    works(target, &instance, &done)
}
