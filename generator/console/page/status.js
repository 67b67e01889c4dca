// One line about the program and the connection.

import { byId, oncePerFrame } from "./dom.js";
import { duration } from "./format.js";
import { inEachLanguage, t } from "./language.js";

export function startStatus() {
  const connection = { state: "connecting" };
  let program = { state: "unknown" };
  let hasProgram = false;
  let change = null;

  const shown = () => {
    if (connection.state === "connecting") {
      return ["busy", t("connecting")];
    }
    if (connection.state === "lost") {
      return ["bad", t("gone")];
    }
    if (connection.state === "other") {
      return ["bad", t("otherRun")];
    }
    switch (program.state) {
      case "building":
        return [
          "busy",
          program.total ? t("buildingCount", program.done, program.total) : t("building"),
        ];
      case "build_failed":
        return ["bad", t(hasProgram ? "buildFailedKept" : "buildFailed")];
      case "settings_failed":
        return ["bad", t("settingsFailed")];
      case "not_started":
        return ["bad", t("notStarting", program.function)];
      case "built": {
        const took = duration(program.took);
        return [
          "good",
          program.change ? t("readyAfterChange", took, program.change) : t("readyAfter", took),
        ];
      }
      case "restarted":
        return ["good", t("readyAgain", program.change)];
      default:
        return ["good", t("ready")];
    }
  };

  const draw = oncePerFrame(() => {
    const [tone, text] = shown();
    byId("status").dataset.tone = tone;
    // A status that is written again is read out again.
    if (byId("status-text").textContent !== text) {
      byId("status-text").textContent = text;
      byId("status-text").title = text;
    }
  });
  inEachLanguage(draw);

  return {
    connected(state) {
      connection.state = state;
      draw();
    },
    receive(message) {
      switch (message.event) {
        case "changed":
          change = message.file;
          break;
        case "building":
          program = { state: "building", done: message.done, total: message.total };
          break;
        case "built":
          program = { state: "built", took: message.duration_ms, change };
          hasProgram = true;
          change = null;
          break;
        case "build_failed":
          program = { state: "build_failed" };
          change = null;
          break;
        case "failure":
          if (program.state !== "building") {
            program = { state: "settings_failed" };
            change = null;
          }
          break;
        case "functions":
          if (change) {
            program = { state: "restarted", change };
            change = null;
          }
          break;
        case "not_started":
          program = { state: "not_started", function: message.function };
          break;
        case "started":
          if (program.state === "not_started" && program.function === message.function) {
            program = { state: "ready" };
          }
          break;
        default:
          return;
      }
      draw();
    },
  };
}
