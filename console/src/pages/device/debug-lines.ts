import type { Event, Pass } from "../../../../sdk/operations.js";
import type { StatusKind } from "../../parts/status.tsx";

/** A step of what became of something that came in. */
export interface Step {
  readonly name: "from" | "topic" | "body" | "decoder" | "log" | "error" | "rows" | "commit" | "message";
  readonly text: string;
  /** To be shown as it is. */
  readonly raw: boolean;
}

/** One line of the time line. */
export interface DebugLine {
  readonly key: string;
  /** RFC 3339. */
  readonly time: string;
  readonly status: StatusKind;
  /** `accepted`, `refused`, `stored` and the like: a key of the texts. */
  readonly result: string;
  /** The topic, the address, what happened. */
  readonly text: string;
  readonly steps: readonly Step[];
}

const BAD: ReadonlySet<string> = new Set([
  "refused",
  "login_refused",
  "connection_refused",
  "failed",
  "nothing_stored",
]);
const GOOD: ReadonlySet<string> = new Set(["accepted", "stored", "told", "repeated"]);

function statusOf(result: string): StatusKind {
  return BAD.has(result) ? "bad" : GOOD.has(result) ? "ok" : result === "partly_stored" ? "warn" : "away";
}

const step = (name: Step["name"], text: string | null | undefined, raw = false): Step[] =>
  text === null || text === undefined || text === "" ? [] : [{ name, text, raw }];

/** What the inspector tells: a publish, a refusal, a connection. */
export function lineOfEvent(event: Event): DebugLine {
  const { time, kind, topic, message, payload, base64, commit_us: commit, client_id: client, address, account } = event;
  return {
    key: `event ${time} ${kind} ${topic ?? ""} ${event.code ?? ""}`,
    time,
    status: statusOf(kind),
    result: kind,
    text: message ?? topic ?? client ?? "",
    steps: [
      ...step("from", [account?.name, client, address].filter((one) => one !== null && one !== undefined).join(" · ")),
      ...step("topic", message === null ? null : topic),
      ...step("body", payload === null ? null : base64 ? `base64 ${payload}` : payload, true),
      ...step("commit", commit === null ? null : `${(commit / 1000).toFixed(1)} ms`),
    ],
  };
}

/** What came by an integration, from its bytes to its rows. */
export function lineOfPass(pass: Pass): DebugLine {
  const { id, time, outcome, decoder, rows, rows_total: total, messages, body, base64, cut, ms } = pass;
  const way = [pass.way.toUpperCase(), pass.network, pass.event?.kind].filter(
    (one) => one !== null && one !== undefined,
  );
  const first = messages[0] ?? `${total} ${way.join(" ")}`;
  return {
    key: `pass ${id}`,
    time,
    status: statusOf(outcome),
    result: outcome,
    text: `${way.join(" ")}${messages.length > 0 ? `: ${first}` : ""}`,
    steps: [
      ...step("from", [pass.account?.name, pass.remote_address, pass.topic ?? pass.path].filter(Boolean).join(" · ")),
      ...step("body", body === null ? null : `${base64 ? "base64 " : ""}${body}${cut ? " …" : ""}`, true),
      ...step(
        "decoder",
        decoder === null ? null : `${decoder.called ?? ""} v${decoder.version ?? "–"}, ${decoder.ms.toFixed(1)} ms`,
      ),
      ...step("error", errorText(decoder?.error)),
      ...step("log", decoder?.log.join("\n"), true),
      ...step(
        "rows",
        rows
          .map(
            ({ field, value, fate, message }) =>
              `${field} = ${JSON.stringify(value)}  ${fate}${message === null ? "" : `: ${message}`}`,
          )
          .join("\n"),
        true,
      ),
      ...step("message", messages.slice(1).join(" ")),
      ...step("commit", ms === null ? null : `${ms.toFixed(1)} ms`),
    ],
  };
}

function errorText(
  error: { readonly message: string | null; readonly line: number | null } | null | undefined,
): string | null {
  if (error === null || error === undefined) return null;
  return `${error.message ?? ""}${error.line === null ? "" : ` (${error.line})`}`;
}

/** Lines newest first, each once, at most so many. */
export function timeLine(lines: readonly DebugLine[], most: number): DebugLine[] {
  const found = new Map(lines.map((line) => [line.key, line]));
  return [...found.values()].sort((a, b) => (a.time < b.time ? 1 : a.time > b.time ? -1 : 0)).slice(0, most);
}
