//! Sessions: calls that have to reach the same instance.

use std::time::Duration;

use super::read;
use crate::deployment::document::Node;
use crate::platform::{CONCURRENCY_LIMIT, SESSIONS_IN_INSTANCE};

/// How long a session lasts, and which calls belong to it:
/// [`page::SESSIONS`](crate::platform::page::SESSIONS).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionAffinity {
    /// What calls of one session have in common.
    pub key: SessionKey,
    /// The time from the first call of a session to its end: 1 minute to 1 day. By default, it is 1 day,
    /// or 6 hours with a cookie: [`page::AFFINITY`](crate::platform::page::AFFINITY).
    pub lifetime: Duration,
    /// The time without a call that ends a session: 1 minute to 1 day, by default 30 minutes.
    pub idle: Duration,
    /// How many sessions an instance serves at the same time: 1 to 200, by default 20.
    pub sessions_per_instance: usize,
}

/// What calls of one session have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SessionKey {
    /// The value of the request header with this name (`HEADER_FIELD`).
    Header(String),
    /// A cookie that the platform sets in the first response (`GENERATED_COOKIE`).
    Cookie,
    /// The session id of MCP over server-sent events (`MCP_SSE`).
    McpSse {
        /// The path of the events, by default `/sse`.
        path: String,
    },
    /// The header `Mcp-Session-Id` of MCP over streamable HTTP (`MCP_STREAMABLE`).
    McpStreamable,
}

impl SessionAffinity {
    /// Reads the properties of a function.
    pub(super) fn read(props: &Node) -> Option<Self> {
        const SSE_PATH: &str = "/sse";
        const LEAST: u64 = 60;
        const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);
        const LIFETIME_OF_COOKIE: Duration = Duration::from_secs(6 * 60 * 60);
        const IDLE: Duration = Duration::from_secs(30 * 60);
        let config = config(props);
        let key = match &*read::text(props, "sessionAffinity")? {
            "HEADER_FIELD" => SessionKey::Header(read::text(&config, "affinityHeaderFieldName")?),
            "GENERATED_COOKIE" => SessionKey::Cookie,
            "MCP_SSE" => SessionKey::McpSse {
                path: read::text(&config, "sseEndpointPath").unwrap_or_else(|| SSE_PATH.to_owned()),
            },
            "MCP_STREAMABLE" => SessionKey::McpStreamable,
            _ => return None,
        };
        let seconds = |key| read::seconds(&config, key, LEAST, LONGEST);
        let lifetime = match key {
            SessionKey::Cookie => LIFETIME_OF_COOKIE,
            _ => LONGEST,
        };
        Some(Self {
            key,
            lifetime: seconds("sessionTTLInSeconds").unwrap_or(lifetime),
            idle: seconds("sessionIdleTimeoutInSeconds").unwrap_or(IDLE),
            sessions_per_instance: read::whole(
                &config,
                "sessionConcurrencyPerInstance",
                1..=CONCURRENCY_LIMIT,
            )
            .unwrap_or(SESSIONS_IN_INSTANCE),
        })
    }
}

/// A map, or the same as JSON in a text, which is YAML too.
fn config(props: &Node) -> Node {
    let Some(node) = props.get("sessionAffinityConfig") else {
        return Node::default();
    };
    let written = node
        .text()
        .map(|text| Node::parse(text).unwrap_or_default());
    written.unwrap_or_else(|| node.clone())
}
