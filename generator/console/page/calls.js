// The invocations: a table, the newest first, and the plots above it.

import { byId, make, oncePerFrame } from "./dom.js";
import { clock, duration, megabytes } from "./format.js";
import { inEachLanguage, t } from "./language.js";
import { plot } from "./plot.js";

// What is kept, and what of it is in the table.
const KEPT = 1000;
const ROWS = 200;

/** Whether a call has failed, as far as it is known. */
export const hasFailed = (call) => call.status === "failed" || call.status >= 500;

/** The class of a result: good, bad, or something to look at. */
export function tone(call) {
  if (hasFailed(call)) {
    return "bad";
  }
  return call.status === "cancelled" || call.status >= 400 ? "warn" : "good";
}

/** What a call came to. */
export function result(call) {
  if (call.status === "failed") {
    return call.error?.type ?? t("failed");
  }
  return typeof call.status === "number" ? String(call.status) : t(call.status);
}

/** What made a call. */
export function trigger(call) {
  switch (call.trigger) {
    case "http":
      return call.target;
    case "timer":
      return t("timerTrigger", call.target);
    case "async":
      return t("asyncTrigger");
    default:
      return t(call.trigger);
  }
}

export function startCalls(onChoose) {
  const rows = byId("calls-rows");
  const calls = [];
  let waiting = [];
  let count = 0;
  let chosen = null;

  const cell = (text, properties = {}) => make("td", { textContent: text, ...properties });

  const rowOf = (call) => {
    const isChosen = call === chosen;
    const outcome = cell(result(call), { className: tone(call), title: call.error?.message ?? "" });
    const made = cell(trigger(call), { title: trigger(call) });
    if (call.cold) {
      made.append(make("span", { className: "tag", title: t("coldStartWhy") }, t("coldStart")));
    }
    const row = make(
      "tr",
      { tabIndex: isChosen ? 0 : -1, "aria-selected": String(isChosen) },
      cell(clock(call.began_ms)),
      cell(call.function, { className: "of-function" }),
      made,
      outcome,
      cell(duration(call.duration_ms), { className: "number" }),
      cell(megabytes(call.peak_memory_bytes), { className: "number" }),
      cell(call.request_id, { className: "id mono" }),
    );
    row.call = call;
    call.row = row;
    return row;
  };

  /** Adds what has come since the last frame, in one step. */
  const addRows = () => {
    const added = document.createDocumentFragment();
    added.append(...waiting.slice(-ROWS).reverse().map(rowOf));
    waiting = [];
    rows.prepend(added);
    while (rows.rows.length > ROWS) {
      rows.rows[rows.rows.length - 1].remove();
    }
    if (!rows.querySelector('[tabindex="0"]') && rows.rows.length > 0) {
      rows.rows[0].tabIndex = 0;
    }
  };

  const drawPlots = () => {
    const last = calls.at(-1);
    const durations = plot(byId("duration-plot"), calls, {
      valueOf: (call) => call.duration_ms,
      classOf: (call) => (hasFailed(call) ? "failed" : "ok"),
      chosen,
    });
    const memories = plot(byId("memory-plot"), calls, {
      valueOf: (call) => call.peak_memory_bytes,
      classOf: () => "memory",
      chosen,
    });
    const tell = (name, key, { count, most }, format, newest) => {
      const highest = last ? format(most) : "";
      byId(`${name}-range`).textContent = last ? t("range", format(newest), highest) : "";
      byId(`${name}-plot`).setAttribute("aria-label", t(key, count, highest));
    };
    tell("duration", "durations", durations, duration, last?.duration_ms);
    tell("memory", "memories", memories, megabytes, last?.peak_memory_bytes);
  };

  const draw = oncePerFrame(() => {
    addRows();
    drawPlots();
    byId("calls-empty").hidden = count > 0;
    byId("calls-count").textContent =
      count > ROWS ? t("lastOf", ROWS, count) : count > 0 ? String(count) : "";
  });

  inEachLanguage(() => {
    waiting = calls.slice(-ROWS);
    rows.replaceChildren();
    draw();
  });

  const choose = (call, moves = false) => {
    rows.querySelectorAll('[tabindex="0"]').forEach((row) => (row.tabIndex = -1));
    chosen?.row?.setAttribute("aria-selected", "false");
    chosen = call;
    if (call?.row) {
      call.row.tabIndex = 0;
      call.row.setAttribute("aria-selected", "true");
      if (moves) {
        call.row.focus();
      }
    }
    draw();
    onChoose(call);
  };

  rows.addEventListener("click", (event) => {
    const row = event.target.closest("tr");
    if (row) {
      choose(row.call, true);
    }
  });
  rows.addEventListener("keydown", (event) => {
    const row = event.target.closest("tr");
    const next = {
      ArrowDown: row.nextElementSibling,
      ArrowUp: row.previousElementSibling,
      Home: rows.firstElementChild,
      End: rows.lastElementChild,
      Enter: row,
      " ": row,
    }[event.key];
    if (event.key in { ArrowDown: 1, ArrowUp: 1, Home: 1, End: 1, Enter: 1, " ": 1 }) {
      event.preventDefault();
      if (next) {
        choose(next.call, true);
      }
    }
  });

  return {
    add(call) {
      count += 1;
      calls.push(call);
      waiting.push(call);
      if (calls.length > 2 * KEPT) {
        calls.splice(0, KEPT);
      }
      if (waiting.length > 2 * ROWS) {
        waiting = waiting.slice(-ROWS);
      }
      draw();
    },
    choose,
    /** The last call with a request id. */
    find: (requestId) => calls.findLast((call) => call.request_id === requestId),
  };
}
