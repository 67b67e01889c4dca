//! A life that begins or ends out of order.

use super::{Fault, Witness};

pub(super) const WITNESSES: &[Witness] = &[
    Witness::of(Fault::AsksInitializeForALength, "initialize-answered"),
    Witness::of(Fault::HasNoInitializer, "initialize-answered").then(&[
        "listen-before-init",
        "initialize-once",
        "initialize-again-after-failure",
        "initialize-again-after-panic",
        "control-path-initialize",
        "no-control-path",
        "markers",
    ]),
    Witness::of(Fault::InitializesEachTime, "initialize-once"),
    Witness::of(
        Fault::RemembersAFailedInit,
        "initialize-again-after-failure",
    ),
    Witness::of(
        Fault::RemembersAPanickedInit,
        "initialize-again-after-panic",
    ),
    Witness::of(Fault::FailsInitializeWithSuccess, "initialize-failure-told").then(&[
        "initialize-again-after-failure",
        "initialize-again-after-panic",
    ]),
    Witness::of(Fault::NeedsTheInitializer, "no-initializer")
        .then_all_but(&[
            "listen-before-init",
            "answer-headers",
            "answer-fields",
            "initialize-answered",
            "initialize-once",
            "initialize-again-after-failure",
            "initialize-again-after-panic",
            "initialize-failure-told",
            "pre-freeze-answered",
            "control-path-initialize",
            "no-control-path",
            "secrets-hidden",
            "markers",
            "markers-off",
            "markers-by-default",
            "log-whole-writes",
        ])
        .hides(&["contexts-apart"]),
    Witness::of(Fault::InitializesWithoutALock, "no-initializer-at-once"),
    Witness::of(Fault::StopsOnlyWhatIsReady, "pre-stop-answered")
        .then(&["listen-before-init", "pre-stop-runs-stop"]),
    Witness::of(Fault::StopsAgainAtTheEnd, "pre-stop-runs-stop"),
    Witness::of(Fault::CallsWhatIsStopped, "call-after-pre-stop"),
    Witness::of(Fault::KnowsNoPreFreeze, "pre-freeze-answered"),
    Witness::of(Fault::LeavesSigtermToTheSystem, "sigterm-drains")
        .then(&["sigterm-as-process-1", "stop-runs-at-the-end"])
        .hides(&[
            "sigterm-with-odd-connections",
            "refuses-while-draining",
            "second-signal-ends-at-once",
            "stop-is-bounded-by-a-signal",
        ]),
    Witness::of(Fault::EndsWithAnError, "sigterm-exits").then(&[
        "sigterm-drains",
        "sigint-drains",
        "sigterm-with-odd-connections",
        "stop-runs-at-the-end",
        "drain-ends-at-deadline",
    ]),
    Witness::of(Fault::DrainsForAMoment, "sigterm-drains")
        .then(&["sigint-drains"])
        .hides(&["sigterm-with-odd-connections"]),
    Witness::of(Fault::LeavesSigintToTheSystem, "sigint-drains"),
    Witness::of(Fault::CatchesNoSignalAsProcess1, "sigterm-as-process-1"),
    Witness::of(Fault::WaitsForHalfRequests, "sigterm-with-odd-connections"),
    Witness::of(Fault::EndsWithoutStop, "stop-runs-at-the-end")
        .then(&["sigterm-drains", "sigint-drains"])
        .hides(&["stop-is-bounded-by-a-signal"]),
    Witness::of(Fault::AcceptsWhileItDrains, "refuses-while-draining")
        .then(&["second-signal-ends-at-once"]),
    Witness::of(Fault::DrainsWithoutEnd, "drain-ends-at-deadline")
        .then(&["sigterm-ends-a-blocked-call"]),
    Witness::of(Fault::CountsASignalTwice, "sigterm-sent-twice"),
    Witness::of(Fault::IgnoresASecondSignal, "second-signal-ends-at-once").then(&[
        "second-signal-ends-a-blocked-thread",
        "stop-is-bounded-by-a-signal",
    ]),
    Witness::of(
        Fault::BlocksSignalsWithACall,
        "second-signal-ends-a-blocked-thread",
    )
    .then(&["sigterm-ends-a-blocked-call"]),
    Witness::of(Fault::WaitsForABlockedThread, "sigterm-ends-a-blocked-call"),
    Witness::of(Fault::IgnoresSignalsInStop, "stop-is-bounded-by-a-signal"),
    Witness::of(Fault::LeavesOrphans, "orphans-collected"),
];
