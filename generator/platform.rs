//! Function Compute's constants: paths, header names, variables, ports and limits.
//!
//! They are defined by the platform, so they are kept in one place, each with its page. Other files
//! take the names of headers from here. Outside tests, they spell a header only in intentionally
//! wrong HTTP and in text for people.

use std::time::Duration;

pub mod page;

/// The paths that the platform calls: [`page::HOOKS`], [`page::WEB`].
pub mod path {
    /// An event (`POST`).
    pub const INVOKE: &str = "/invoke";
    /// The initializer hook (`POST`, without a body).
    pub const INITIALIZE: &str = "/initialize";
    /// The pre-stop hook (`GET`).
    pub const PRE_STOP: &str = "/pre-stop";
    /// The pre-freeze hook of version 2.0 (`GET`): [`super::page::HOOKS_2`].
    pub const PRE_FREEZE: &str = "/pre-freeze";
    /// The value of [`super::header::CONTROL_PATH`] on a request of an HTTP client, whose own
    /// path is kept: [`super::page::CONTEXT`].
    pub const HTTP_INVOKE: &str = "/http-invoke";

    /// The beginning of the paths of the API, with its version: [`super::page::INVOKE`].
    pub const API: &str = "/2023-03-30/";
    /// Where clients get the right to upload a package, in the API of version 2.0.
    pub const UPLOAD_TOKEN: &str = "/2016-08-15/tempBucketToken";
    /// The beginning of the paths of version 2.0, whose token for uploads is still in use.
    pub const API_2: &str = "/2016-08-15/";

    /// The path of the API that calls a function (`POST`).
    #[must_use]
    pub fn invocations(function: &str) -> String {
        format!("{API}functions/{function}/invocations")
    }
}

/// Names of headers in lower case. They may arrive in any case: [`page::CONTEXT`].
pub mod header {
    /// The kind of call, whatever its request path: one of [`super::path`].
    pub const CONTROL_PATH: &str = "x-fc-control-path";
    /// The id of a call, `1-8hex-8hex-12hex`; of a hook, a UUID.
    pub const REQUEST_ID: &str = "x-fc-request-id";
    /// The id of the function's temporary access key, empty when it has no role.
    pub const ACCESS_KEY_ID: &str = "x-fc-access-key-id";
    /// The secret of the temporary access key.
    pub const ACCESS_KEY_SECRET: &str = "x-fc-access-key-secret";
    /// The token that belongs to the access key; not sent on `custom.debian11`.
    pub const SECURITY_TOKEN: &str = "x-fc-security-token";
    /// The name of the function.
    pub const FUNCTION_NAME: &str = "x-fc-function-name";
    /// The function's handler, which means nothing to a custom runtime.
    pub const FUNCTION_HANDLER: &str = "x-fc-function-handler";
    /// The memory limit in MB, a plain number.
    pub const FUNCTION_MEMORY: &str = "x-fc-function-memory";
    /// The execution limit in seconds, a plain number.
    pub const FUNCTION_TIMEOUT: &str = "x-fc-function-timeout";
    /// The id of the region.
    pub const REGION: &str = "x-fc-region";
    /// The id of the account that owns the function.
    pub const ACCOUNT_ID: &str = "x-fc-account-id";
    /// The version or alias that the call named.
    pub const QUALIFIER: &str = "x-fc-qualifier";
    /// The version that the qualifier refers to, empty for `LATEST`.
    pub const VERSION_ID: &str = "x-fc-version-id";
    /// The service of version 2.0, empty in 3.0.
    pub const SERVICE_NAME: &str = "x-fc-service-name";
    /// The log project, empty when logging is off.
    pub const LOG_PROJECT: &str = "x-fc-service-logproject";
    /// The log store, empty when logging is off.
    pub const LOG_STORE: &str = "x-fc-service-logstore";
    /// The id of a session of MCP over streamable HTTP: [`super::page::AFFINITY`].
    pub const MCP_SESSION_ID: &str = "mcp-session-id";
    /// The number of earlier attempts to handle this asynchronous event.
    pub const RETRY_COUNT: &str = "x-fc-retry-count";
    /// The id of an asynchronous task: [`super::page::HTTP_TRIGGER`].
    pub const ASYNC_TASK_ID: &str = "x-fc-async-task-id";
    /// The path as the client sent it, seen on captured requests.
    pub const BASE_PATH: &str = "x-fc-base-path";
    /// Headers that captured requests carried empty, and that no page explains.
    pub const SENT_EMPTY: [&str; 8] = [
        "x-fc-tracing-opentracing-span-context",
        "x-fc-tracing-opentracing-span-baggages",
        "x-fc-tracing-jaeger-endpoint",
        "x-fc-client-ip",
        "x-fc-api-server-ip",
        "x-fc-eagleeye-traceid",
        "x-fc-eagleeye-rpcid",
        "x-fc-eagleeye-userdata",
    ];
    /// The W3C trace context, passed through.
    pub const TRACE_PARENT: &str = "traceparent";
    /// The vendor's part of the W3C trace context, passed through.
    pub const TRACE_STATE: &str = "tracestate";
    /// W3C baggage, passed through.
    pub const BAGGAGE: &str = "baggage";
    /// Set by the function: whether an event succeeded ([`super::STATUS_OK`]) or failed
    /// ([`super::STATUS_FAILED`]): [`super::page::WEB`].
    pub const STATUS: &str = "x-fc-status";
    /// The prefix of the platform's own headers.
    pub const PREFIX: &str = "x-fc-";
    /// Headers that a function must not set in a response, in addition to those with [`PREFIX`].
    /// `content-length` and `date`, which every HTTP server needs, are omitted:
    /// [`super::page::WEB`], [`super::page::HTTP_TRIGGER`].
    pub const RESERVED_IN_ANSWERS: [&str; 4] = ["connection", "keep-alive", "server", "upgrade"];

