//! Functions as strangers write them, how they are started, and which rules they break.

/// A rule's id, and why the function breaks it.
pub(crate) type Broken = (&'static str, &'static str);

/// A function.
pub(crate) struct Server {
    pub(crate) name: &'static str,
    /// Its files, beside this one.
    pub(crate) folder: &'static str,
    pub(crate) command: &'static str,
    /// What its language has to be, here.
    pub(crate) needs: Needs,
    /// How long connections are left idle, in seconds: longer than the time-out that is to be seen.
    pub(crate) idle: &'static str,
    /// What it breaks, by level. All else that can be seen from outside it keeps.
    pub(crate) must: &'static [Broken],
    pub(crate) should: &'static [Broken],
    pub(crate) info: &'static [Broken],
}

impl Server {
    /// Whether it keeps all that must be kept, by intent: it also marks the events that it fails.
    pub(crate) fn is_kept(&self) -> bool {
        self.name.ends_with("-kept")
    }
}

/// What a function is made with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Needs {
    Flask,
    Node,
    Go,
    Hyper,
}

/// The rules that not every machine can check.
pub(crate) const AS_PROCESS_1: [&str; 2] = ["sigterm-as-process-1", "orphans-collected"];

/// What nobody does without being told.
const NO_INITIALIZE: Broken = (
    "initialize-answered",
    "it has no /initialize, and answers 404",
);
const NO_PRE_STOP: Broken = ("pre-stop-answered", "it has no /pre-stop, and answers 404");
const NO_PRE_FREEZE: Broken = (
    "pre-freeze-answered",
    "it has no /pre-freeze, and answers 404",
);
const NO_MARK: Broken = ("success-marked", "it sets no `x-fc-status`");
const OWN_FIELDS: Broken = (
    "answer-fields",
    "its server adds `Connection` or `Server` by itself",
);
const DEAF: Broken = (
    AS_PROCESS_1[0],
    "it has no handler for SIGTERM, which process 1 then ignores",
);
const ORPHANS: Broken = (
    AS_PROCESS_1[1],
    "it asks for the exit status of its own children only",
);
const CLIENTS: Broken = (
    "client-of-event-function",
    "it looks at the path only, which clients choose",
);

/// Those that take longest come first. Flask's own server on its fixed port is not among them: its
/// whole report is kept.
pub(crate) const SERVERS: [Server; 6] = [
    Server {
        name: "gunicorn",
        folder: "flask",
        command: "./bootstrap",
        needs: Needs::Flask,
        idle: "35",
        must: &[
            (
                "keep-alive",
                "a worker of the class `sync` closes each connection",
            ),
            (
                "slow-request",
                "`--timeout 30` ends a worker of the class `sync` whose call takes longer",
            ),
        ],
        should: &[NO_INITIALIZE, NO_PRE_STOP],
        info: &[
            ("slow-head", "as `slow-request`"),
            ("pipelining", "as `keep-alive`"),
            NO_MARK,
            OWN_FIELDS,
            NO_PRE_FREEZE,
            CLIENTS,
        ],
    },
    Server {
        name: "hyper",
        folder: "hyper",
        command: "./function",
        needs: Needs::Hyper,
        idle: "35",
        must: &[
            (
                "keep-alive",
                "it closes the connection after an answer whose request it has not read",
            ),
            (
                "idle-connection",
                "`header_read_timeout` is 30 s where there is a timer, and is for idle connections too",
            ),
            (
                "freeze",
                "the 30 s run out in the freeze, and close the connection at the thaw",
            ),
        ],
        should: &[NO_INITIALIZE, NO_PRE_STOP, DEAF, ORPHANS],
        info: &[
            ("slow-head", "`header_read_timeout` is 30 s"),
            NO_MARK,
            NO_PRE_FREEZE,
            CLIENTS,
        ],
    },
    Server {
        name: "node",
        folder: "node",
        command: "node server.js",
        needs: Needs::Node,
        idle: "7",
        must: &[
            ("idle-connection", "`keepAliveTimeout` is 5 s"),
            (
                "freeze",
                "the 5 s run out in the freeze, and close the connection at the thaw",
            ),
        ],
        should: &[NO_INITIALIZE, NO_PRE_STOP, DEAF, ORPHANS],
        info: &[NO_MARK, OWN_FIELDS, NO_PRE_FREEZE, CLIENTS],
    },
    Server {
        name: "gunicorn-kept",
        folder: "flask-kept",
        command: "gunicorn app:app",
        needs: Needs::Flask,
        idle: "7",
        must: &[],
        should: &[],
        info: &[OWN_FIELDS, NO_PRE_FREEZE, CLIENTS],
    },
    Server {
        name: "node-kept",
        folder: "node",
        command: "node kept.js",
        needs: Needs::Node,
        idle: "7",
        must: &[],
        should: &[ORPHANS],
        info: &[OWN_FIELDS, NO_PRE_FREEZE, CLIENTS],
    },
    Server {
        name: "go",
        folder: "go",
        command: "./function",
        needs: Needs::Go,
        idle: "7",
        must: &[],
        should: &[NO_INITIALIZE, NO_PRE_STOP, ORPHANS],
        info: &[NO_MARK, NO_PRE_FREEZE, CLIENTS],
    },
];
