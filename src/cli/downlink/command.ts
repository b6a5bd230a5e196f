import type { Answer } from "../../admin/operations.ts";
import { UsageError } from "../failure.ts";
import { wholeNumber } from "../numbers.ts";
import { type Args, type Flags, given, on, say, show as table } from "../results.ts";
import { visible } from "../text.ts";
import type { Io } from "../types.ts";

type Shown = Answer<"deviceDownlinkShow">;
type Content = Answer<"downlinkSend">["content"];

/** `downlink send PRODUCT DEVICE [DOWNLINK] …`. */
export const send = (io: Io, [product = "", device = "", downlink]: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const wish = {
      ...(downlink !== undefined && { downlink }),
      ...given(flags, "hex", "base64", "text", "confirmed", "replace"),
      ...(flags.value !== undefined && { values: valuesOf(flags.value) }),
      ...(flags.port !== undefined && { port: wholeNumber("--port", flags.port, 1, 1, 223) }),
      ...(flags.wait !== undefined && { wait: wholeNumber("--wait", flags.wait, 86_400, 10, 30 * 86_400) }),
      ...(flags.dryRun === true && { dry_run: true }),
    };
    const made = await access.call("downlinkSend", { product, device, ...wish });
    for (const line of made.log) io.err(`${visible(line)}\n`);
    const what = contentOf(made.content);
    if (made.sent === null) return say(io, flags, made, `${what}\nNothing was sent: this was a dry run.`);
    const follow = `fieldcast downlink show ${product} ${device} ${made.sent.id}`;
    return say(io, flags, made, `${what}\nQueued as ${made.sent.id}. What becomes of it: ${follow}`);
  });

/** `downlink list PRODUCT [DEVICE]`. */
export const list = (io: Io, [product = "", device]: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    if (device === undefined) {
      const found = await access.call("downlinkList", { product });
      const rows = found.map((one) => [
        one.name,
        one.made_by,
        one.sent_by,
        one.port,
        one.triggers.join(", ") || null,
        visible(one.description),
      ]);
      const none = `Nothing can be sent to the devices of ${visible(product)} by name yet.`;
      return table(io, flags, found, ["DOWNLINK", "MADE BY", "SENT BY", "PORT", "TRIGGERED BY", ""], rows, none);
    }
    const limit = wholeNumber("--limit", flags.limit, 20, 1, 1000);
    const found = await access.call("deviceDownlinkList", { product, device, limit });
    const rows = found.map((one) => [
      one.id,
      one.created,
      one.downlink,
      contentOf(one),
      one.state,
      visible(one.steps.at(-1)?.note ?? ""),
    ]);
    const none = "Nothing was sent to this device yet.";
    return table(io, flags, found, ["ID", "CREATED", "DOWNLINK", "WHAT", "STATE", ""], rows, none);
  });

/** `downlink show PRODUCT DEVICE ID`. */
export const show = (io: Io, [product = "", device = "", id = ""]: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const one = await access.call("deviceDownlinkShow", { product, device, id });
    return say(io, flags, one, described(one));
  });

/** `downlink cancel PRODUCT DEVICE ID`. */
export const cancel = (io: Io, [product = "", device = "", id = ""]: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const one = await access.call("deviceDownlinkCancel", { product, device, id });
    return say(io, flags, one, `${visible(id)}: cancelled.`);
  });

function described(one: Shown): string {
  const asked = [one.confirmed ? "confirmed" : null, one.replace ? "replaces what is queued" : null].filter(
    (part) => part !== null,
  );
  const facts = [
    ["Downlink", one.downlink ?? "given bytes"],
    ["What", contentOf(one)],
    ["Asked for", asked.join(", ") || "nothing more"],
    ["Sent by", one.sender ?? "a change of a field"],
    ["Attempts", one.attempts],
    ["State", one.state],
  ];
  const steps = one.steps.map(({ time, state, note }) =>
    `  ${time}  ${state.padEnd(12)}  ${visible(note ?? "")}`.trimEnd(),
  );
  return [...facts.map(([name, value]) => `${`${name}:`.padEnd(12)}${visible(String(value))}`), ...steps].join("\n");
}
/** In one line. */
function contentOf({ hex, port, request, topic, payload, written }: Content): string {
  if (hex !== null) return `${hex} on port ${port}`;
  if (request !== null) return visible(request);
  if (topic !== null) return visible(`${topic} ${payload ?? ""}`.slice(0, 80));
  if (written !== null)
    return visible(written.map(({ field, value }) => `${field}=${JSON.stringify(value)}`).join(" "));
  return "made when it is sent";
}

/** `NAME=VALUE`: what reads as JSON is that, everything else a text. @throws UsageError */
function valuesOf(given: unknown): Record<string, unknown> {
  const pairs = (Array.isArray(given) ? given : [given]).map((one): [string, unknown] => {
    const [, name, text = ""] = /^([^=]+)=(.*)$/s.exec(String(one)) ?? [];
    if (name === undefined) throw new UsageError("--value takes a name and a value, as --value INTERVAL=600");
    try {
      return [name, JSON.parse(text)];
    } catch {
      return [name, text];
    }
  });
  return Object.fromEntries(pairs);
}