    /// Whether a call of the API is synchronous, `Sync`, or `Async`: [`super::page::INVOKE`].
    pub const INVOCATION_TYPE: &str = "x-fc-invocation-type";
    /// Whether the end of the log is returned with a synchronous call, `Tail`, or not, `None`.
    pub const LOG_TYPE: &str = "x-fc-log-type";
    /// The end of the log, in Base64.
    pub const LOG_RESULT: &str = "x-fc-log-result";
    /// Set if the function has failed: the type of the error.
    pub const ERROR_TYPE: &str = "x-fc-error-type";
    /// The id of the instance that has answered.
    pub const INSTANCE_ID: &str = "x-fc-instance-id";
    /// The duration of a call, in milliseconds.
    pub const DURATION: &str = "x-fc-invocation-duration";
    /// The highest memory of the instance, in MB.
    pub const MEMORY_USAGE: &str = "x-fc-max-memory-usage";
    /// The version that has answered.
    pub const SERVICE_VERSION: &str = "x-fc-invocation-service-version";

    /// The id of a request, in responses of Object Storage Service.
    pub const OSS_REQUEST_ID: &str = "x-oss-request-id";
    /// The checksum of the code that has answered, its CRC-64.
    pub const CODE_CHECKSUM: &str = "x-fc-code-checksum";

    /// A media type.
    pub const CONTENT_TYPE: &str = "content-type";
    /// The length of a body in bytes.
    pub const CONTENT_LENGTH: &str = "content-length";
    /// The framing of a body.
    pub const TRANSFER_ENCODING: &str = "transfer-encoding";
    /// Whether the connection stays open after the response.
    pub const CONNECTION: &str = "connection";
    /// A protocol to switch to.
    pub const UPGRADE: &str = "upgrade";
    /// The response that the client expects before it sends the body.
    pub const EXPECT: &str = "expect";
    /// The host that the client addresses.
    pub const HOST: &str = "host";
    /// The origin of the web page that sends a request.
    pub const ORIGIN: &str = "origin";
    /// Whether a browser shows or saves a response.
    pub const CONTENT_DISPOSITION: &str = "content-disposition";
    /// The MD5 of a body, in Base64.
    pub const CONTENT_MD5: &str = "content-md5";
    /// When a message was sent.
    pub const DATE: &str = "date";
    /// The key id and the signature of a request: [`super::page::SIGNATURE`].
    pub const AUTHORIZATION: &str = "authorization";

