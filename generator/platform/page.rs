//! The documentation pages that the constants and the conformance rules come from.

/// The start of a custom runtime, and the port it listens on.
pub const PRINCIPLES: &str = "https://www.alibabacloud.com/help/en/functioncompute/fc/principles-1";
/// Requests to web functions, and their responses.
pub const WEB: &str = "https://help.aliyun.com/zh/functioncompute/fc/user-guide/web-functions";
/// The common headers, and the recommended format of a log line.
pub const CONTEXT: &str =
    "https://www.alibabacloud.com/help/en/functioncompute/fc/context-and-log-format-1";
/// The specification of custom runtimes in its 2.0 wording, with the marker lines.
pub const SPECIFICATION: &str = "https://help.aliyun.com/en/functioncompute/fc-2-0/user-guide/custom-runtime-specification-details";
/// The initializer and pre-stop hooks.
pub const HOOKS: &str = "https://www.alibabacloud.com/help/en/functioncompute/fc/lifecycle-hooks-for-function-instances-in-a-custom-runtime";
/// The hooks in their 2.0 wording, with pre-freeze.
pub const HOOKS_2: &str = "https://www.alibabacloud.com/help/en/functioncompute/fc-2-0/user-guide/lifecycle-hooks-for-function-instances-2";
/// The lifecycle of an instance: created, frozen, thawed, stopped.
pub const LIFECYCLE: &str = "https://www.alibabacloud.com/help/en/functioncompute/fc/user-guide/function-instance-lifecycle";
/// The environment of an instance: time zone, log collection.
pub const BASICS: &str = "https://help.aliyun.com/zh/functioncompute/fc/basics";
/// Problems at the start of an instance.
pub const TROUBLESHOOTING: &str = "https://help.aliyun.com/en/functioncompute/fc/troubleshooting-2";
/// The causes of `Process exited unexpectedly before completing request`.
pub const EXITED: &str = "https://help.aliyun.com/zh/functioncompute/fc/process-exited-unexpectedly-before-completing-request-message";
/// The effect of a disconnecting client on an instance.
pub const CLIENT_GONE: &str = "https://help.aliyun.com/en/functioncompute/fc/why-does-a-function-instance-restart-after-a-client-499";
/// Health checks.
pub const HEALTH: &str = "https://www.alibabacloud.com/help/en/functioncompute/fc/configure-a-custom-health-check-policy-for-instances-1";
/// Concurrent calls in one instance.
pub const CONCURRENCY: &str = "https://www.alibabacloud.com/help/en/functioncompute/fc/configure-the-concurrency-of-a-single-instance";
/// The sizes of instances.
pub const SPECIFICATIONS: &str = "https://help.aliyun.com/zh/functioncompute/fc/product-overview/instance-types-and-specifications";
/// Sessions, whose calls reach the same instance.
pub const SESSIONS: &str =
    "https://help.aliyun.com/zh/functioncompute/fc/user-guide/session-lifecycle-management";
/// How calls of a session are recognized, and the limits of sessions.
pub const AFFINITY: &str =
    "https://www.alibabacloud.com/help/en/functioncompute/fc/user-guide/cookie-affinity-feature";
/// Quotas and limits.
pub const LIMITS: &str =
    "https://help.aliyun.com/zh/functioncompute/fc/product-overview/limits-of-usage";
/// The `CreateFunction` call and its checks.
pub const CREATE: &str = "https://www.alibabacloud.com/help/en/functioncompute/api-fc-2023-03-30-struct-createfunctioninput";
/// The custom runtimes and their systems.
pub const RUNTIMES: &str =
    "https://www.alibabacloud.com/help/en/functioncompute/user-guide/overview-10";
/// Environment variables.
pub const ENVIRONMENT: &str =
    "https://www.alibabacloud.com/help/en/functioncompute/fc/environment-variables";
/// Timer triggers.
pub const TIMER: &str = "https://www.alibabacloud.com/help/en/functioncompute/fc/time-triggers";
/// HTTP triggers.
pub const HTTP_TRIGGER: &str =
    "https://help.aliyun.com/zh/functioncompute/fc/user-guide/http-triggers-overview";
/// Server-sent events and streamed responses.
pub const STREAMING: &str = "https://help.aliyun.com/zh/functioncompute/fc/does-function-compute-support-sse-streaming-response";
/// `WebSocket` on an HTTP trigger.
pub const WEBSOCKET: &str = "https://help.aliyun.com/en/functioncompute/fc/user-guide/configure-an-http-trigger-for-a-function-that-is-triggered-by-websocket-requests-1";
/// gRPC on an HTTP trigger.
pub const GRPC: &str = "https://help.aliyun.com/en/functioncompute/configure-an-http-trigger-that-invokes-a-function-with-grpc-requests";
/// Printing logs from a function.
pub const PRINT_LOGS: &str =
    "https://help.aliyun.com/zh/functioncompute/fc-3-0/user-guide/print-function-logs";
/// The rules by which log lines become log entries.
pub const LOGGING: &str =
    "https://help.aliyun.com/zh/functioncompute/fc/configure-the-logging-feature";
/// Request-level metrics, and which side prints the marker lines.
pub const REQUEST_METRICS: &str =
    "https://help.aliyun.com/zh/functioncompute/fc/request-level-metric-logs";
/// The `InvokeFunction` call, its headers and its errors.
pub const INVOKE: &str = "https://www.alibabacloud.com/help/doc-detail/191156.htm";
/// What is retried, and the types of errors that callers see.
pub const RETRY: &str =
    "https://help.aliyun.com/zh/functioncompute/fc/user-guide/error-handling-1-2";
/// Asynchronous calls and their destinations.
pub const ASYNC: &str =
    "https://help.aliyun.com/zh/functioncompute/fc/user-guide/asynchronous-invocation";
/// How requests to the API are signed.
pub const SIGNATURE: &str =
    "https://help.aliyun.com/zh/functioncompute/fc/developer-reference/signature-mechanism";
