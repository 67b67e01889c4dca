//! Where a server listens, and what it does to connections and to those at their other end.

use std::time::Duration;

use super::{Fault, Witness};

pub(super) const WITNESSES: &[Witness] = &[
    Witness::of(Fault::NeverListens, "listen-in-time")
        .then_all_but(&[])
        .starts_within(Duration::from_millis(200)),
    Witness::of(Fault::ListensOnLoopback, "listen-on-all-addresses"),
    Witness::of(Fault::IgnoresServerPort, "listen-on-server-port"),
    Witness::of(Fault::IgnoresCustomPort, "listen-on-custom-port"),
    Witness::of(Fault::ListensElsewhereByDefault, "listen-on-9000"),
    Witness::of(Fault::InitializesBeforeItListens, "listen-before-init").then(&[
        "initialize-again-after-failure",
        "initialize-again-after-panic",
    ]),
    Witness::of(Fault::LosesAWorkerToAnEmptyConnection, "bare-connects"),
    Witness::of(Fault::ClosesAfterManyRequests, "keep-alive").then(&["pipelining"]),
    Witness::of(Fault::ClosesEachConnection, "keep-alive")
        .then(&["pipelining", "answer-fields"])
        .hides(&["idle-connection", "freeze"]),
    Witness::of(Fault::LeavesBodiesUnread, "keep-alive"),
    Witness::of(Fault::ClosesIdleConnections, "idle-connection")
        .then(&["freeze"])
        .held(),
    Witness::of(Fault::ClosesConnectionsAfterAPause, "freeze").held(),
    Witness::of(Fault::WatchesOverAWorker, "freeze").held(),
    Witness::of(Fault::DropsWhatCameAhead, "pipelining"),
    Witness::of(Fault::KeepsOldConnections, "http-1-0"),
    Witness::of(Fault::NeverSaysContinue, "expect-continue").hides(&["declared-memory"]),
    Witness::of(Fault::LimitsTheTimeOfBodies, "slow-request").held(),
    Witness::of(Fault::LimitsTheTimeOfHeads, "slow-head").held(),
    Witness::of(Fault::EndsWithABrokenConnection, "client-vanishes"),
    Witness::of(Fault::StopsWorkWhenTheClientLeaves, "handler-finishes")
        .then(&["half-closed-client"]),
    Witness::of(Fault::HangsUpOnHalfClosed, "half-closed-client"),
    Witness::of(Fault::EndsOnGarbage, "garbage"),
];