    /// The prefix of the headers of the API that are signed: [`super::page::SIGNATURE`].
    pub const ACS_PREFIX: &str = "x-acs-";
    /// The name of the operation.
    pub const ACS_ACTION: &str = "x-acs-action";
    /// The version of the API: [`super::API_VERSION`].
    pub const ACS_VERSION: &str = "x-acs-version";
    /// When a request was signed, in ISO 8601.
    pub const ACS_DATE: &str = "x-acs-date";
    /// A text that no other request of this key has.
    pub const ACS_NONCE: &str = "x-acs-signature-nonce";
    /// The SHA-256 of the body, in hexadecimal digits.
    pub const ACS_CONTENT_SHA256: &str = "x-acs-content-sha256";
    /// The token of a temporary access key.
    pub const ACS_SECURITY_TOKEN: &str = "x-acs-security-token";
    /// The id of a temporary access key, which the SDKs send with the token.
    pub const ACS_ACCESS_KEY_ID: &str = "x-acs-accesskey-id";
    /// When a request of version 2.0 was signed, if the client cannot set [`DATE`].
    pub const FC_DATE: &str = "x-fc-date";

    /// The prefix of the headers of Object Storage Service.
    pub const OSS_PREFIX: &str = "x-oss-";
    /// When a request to it was signed.
    pub const OSS_DATE: &str = "x-oss-date";
    /// The token of a temporary access key.
    pub const OSS_SECURITY_TOKEN: &str = "x-oss-security-token";
    /// The SHA-256 of the body, or a word which says that the body is not signed.
    pub const OSS_CONTENT_SHA256: &str = "x-oss-content-sha256";
}

/// The value of [`header::STATUS`] for an event that succeeded: [`page::WEB`].
pub const STATUS_OK: &str = "200";
/// The value of [`header::STATUS`] for an event that failed, which is also the HTTP status.
pub const STATUS_FAILED: &str = "404";
/// The media type of an event: [`page::WEB`].
pub const EVENT_TYPE: &str = "application/octet-stream";
/// The version of the API, [`header::ACS_VERSION`]: [`page::INVOKE`].
pub const API_VERSION: &str = "2023-03-30";
/// How far the date of a signed request may be from the time at which it arrives: [`page::HTTP_TRIGGER`].
pub const SIGNATURE_AGE: Duration = Duration::from_secs(15 * 60);
/// The qualifier of the newest, unpublished version: [`page::CONTEXT`].
pub const LATEST: &str = "LATEST";

/// Variables that the platform sets: [`page::ENVIRONMENT`].
pub mod env {
    /// The port to listen on, in the variable that the platform's own runtimes read.
    pub const SERVER_PORT: &str = "FC_SERVER_PORT";
    /// The port to listen on, in the documented variable.
    pub const CUSTOM_LISTEN_PORT: &str = "FC_CUSTOM_LISTEN_PORT";
    /// The directory of the code.
    pub const CODE_PATH: &str = "FC_FUNC_CODE_PATH";
    /// The name of the function.
    pub const FUNCTION_NAME: &str = "FC_FUNCTION_NAME";
    /// The function's handler.
    pub const FUNCTION_HANDLER: &str = "FC_FUNCTION_HANDLER";
    /// The memory limit in MB.
    pub const FUNCTION_MEMORY: &str = "FC_FUNCTION_MEMORY_SIZE";
    /// The id of the region.
    pub const REGION: &str = "FC_REGION";
    /// The id of the account.
    pub const ACCOUNT_ID: &str = "FC_ACCOUNT_ID";
    /// The id of the instance.
    pub const INSTANCE_ID: &str = "FC_INSTANCE_ID";
    /// The id of the temporary access key.
    pub const ACCESS_KEY_ID: &str = "ALIBABA_CLOUD_ACCESS_KEY_ID";
    /// The secret of the temporary access key.
    pub const ACCESS_KEY_SECRET: &str = "ALIBABA_CLOUD_ACCESS_KEY_SECRET";
    /// The token that belongs to the access key.
    pub const SECURITY_TOKEN: &str = "ALIBABA_CLOUD_SECURITY_TOKEN";
    /// The URL of the API, in place of the platform's: Serverless Devs reads it.
    pub const ENDPOINT: &str = "FC_CLIENT_CUSTOM_ENDPOINT";
    /// The URL of Object Storage Service for uploads, in place of the platform's: Serverless Devs reads
    /// it.
    pub const UPLOAD_ENDPOINT: &str = "FC_CODE_TEMP_OSS_ENDPOINT";
    /// The id of the account, as Serverless Devs reads it.
    pub const S_ACCOUNT_ID: &str = "AccountID";
    /// The id of the access key, as Serverless Devs reads it.
    pub const S_ACCESS_KEY_ID: &str = "AccessKeyID";
    /// The secret of the access key, as Serverless Devs reads it.
    pub const S_ACCESS_KEY_SECRET: &str = "AccessKeySecret";
    /// Whether a generated function prints the marker lines, `on` or `off`. This is our own
    /// variable.
    pub const LOG_MARKERS: &str = "FUNCTION_LOG_MARKERS";
}

