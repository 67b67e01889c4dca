// What a call has returned: that of the call that is chosen, or that was sent last.

import { byId, make, oncePerFrame, say } from "./dom.js";
import { duration, megabytes, plain, pretty, size, textOf } from "./format.js";
import { result, tone, trigger } from "./calls.js";
import { inEachLanguage, t } from "./language.js";

// The number of replies that are kept, and the length of the text that is shown of one.
const KEPT = 50;
const SHOWN = 200_000;

export function startReply() {
  const replies = new Map();
  let call = null;
  let reply = null;
  let isWaiting = false;

  const facts = () => {
    const fact = (text, className = "") => make("dd", { className }, text);
    if (isWaiting) {
      return [fact(t("waiting"))];
    }
    if (reply?.problem) {
      return [fact(t("failed"), "bad")];
    }
    if (!call) {
      return reply ? [fact(t("queued")), fact(reply.requestId, "mono")] : [];
    }
    return [
      fact(result(call), tone(call)),
      fact(duration(call.duration_ms)),
      fact(megabytes(call.peak_memory_bytes)),
      fact(trigger(call)),
      fact(call.request_id, "mono"),
    ];
  };

  const cut = (text) => {
    const rest = text.length - SHOWN;
    return rest > 0 ? `${text.slice(0, SHOWN)}\n${t("cutReply", size(rest))}` : text;
  };

  const body = () => {
    if (isWaiting) {
      return [];
    }
    const note = (text) => make("span", { className: "note" }, text);
    const parts = [];
    const problem = reply?.problem ?? call?.error?.message;
    if (problem) {
      parts.push(make("strong", {}, plain(problem)));
    }
    if (!reply) {
      parts.push(note(t(call ? "elsewhere" : "noReplyYet")));
      return parts;
    }
    if (reply.head) {
      parts.push(note(reply.head));
    }
    if (reply.bytes.length > 0) {
      const text = textOf(reply.bytes);
      parts.push(
        text === null
          ? note(t("binaryReply", size(reply.bytes.length)))
          : cut((text.length < SHOWN && pretty(text)) || text),
      );
    } else if (!reply.problem) {
      parts.push(note(t(call ? "emptyReply" : "queued")));
    }
    return parts.flatMap((part, at) => (at > 0 ? ["\n\n", part] : [part]));
  };

  const draw = oncePerFrame(() => {
    byId("reply-facts").replaceChildren(...facts());
    byId("reply-body").replaceChildren(...body());
    const text = !isWaiting && reply?.bytes.length > 0 ? textOf(reply.bytes) : null;
    byId("copy").hidden = text === null;
  });
  inEachLanguage(draw);

  byId("copy").addEventListener("click", async () => {
    await navigator.clipboard.writeText(textOf(reply.bytes));
    byId("copy").textContent = t("copied");
    say(t("copied"));
    setTimeout(() => (byId("copy").textContent = t("copy")), 1500);
  });

  return {
    /** A call goes on. */
    wait() {
      isWaiting = true;
      draw();
    },
    /** A call of this page has ended. */
    receive(next) {
      if (next.requestId) {
        replies.set(next.requestId, next);
      }
      if (replies.size > KEPT) {
        replies.delete(replies.keys().next().value);
      }
      isWaiting = false;
      reply = next;
      call = null;
      draw();
    },
    /** Shows a call, with its reply if this page has it. */
    choose(next) {
      isWaiting = false;
      call = next;
      reply = replies.get(next.request_id) ?? null;
      draw();
    },
    /** The request id of the reply that waits for the rest that is known about its call. */
    pending: () => (reply && !call ? reply.requestId : null),
  };
}
