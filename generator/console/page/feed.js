// What happens, as it happens: a stream of messages that is opened again whenever it ends.

import { ask } from "./access.js";

const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 2000;
// A stream that comes back within this time was never away.
const GRACE = 1000;

/**
 * Passes each group of messages on. `connected` is told "open", "lost" when nobody answers any more,
 * and "other" when another run has taken the place of this one.
 */
export async function follow(receive, connected) {
  let last = 0;
  let pause = FIRST_PAUSE;
  let lost;
  for (;;) {
    try {
      const response = await ask("events", { headers: { "Last-Event-ID": String(last) } });
      if (response.status === 401) {
        clearTimeout(lost);
        connected("other");
        return;
      }
      if (response.ok) {
        clearTimeout(lost);
        lost = undefined;
        connected("open");
        pause = FIRST_PAUSE;
        await read(response.body, (id, messages) => {
          last = Math.max(last, id);
          receive(messages);
        });
      }
    } catch {
      // The stream has ended, and is opened again.
    }
    lost ??= setTimeout(() => connected("lost"), GRACE);
    await new Promise((resume) => setTimeout(resume, pause));
    pause = Math.min(2 * pause, LONGEST_PAUSE);
  }
}

/** Reads Server-Sent Events until the end of the stream. */
async function read(body, receive) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) {
      return;
    }
    const parts = (rest + value).split("\n\n");
    rest = parts.pop();
    let last = 0;
    const messages = [];
    for (const part of parts) {
      for (const line of part.split("\n")) {
        if (line.startsWith("id: ")) {
          last = Number(line.slice(4));
        } else if (line.startsWith("data: ")) {
          messages.push(JSON.parse(line.slice(6)));
        }
      }
    }
    if (messages.length > 0) {
      receive(last, messages);
    }
  }
}
