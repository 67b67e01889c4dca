// The page: connects what comes from dev with the parts that show it.

import { ask, hasToken } from "./access.js";
import { startCalls, result } from "./calls.js";
import { byId, say } from "./dom.js";
import { duration } from "./format.js";
import { follow } from "./feed.js";
import { startLanguage } from "./language.js";
import { startLog } from "./log.js";
import { startReply } from "./reply.js";
import { startSend } from "./send.js";
import { startStatus } from "./status.js";
import { startTimers } from "./timers.js";

startLanguage(byId("language"));
const status = startStatus();
if (hasToken) {
  start();
} else {
  lock();
}

/** Says that this page has no token, or that of an earlier run. */
function lock() {
  byId("locked").hidden = false;
  byId("main").hidden = true;
  byId("status").hidden = true;
}

function start() {
  const log = startLog();
  const reply = startReply();
  const timers = startTimers();
  const calls = startCalls((call) => {
    reply.choose(call);
    log.choose(call);
  });
  const send = startSend({ wait: reply.wait, receive: answered });
  let isFirst = true;

  function answered(next) {
    reply.receive(next);
    const call = next.requestId && calls.find(next.requestId);
    if (call) {
      calls.choose(call);
    }
    if (next.problem) {
      say(next.problem);
    }
  }

  /** Shows the call of the last reply as soon as all about it is known. */
  function invoked(call) {
    calls.add(call);
    log.ended(call);
    if (reply.pending() === call.request_id) {
      calls.choose(call);
      say(`${result(call)}, ${duration(call.duration_ms)}`);
    }
    if (call.trigger === "timer") {
      load();
    }
  }

  async function load() {
    const response = await ask("state").catch(() => null);
    if (!response?.ok) {
      return;
    }
    const state = await response.json();
    document.title = `${state.project} · cargo fc3 dev`;
    byId("project").textContent = state.project;
    const isOne = state.functions.length < 2;
    byId("calls-table").classList.toggle("one-function", isOne);
    log.setNamed(!isOne);
    send.show(state);
    timers.show(state.timers, state.timers_fire);
  }

  function receive(messages) {
    for (const message of messages) {
      status.receive(message);
      if (message.event === "invoked") {
        invoked(message);
      } else {
        log.receive(message);
      }
    }
    if (messages.some(({ event }) => ["functions", "timers"].includes(event))) {
      load();
    }
  }

  addEventListener("focus", load);
  follow(receive, (state) => {
    status.connected(state);
    if (state === "open") {
      load();
    }
    if (state === "other" && isFirst) {
      lock();
    }
    isFirst = false;
  });
}
