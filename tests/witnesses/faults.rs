//! The faults: mistakes that real servers make, one switch each, and what each must be found out by.

mod calls;
mod connections;
mod events;
mod life;
mod web;
mod witness;

use std::time::Duration;

use heck::ToKebabCase;

pub(crate) use witness::{Expected, Witness};

/// How long a server with a time limit waits, where none is allowed.
pub(crate) const IMPATIENCE: Duration = Duration::from_millis(1500);

/// One mistake. Its name in words, joined by hyphens, is the name of its switch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    // Listening.
    NeverListens,
    ListensOnLoopback,
    IgnoresServerPort,
    IgnoresCustomPort,
    ListensElsewhereByDefault,
    InitializesBeforeItListens,
    LosesAWorkerToAnEmptyConnection,
    // Connections.
    ClosesAfterManyRequests,
    ClosesEachConnection,
    LeavesBodiesUnread,
    ClosesIdleConnections,
    ClosesConnectionsAfterAPause,
    WatchesOverAWorker,
    DropsWhatCameAhead,
    KeepsOldConnections,
    NeverSaysContinue,
    LimitsTheTimeOfHeads,
    LimitsTheTimeOfBodies,
    // Clients.
    EndsWithABrokenConnection,
    StopsWorkWhenTheClientLeaves,
    HangsUpOnHalfClosed,
    EndsOnGarbage,
    // Events.
    ReadsEventsAsText,
    ReadsNoChunks,
    ChecksTheContentType,
    LeavesSuccessUnmarked,
    SendsLongHeaders,
    NamesItself,
    // Limits.
    TakesSmallEventsOnly,
    TrustsAnyLength,
    CountsNoChunks,
    ReservesWhatIsDeclared,
    // Errors.
    LeavesFailuresUnmarked,
    LeavesPanicsUnmarked,
    TellsFailuresAsText,
    RepeatsTheEvent,
    SpoilsItsState,
    EndsWithAPanic,
    // The hooks.
    AsksInitializeForALength,
    HasNoInitializer,
    InitializesEachTime,
    RemembersAFailedInit,
    RemembersAPanickedInit,
    FailsInitializeWithSuccess,
    NeedsTheInitializer,
    InitializesWithoutALock,
    StopsOnlyWhatIsReady,
    StopsAgainAtTheEnd,
    CallsWhatIsStopped,
    KnowsNoPreFreeze,
    // Routing.
    KnowsEventsByPath,
    KnowsTheInitializerByPath,
    NeedsAControlPath,
    TakesClientsForEvents,
    TakesPreStopFromClients,
    // The context.
    TellsMemoryInBytes,
    LooksForTwoSpellings,
    TakesEmptyForAValue,
    FailsOnWhatIsNoNumber,
    CountsTimeInSeconds,
    LosesTheTrace,
    // Credentials and secrets.
    TakesKeysFromVariablesOnly,
    TakesKeysWithoutAToken,
    ShowsKeys,
    LogsAnyRequestId,
    // Many calls at a time.
    TakesFewCallsAtATime,
    KeepsTheContextInAGlobal,
    LogsWithTheIdOfTheLastCall,
    ShedsHealthChecks,
    // Marker lines.
    MarksNoFailure,
    MarkersThatCannotBeOff,
    OtherMarkersByDefault,
    // Logs.
    LogsNoMillis,
    LogsLinesUnindented,
    LogsLongRecordsWhole,
    WritesLineEndsApart,
    LogsInTheBackground,
    // The web.
    DecodesPaths,
    HasItsOwnErrorPages,
    MarksAnswersToClients,
    SendsABodyWithNotModified,
    SendsABodyToHead,
    LeavesPanicsUnanswered,
    ShowsPanicsToClients,
    TellsRoutersNoContext,
    SendsAStreamAtItsEnd,
    EndsABrokenStreamInOrder,
    TakesUpgradedBytesForText,
    OnlyClaimsHttpTwo,
    // The end.
    LeavesSigtermToTheSystem,
    EndsWithAnError,
    DrainsForAMoment,
    LeavesSigintToTheSystem,
    CatchesNoSignalAsProcess1,
    WaitsForHalfRequests,
    EndsWithoutStop,
    AcceptsWhileItDrains,
    DrainsWithoutEnd,
    CountsASignalTwice,
    IgnoresASecondSignal,
    BlocksSignalsWithACall,
    WaitsForABlockedThread,
    IgnoresSignalsInStop,
    LeavesOrphans,
}

impl Fault {
    /// The fault whose switch has this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        let faults = witnesses().map(|witness| witness.fault);
        faults.into_iter().find(|fault| fault.name() == name)
    }

    /// The name of its switch.
    pub(crate) fn name(self) -> String {
        format!("{self:?}").to_kebab_case()
    }
}

/// Every fault with its rules.
pub(crate) fn witnesses() -> impl Iterator<Item = Witness> {
    [
        connections::WITNESSES,
        events::WITNESSES,
        life::WITNESSES,
        calls::WITNESSES,
        web::WITNESSES,
    ]
    .into_iter()
    .flatten()
    .copied()
}
