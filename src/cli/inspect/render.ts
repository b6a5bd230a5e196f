import { type Colors, clipped, utcClock, visible } from "../text.ts";

const WIDE = 120;

/** An event on one line for a terminal; everything that came from clients is made visible. @param now Unix time in ms */
export function renderEvent(line: string, c: Colors, now: number): string {
  const facts = factsOf(line);
  const word = (name: string): string => {
    const value = facts.get(name);
    return typeof value === "string" || typeof value === "number" ? String(value) : "";
  };
  const kind = word("kind");
  const bad = kind === "refused" || kind === "login_refused" || kind === "lost";
  const what = visible(kind.replace("_", " ")).padEnd(13);
  const account = facts.get("account");
  const name = typeof account === "object" && account !== null && "name" in account ? String(account.name) : "-";
  const count = Number(facts.get("count") ?? 1);
  const rest = [
    [word("transport"), word("tls")].filter((part) => part !== "").join(" "),
    word("topic"),
    word("payload") === "" ? "" : quoted(word("payload")),
    unit(word("bytes"), "B"),
    unit(word("commit_us"), "µs to commit"),
    word("delivered") === "" ? "" : `to ${word("delivered")}`,
    word("code"),
    word("message"),
    count > 1 ? `(${count} times)` : "",
  ].map((part) => clipped(part, WIDE));
  const parts = [
    c.dim(utcClock(word("time"), now).padEnd(13)),
    bad ? c.red(what) : c.bold(what),
    clipped(name, 40),
    ...[clipped(word("client_id"), 40), visible(word("address")), ...rest].filter((part) => part !== ""),
  ];
  return `${parts.join("  ")}\n`;
}
function quoted(text: string): string {
  return JSON.stringify(text);
}
function unit(text: string, name: string): string {
  return text === "" ? "" : `${text} ${name}`;
}
function factsOf(line: string): Map<string, unknown> {
  try {
    return new Map(Object.entries(JSON.parse(line) as object)); // a line is an object: the server made it
  } catch {
    return new Map([["message", line]]);
  }
}
