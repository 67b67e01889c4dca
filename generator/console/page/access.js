// The token of this run, without which there is nothing to see.

const KEY = "fc3-token";

/** Takes the token out of the address, so that it is neither seen nor copied by accident. */
function read() {
  const given = new URLSearchParams(location.hash.slice(1)).get("token");
  if (given) {
    sessionStorage.setItem(KEY, given);
    history.replaceState(null, "", location.pathname);
  }
  return sessionStorage.getItem(KEY);
}

const token = read();

/** Headers with the token, which calls have to have where functions want signatures. */
export function signed(given) {
  const headers = new Headers(given);
  if (token) headers.set("Fc3-Token", token);
  return headers;
}

/** Whether there is a token at all. */
export const hasToken = Boolean(token);

/** Requests something that only this page may have. */
export function ask(path, options = {}) {
  const headers = signed(options.headers);
  return fetch(path, { cache: "no-store", credentials: "omit", ...options, headers });
}