/// The default port of a function: [`page::PRINCIPLES`].
pub const DEFAULT_PORT: u16 = 9000;
/// The time limit for a function to accept connections: [`page::PRINCIPLES`].
pub const START_LIMIT: Duration = Duration::from_secs(120);
/// The longest initializer: [`page::LIMITS`].
pub const INITIALIZER_LIMIT: Duration = Duration::from_secs(300);
/// The longest pre-stop hook: [`page::LIMITS`].
pub const PRE_STOP_LIMIT: Duration = Duration::from_secs(90);
/// The longest duration of a call, which a server's own limit must not undercut:
/// [`page::PRINCIPLES`].
pub const LONGEST_CALL: Duration = Duration::from_secs(24 * 60 * 60);
/// The shortest time for which an idle connection must be kept open: [`page::EXITED`].
pub const IDLE_KEPT: Duration = Duration::from_secs(15 * 60);
/// The highest number of concurrent calls in one instance: [`page::LIMITS`].
pub const CONCURRENCY_LIMIT: usize = 200;
/// The number of sessions in one instance, unless it is configured: [`page::AFFINITY`].
pub const SESSIONS_IN_INSTANCE: usize = 20;
/// The cookie of a session, which the platform sets: [`page::AFFINITY`].
pub const SESSION_COOKIE: &str = "x-fc-cookie-session-id";
/// The longest id of a session that a client chooses, in characters: [`page::SESSIONS`].
pub const SESSION_ID_LIMIT: usize = 64;
/// The memory of an instance, in MB: [`page::SPECIFICATIONS`].
pub const MEMORY_LIMITS: std::ops::RangeInclusive<u32> = 128..=32 * 1024;
/// The number of instances that a function can have at once in a region, unless the quota is raised:
/// [`page::LIMITS`].
pub const INSTANCE_LIMIT: usize = 100;
/// The largest asynchronous event, in bytes: [`page::LIMITS`].
pub const ASYNC_EVENT_LIMIT: usize = 128 * 1024;
/// The largest total size of a request's header names and values, in bytes: [`page::WEB`].
pub const REQUEST_HEADER_LIMIT: usize = 8 * 1024;
/// The longest path with its query, in bytes: [`page::WEB`].
pub const TARGET_LIMIT: usize = 4 * 1024;
/// The largest part of a log that is returned with a call, in bytes: [`page::INVOKE`].
pub const LOG_TAIL_LIMIT: usize = 4 * 1024;
/// The largest synchronous event, in bytes: [`page::LIMITS`].
pub const EVENT_LIMIT: usize = 32 * 1024 * 1024;
/// The largest total size of a response's header names and values, in bytes: [`page::WEB`].
pub const ANSWER_HEADER_LIMIT: usize = 8 * 1024;
/// The largest log entry, in bytes: [`page::LIMITS`].
pub const LOG_ENTRY_LIMIT: usize = 32 * 1024;
/// The longest function name, in characters: [`page::CREATE`].
pub const NAME_LIMIT: usize = 64;
/// The largest total size of the names and values of a function's own variables, in bytes:
/// [`page::ENVIRONMENT`].
pub const ENVIRONMENT_LIMIT: usize = 4 * 1024;
/// The methods that an HTTP trigger lets through: [`page::HTTP_TRIGGER`].
pub const METHODS: [&str; 7] = ["GET", "POST", "PUT", "DELETE", "HEAD", "PATCH", "OPTIONS"];

