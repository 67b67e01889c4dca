// Numbers, times and texts as people read them.

import { tag } from "./language.js";

/** A duration with as many digits as tell something. */
export function duration(milliseconds) {
  if (milliseconds < 10) {
    return `${milliseconds.toFixed(1)} ms`;
  }
  if (milliseconds < 10_000) {
    return `${milliseconds.toFixed(0)} ms`;
  }
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

/** The memory of an instance. */
export function megabytes(bytes) {
  return bytes == null ? "–" : `${Math.ceil(bytes / 1048576)} MB`;
}

/** The size of a text or a file. */
export function size(bytes) {
  if (bytes < 1024) {
    return `${bytes} B`;
  }
  return bytes < 1048576 ? `${(bytes / 1024).toFixed(1)} KB` : `${(bytes / 1048576).toFixed(1)} MB`;
}

const clocks = new Map();

/** The time of day. */
export function clock(milliseconds, withFraction = false) {
  const key = `${tag()} ${withFraction}`;
  if (!clocks.has(key)) {
    const options = { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" };
    if (withFraction) {
      options.fractionalSecondDigits = 3;
    }
    clocks.set(key, new Intl.DateTimeFormat(tag(), options));
  }
  return clocks.get(key).format(milliseconds);
}

/** A text without the colours of a terminal. */
export function plain(text) {
  // eslint-disable-next-line no-control-regex
  return text.replace(/\x1b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\))/g, "");
}

/** The text of some bytes, or `null` if they are not text. */
export function textOf(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** Whether a text looks like JSON with several values. */
export const looksLikeJson = (text) => /^\s*[[{]/.test(text);

/**
 * The same JSON with one value a line, or `null` if it is not JSON. Only the space between values
 * changes: a number may have more digits than a script can calculate with.
 */
export function pretty(text) {
  if (!looksLikeJson(text)) {
    return null;
  }
  try {
    JSON.parse(text);
  } catch {
    return null;
  }
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|[[\]{},:]|[^\s[\]{},:"]+/g);
  const lines = [];
  let line = "";
  let depth = 0;
  const end = () => {
    lines.push(line);
    line = "  ".repeat(depth);
  };
  tokens.forEach((token, at) => {
    if ("]}".includes(token)) {
      depth -= 1;
      if (!"[{".includes(tokens[at - 1])) {
        end();
      }
    }
    line += token === ":" ? ": " : token;
    if ("[{".includes(token)) {
      depth += 1;
      if (!"]}".includes(tokens[at + 1])) {
        end();
      }
    } else if (token === ",") {
      end();
    }
  });
  lines.push(line);
  return lines.join("\n");
}
