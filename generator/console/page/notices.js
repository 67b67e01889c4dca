// What dev has to say beside the lines of functions, in the words of this page.

import { duration, plain } from "./format.js";
import { t } from "./language.js";

/** The text of a message, or an empty one if there is nothing to say. */
export function notice(message) {
  switch (message.event) {
    case "cut":
      return t("cut");
    case "changed":
      return message.more > 0
        ? t("changedMore", message.file, message.more)
        : t("changed", message.file);
    case "built":
      return t("built", duration(message.duration_ms));
    case "build_failed":
      return t("failedToBuild");
    case "text":
      return plain(message.text);
    case "failure":
      return message.message;
    case "serving":
      return t("serving", message.function, message.url);
    case "started":
      return t("started", message.function, duration(message.duration_ms));
    case "attached":
      return t("attached", message.function, message.port);
    case "not_started":
      return t("notStarted", message.function, message.reason);
    case "unhealthy":
      return t("unhealthy", message.function, message.reason);
    case "healthy":
      return t("healthy", message.function);
    case "qualifier_ignored":
      return t("qualifierIgnored", message.function, message.qualifier);
    case "retried":
      return message.after_ms == null
        ? t("gaveUp", message.request_id, message.attempts)
        : t("retrying", message.request_id, duration(message.after_ms), message.attempts);
    case "delivered":
      return t("destination", message.request_id, message.destination);
    case "stopped":
      return stopped(message);
    default:
      return "";
  }
}

function stopped({ function: name, why, exit }) {
  switch (why) {
    case "idle":
      return t("stoppedIdle", name);
    case "timed_out":
      return t("stoppedTimedOut", name);
    case "detached":
      return t("detached", name);
    case "out_of_memory":
      return t("stoppedOutOfMemory", name);
    case "cancelled":
      return t("stoppedCancelled", name);
    case "unhealthy":
      return t("stoppedUnhealthy", name);
    case "exited":
      return t("stoppedExited", name, exit ?? "");
    default:
      // What an edit or the end brings with it needs no line.
      return "";
  }
}

/** Whether a message is bad news. */
export const isBad = (message) =>
  ["build_failed", "failure", "not_started", "unhealthy"].includes(message.event);
