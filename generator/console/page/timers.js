// The timer triggers, and when each fires next.

import { byId, make } from "./dom.js";
import { clock } from "./format.js";
import { inEachLanguage, t, tag } from "./language.js";

const UNITS = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1000],
];

export function startTimers() {
  let timers = [];

  const within = (milliseconds) => {
    const left = Math.max(milliseconds, 0);
    const [unit, length] = UNITS.find(([, length]) => left >= 2 * length) ?? UNITS.at(-1);
    const format = new Intl.RelativeTimeFormat(tag(), { numeric: "always" });
    return format.format(Math.round(left / length), unit);
  };

  const moment = (milliseconds) => {
    const isToday = new Date(milliseconds).toDateString() === new Date().toDateString();
    const day = new Intl.DateTimeFormat(tag(), { month: "short", day: "numeric" });
    return isToday ? clock(milliseconds) : `${day.format(milliseconds)} ${clock(milliseconds)}`;
  };

  const when = (timer) => {
    if (timer.next_ms == null) {
      return t("notFiring");
    }
    return `${moment(timer.next_ms)} · ${within(timer.next_ms - Date.now())}`;
  };

  const draw = () => {
    byId("timers").hidden = timers.length === 0;
    const rows = timers.map((timer) => {
      timer.shown = make("span", { className: "when" }, when(timer));
      return make("li", {}, make("span", { title: timer.function }, timer.name), timer.shown);
    });
    byId("timer-list").replaceChildren(...rows);
  };
  inEachLanguage(draw);

  setInterval(() => {
    for (const timer of timers) {
      const text = when(timer);
      if (timer.shown.textContent !== text) {
        timer.shown.textContent = text;
      }
    }
  }, 1000);

  return {
    /** Shows timers, which fire only if the user has asked for that. */
    show(next, fire) {
      timers = next;
      byId("timers-note").hidden = fire;
      draw();
    },
  };
}
