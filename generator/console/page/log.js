// The log of all functions, with what dev itself has to say between its lines.

import { byId, make, oncePerFrame } from "./dom.js";
import { clock, plain } from "./format.js";
import { inEachLanguage, t } from "./language.js";
import { isBad, notice } from "./notices.js";

// What is kept, and what of it is shown.
const KEPT = 2000;
const SHOWN = 1000;

// A line of the runtime: time, request id, level, message.
const ENTRY = /^\d{4}-\d\d-\d\dT\S+ (\S+) \[([A-Z]+)\] ([^]*)$/;
const MARKER = /^FC (Invoke|Initialize|PreStop) (Start|End) RequestId: (\S+)/;

export function startLog() {
  const list = byId("log-lines");
  const pane = byId("log");
  let lines = [];
  let waiting = [];
  let filter = "";
  let only = null;
  let follows = true;
  let isNamed = false;
  // The calls that go on, by function, to which lines without an id belong.
  const open = new Map();

  /** What a line of a function is about. */
  const read = (message) => {
    const text = plain(message.line);
    const line = { at: message.at_ms, function: message.function, text, kind: "", id: null };
    const calls = open.get(message.function) ?? new Set();
    open.set(message.function, calls);
    const marker = MARKER.exec(text);
    const entry = ENTRY.exec(text);
    if (marker) {
      line.kind = "marker";
      line.id = marker[3];
      calls[marker[2] === "Start" ? "add" : "delete"](line.id);
    } else if (entry) {
      line.id = entry[1];
      line.whole = text;
      line.text = entry[2] === "INFO" ? entry[3] : `${entry[2]} ${entry[3]}`;
      line.kind = { ERROR: "error", WARN: "warn" }[entry[2]] ?? "";
    } else if (calls.size === 1) {
      [line.id] = calls;
    }
    return line;
  };

  const matches = (line) => {
    if (only && line.id !== only) {
      return false;
    }
    return !filter || textOf(line).toLowerCase().includes(filter) || line.id?.includes(filter);
  };

  const textOf = (line) => (line.message ? notice(line.message) : line.text);

  const rowOf = (line) => {
    const text = make("span", {}, textOf(line));
    if (isNamed && line.function) {
      text.prepend(make("span", { className: "of" }, `${line.function} `));
    }
    const title = [clock(line.at, true), line.whole].filter(Boolean).join("\n");
    return make("li", { className: line.kind, title }, make("time", {}, clock(line.at)), text);
  };

  const draw = oncePerFrame(() => {
    const added = waiting.slice(-SHOWN).map(rowOf);
    waiting = [];
    list.append(...added);
    while (list.childElementCount > SHOWN) {
      list.firstElementChild.remove();
    }
    if (follows) {
      pane.scrollTop = pane.scrollHeight;
    } else if (added.length > 0) {
      byId("log-newest").hidden = false;
    }
  });

  const redraw = () => {
    list.replaceChildren();
    waiting = lines.filter(matches).slice(-SHOWN);
    draw();
  };
  inEachLanguage(redraw);

  const add = (line) => {
    lines.push(line);
    if (matches(line)) {
      waiting.push(line);
    }
    if (lines.length > 2 * KEPT) {
      lines = lines.slice(-KEPT);
    }
    if (waiting.length > 2 * SHOWN) {
      waiting = waiting.slice(-SHOWN);
    }
    draw();
  };

  pane.addEventListener("scroll", () => {
    follows = pane.scrollHeight - pane.scrollTop - pane.clientHeight < 16;
    if (follows) {
      byId("log-newest").hidden = true;
    }
  });
  byId("log-newest").addEventListener("click", () => {
    pane.scrollTop = pane.scrollHeight;
    pane.focus();
  });
  byId("log-filter").addEventListener("input", (event) => {
    filter = event.target.value.trim().toLowerCase();
    redraw();
  });
  byId("log-clear").addEventListener("click", () => {
    lines = [];
    redraw();
  });

  let chosen = null;
  const narrow = () => {
    only = byId("log-one").checked ? chosen : null;
    redraw();
  };
  byId("log-one").addEventListener("change", narrow);

  return {
    receive(message) {
      if (message.event === "log") {
        add(read(message));
      } else if (notice(message)) {
        const kind = isBad(message) ? "notice-line error" : "notice-line";
        add({ at: message.at_ms ?? Date.now(), message, kind, id: null });
      }
    },
    /** A call has ended, also one whose function did not live to say so. */
    ended(call) {
      open.get(call.function)?.delete(call.request_id);
    },
    /** Whether lines say which function wrote them. */
    setNamed(named) {
      if (named !== isNamed) {
        isNamed = named;
        redraw();
      }
    },
    /** The call whose lines are shown alone, if the user wants that. */
    choose(call) {
      chosen = call?.request_id ?? null;
      byId("log-one").disabled = !chosen;
      if (byId("log-one").checked) {
        narrow();
      }
    },
  };
}