/// The largest code package in the main regions, in bytes; 100 MB elsewhere: [`page::LIMITS`].
pub const CODE_LIMIT: usize = 500 * 1024 * 1024;
/// The largest code package in every region, in bytes: [`page::LIMITS`].
pub const CODE_LIMIT_OF_REGIONS: usize = 100 * 1024 * 1024;
/// The largest body of an API request that carries a package, in bytes: [`page::LIMITS`].
pub const API_LIMIT: usize = 100 * 1024 * 1024;
/// The largest unpacked size of a package, in bytes, which is the size of the largest disk:
/// [`page::CREATE`].
pub const UNPACKED_LIMIT: u64 = 10 * 1024 * 1024 * 1024;

/// The regions, as Serverless Devs lists them.
pub const REGIONS: [&str; 26] = [
    "cn-hangzhou",
    "cn-shanghai",
    "cn-qingdao",
    "cn-beijing",
    "cn-zhangjiakou",
    "cn-huhehaote",
    "cn-shenzhen",
    "cn-chengdu",
    "cn-hongkong",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ap-southeast-5",
    "ap-southeast-7",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-south-1",
    "eu-west-1",
    "eu-central-1",
    "us-west-1",
    "us-east-1",
    "cn-wulanchabu",
    "cn-guangzhou",
    "cn-heyuan",
    "cn-nanjing",
    "me-central-1",
];

/// A custom runtime, as `runtime` names it: [`page::RUNTIMES`].
#[derive(Debug, PartialEq, Eq)]
pub struct Runtime {
    /// Its name.
    pub name: &'static str,
    /// The version of its glibc, major and minor, as in its Debian release.
    pub glibc: (u32, u32),
}

/// The custom runtimes, from the oldest (Debian 9) to the newest.
pub const RUNTIMES: [Runtime; 4] = [
    Runtime::new("custom", (2, 24)),
    Runtime::new("custom.debian10", (2, 28)),
    Runtime::new("custom.debian11", (2, 31)),
    Runtime::new("custom.debian12", (2, 36)),
];

impl Runtime {
    const fn new(name: &'static str, glibc: (u32, u32)) -> Self {
        Self { name, glibc }
    }
}

/// The exact marker lines around a call in the log: [`page::SPECIFICATION`].
pub mod marker {
    /// Before an event is handled; the request id follows.
    pub const INVOKE_START: &str = "FC Invoke Start RequestId: ";
    /// After an event was handled; the request id follows, then [`FAILED`] if it failed.
    pub const INVOKE_END: &str = "FC Invoke End RequestId: ";
    /// Before the initializer; the request id follows.
    pub const INITIALIZE_START: &str = "FC Initialize Start RequestId: ";
    /// After the initializer; the request id follows.
    pub const INITIALIZE_END: &str = "FC Initialize End RequestId: ";
    /// Before the pre-stop hook; the request id follows.
    pub const PRE_STOP_START: &str = "FC PreStop Start RequestId: ";
    /// After the pre-stop hook; the request id follows.
    pub const PRE_STOP_END: &str = "FC PreStop End RequestId: ";
    /// The suffix of the end line of a failed call.
    pub const FAILED: &str = ", Error: Unhandled function error";
    /// The beginnings of all of them.
    pub const ALL: [&str; 6] = [
        INVOKE_START,
        INVOKE_END,
        INITIALIZE_START,
        INITIALIZE_END,
        PRE_STOP_START,
        PRE_STOP_END,
    ];
}
