// The calls themselves.

import { ask, signed } from "./access.js";
import { t } from "./language.js";

/** Sends an event by the API, as every other caller does. */
export async function callFunction(name, event, isAsync) {
  try {
    const response = await fetch(`/2023-03-30/functions/${name}/invocations`, {
      method: "POST",
      cache: "no-store",
      credentials: "omit",
      headers: signed({
        "Content-Type": "application/octet-stream",
        "X-Fc-Invocation-Type": isAsync ? "Async" : "Sync",
      }),
      body: event,
    });
    const bytes = new Uint8Array(await response.arrayBuffer());
    const requestId = response.headers.get("x-fc-request-id");
    return { requestId, bytes, problem: response.ok ? null : problemOf(response.status, bytes) };
  } catch (error) {
    return noReply(error);
  }
}

/** Whether a request with this method has a body. */
export const hasBodyIn = (method) => !["GET", "HEAD"].includes(method);

/** Sends an HTTP request. The response comes wrapped, so that all of it can be shown. */
export async function requestFunction(name, target, { method, headers, body }) {
  try {
    const response = await ask(`http/${name}${target}`, {
      method,
      headers: read(headers),
      body: hasBodyIn(method) ? body : undefined,
    });
    const bytes = new Uint8Array(await response.arrayBuffer());
    const status = response.headers.get("fc3-status");
    if (status === null) {
      return { requestId: null, bytes: new Uint8Array(), problem: problemOf(response.status, bytes) };
    }
    const coded = atob(response.headers.get("fc3-headers"));
    const fields = JSON.parse(new TextDecoder().decode(Uint8Array.from(coded, (c) => c.charCodeAt(0))));
    const requestId = fields.find(([name]) => name === "x-fc-request-id")?.[1] ?? null;
    const lines = fields.map(([name, value]) => `${name}: ${value}`);
    return { requestId, bytes, head: [`HTTP ${status}`, ...lines].join("\n"), problem: null };
  } catch (error) {
    return noReply(error);
  }
}

/** Reads headers, one a line. */
function read(text) {
  const headers = new Headers();
  for (const line of text.split("\n").filter((line) => line.trim())) {
    const at = line.indexOf(":");
    headers.append(line.slice(0, at < 0 ? undefined : at).trim(), line.slice(at + 1).trim());
  }
  return headers;
}

function problemOf(status, bytes) {
  const text = new TextDecoder().decode(bytes);
  try {
    const { Code: code, Message: message } = JSON.parse(text);
    return code ? `${code}: ${message}` : text;
  } catch {
    return `${status} ${text}`;
  }
}

function noReply(error) {
  return { requestId: null, bytes: new Uint8Array(), problem: t("noReply", error.message) };
}
