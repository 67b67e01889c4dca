//! Where and when a function listens.

use std::fs::File;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};

use super::Level::{Must, Should};
use super::ask::{After, LIMIT, ensure, plain, wait_line, works};
use super::{Rule, Target, Unmet, Verdict};
use crate::contract::{DEFAULT_PORT, page};
use crate::local::{Connection, Hook, PortVariable, is_free};

pub(super) const RULES: &[Rule] = &[
    Rule::new(
        Must,
        "listen-in-time",
        page::PRINCIPLES,
        "an instance that accepts no connection within 120 s of its start is given up",
        |target| works(target, &target.start()?, "started it"),
    ),
    Rule::new(
        Must,
        "listen-on-all-addresses",
        page::PRINCIPLES,
        "the platform connects from another address, so a function on the loopback never starts",
        all_addresses,
    ),
    Rule::new(
        Must,
        "listen-on-server-port",
        page::ENVIRONMENT,
        "the platform's own runtimes take their port from `FC_SERVER_PORT`",
        |target| {
            port_from(
                target,
                PortVariable::Server,
                "only `FC_SERVER_PORT` was set",
            )
        },
    ),
    Rule::new(
        Must,
        "listen-on-custom-port",
        page::ENVIRONMENT,
        "a function whose port was configured gets it in `FC_CUSTOM_LISTEN_PORT`",
        |target| {
            port_from(
                target,
                PortVariable::CustomListen,
                "only `FC_CUSTOM_LISTEN_PORT` was set",
            )
        },
    ),
    Rule::new(
        Should,
        "listen-on-9000",
        page::PRINCIPLES,
        "a function whose port was not configured is called on 9000",
        default_port,
    ),
    Rule::new(
        Must,
        "listen-before-init",
        page::TROUBLESHOOTING,
        "slow work before the port accepts ends in `health check failed on port`",
        before_init,
    )
    .probe(),
    Rule::new(
        Must,
        "bare-connects",
        page::TROUBLESHOOTING,
        "the platform probes the port with connections that send nothing",
        bare_connects,
    ),
];

fn all_addresses(target: &Target) -> Verdict {
    let instance = target.start()?;
    let outer = outer_address();
    let Some(outer) = outer else {
        return Err(Unmet::NotChecked(
            "this machine has no address but the loopback".into(),
        ));
    };
    let address = SocketAddr::new(outer, instance.address().port());
    let done = format!("connected to {address}, this machine's outer address");
    let mut connection = Connection::open(address).after(&done)?;
    let answer = connection
        .call(&plain(target, &instance), LIMIT)
        .after(&done)?;
    ensure(answer.status < 500, || format!("{done}: {answer}"))
}

/// The address that this machine would send from; nothing is sent to find it.
fn outer_address() -> Option<std::net::IpAddr> {
    const DOCUMENTATION: (Ipv4Addr, u16) = (Ipv4Addr::new(192, 0, 2, 1), 9);
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    socket.connect(DOCUMENTATION).ok()?;
    let address = socket.local_addr().ok()?.ip();
    (!address.is_loopback() && !address.is_unspecified()).then_some(address)
}

fn port_from(target: &Target, port: PortVariable, done: &str) -> Verdict {
    let instance = target.start_with(|settings| settings.port = port)?;
    works(target, &instance, done)
}

fn default_port(target: &Target) -> Verdict {
    // Other checks on this machine may want the same port; the lock ends with the file.
    let lock = File::create(std::env::temp_dir().join("cargo-fc3-port-9000.lock"))?;
    lock.lock()?;
    if !is_free(DEFAULT_PORT) {
        return Err(Unmet::NotChecked(format!(
            "port {DEFAULT_PORT} is taken on this machine"
        )));
    }
    port_from(target, PortVariable::Neither, "no port was set")
}

fn before_init(target: &Target) -> Verdict {
    let instance = target.start_in(&[("PROBE_INIT", "slow:600000")])?;
    let mut initialized = instance.connect()?;
    initialized.send(&instance.hook(Hook::Initialize).to_bytes(), LIMIT)?;
    wait_line(&instance, "probe init")?;
    let done = "while `init` blocks, sent GET /pre-stop";
    let answer = instance
        .call_within(&instance.hook(Hook::PreStop), LIMIT)
        .after(done)?;
    ensure(answer.is_success(), || format!("{done}: {answer}"))?;
    ensure(initialized.is_silent()?, || {
        "/initialize was answered before `init` ended".into()
    })
}

fn bare_connects(target: &Target) -> Verdict {
    const CONNECTS: usize = 1000;
    let instance = target.start()?;
    for at in 0..CONNECTS {
        instance
            .connect()
            .after(&format!("connected and closed {at} times"))?;
    }
    works(target, &instance, "connected and closed 1,000 times")
}
