/** The server under test and its people; ../python/server.py says what the environment holds. */

import { randomUUID } from "node:crypto";

export const url = process.env.CLIENTS_URL;

export const editor = { Authorization: authorization("CLIENTS_EDITOR") };
export const reviewer = { Authorization: authorization("CLIENTS_REVIEWER") };

function authorization(name) {
  const [scheme, value] = process.env[name].split(/ (.*)/s);
  return scheme === "Basic" ? `Basic ${btoa(value)}` : `${scheme} ${value}`;
}

/** A name that no earlier run has used. */
export function fresh(word) {
  return `${word}-${randomUUID().slice(0, 13)}`;
}
