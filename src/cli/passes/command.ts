import type { Answer } from "../../admin/operations.ts";
import { UsageError } from "../failure.ts";
import { wholeNumber } from "../numbers.ts";
import { type Args, type Flags, given, on } from "../results.ts";
import { type Colors, colors, json, table, visible } from "../text.ts";
import type { Io } from "../types.ts";

type Pass = Answer<"passList">[number];

/** `passes PRODUCT [DEVICE] [--full] [--limit N]`: newest last, where the eye is. */
export const passes = (io: Io, [product, device]: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    if ((product === undefined) === (flags.workspace === undefined))
      throw new UsageError("name a product, or a workspace with --workspace");
    const limit = wholeNumber("--limit", flags.limit, 20, 1, 100);
    const wish = { ...(product !== undefined && { product }), ...(device !== undefined && { device }) };
    const found = await access.call("passList", { ...wish, ...given(flags, "workspace"), limit });
    if (flags.json === true) io.out(json(found));
    else if (found.length === 0) io.err("Nothing came in yet.\n");
    else
      io.out(
        flags.full === true ? found.toReversed().map(whole).join("\n") : listed(found.toReversed(), colors(io.color)),
      );
    return 0;
  });

function listed(found: readonly Pass[], c: Colors): string {
  const rows = found.map((pass) => [
    pass.time,
    wayOf(pass),
    pass.remote_address ?? "-",
    pass.devices.length > 2
      ? `${pass.devices.length} devices`
      : pass.devices.join(", ") || (pass.event?.dev_eui ?? "-"),
    pass.outcome.replace("_", " "),
    `${pass.rows_stored}/${pass.rows_total}`,
    `${pass.ms} ms`,
    visible(whyOf(pass)),
  ]);
  return table(["TIME", "CAME BY", "FROM", "DEVICE", "OUTCOME", "STORED", "TOOK", ""], rows, c);
}
function wayOf({ way, network, map, event }: Pass): string {
  return [way === "lorawan" ? network : way, way === "broker" ? network : null, map, event?.kind]
    .filter((part) => part != null)
    .join(" ");
}
/** The first thing that there is to say. */
function whyOf({ decoder, messages, rows, event }: Pass): string {
  if (decoder?.error != null) return errorOf(decoder.error);
  const bad = rows.find(({ message }) => message !== null);
  return messages[0] ?? (bad === undefined ? (event?.text ?? "") : `${bad.field}: ${bad.message}`);
}
function errorOf({ line, message }: { readonly line: number | null; readonly message: string | null }): string {
  return `${line === null ? "" : `line ${line}: `}${message ?? ""}`;
}

function whole(pass: Pass): string {
  const { decoder, event, rows } = pass;
  const uplink = event?.uplink;
  const lines: (string | null)[] = [
    `${pass.time}  ${wayOf(pass)} from ${pass.remote_address ?? "-"}  ${pass.outcome.replace("_", " ")} in ${pass.ms} ms`,
    pass.method === null ? null : `  request:  ${pass.method} ${pass.path}`,
    pass.topic === null ? null : `  topic:    ${pass.topic}`,
    `  body:     ${pass.size} bytes${pass.base64 ? ", base64" : ""}${pass.cut ? ", the beginning" : ""}`,
    pass.body === null || pass.body === "" ? null : indented(pass.body),
    event === null ? null : `  event:    ${event.kind} of ${event.dev_eui}: ${event.text ?? ""}`,
    uplink == null ? null : `  uplink:   ${uplink.bytes ?? "no bytes"} on port ${uplink.port ?? "-"}`,
    decoder === null
      ? "  decoder:  none"
      : `  decoder:  version ${decoder.version}, ${decoder.called ?? "failed"}, ${decoder.ms} ms`,
    ...(decoder?.log ?? []).map((line) => `  log:      ${line}`),
    decoder?.error == null ? null : `  error:    ${errorOf(decoder.error)}`,
    decoder?.output == null ? null : `  output:   ${JSON.stringify(decoder.output)}`,
    ...rows.map(
      ({ device, field, value, time, fate, message }) =>
        `  ${`${fate}:`.padEnd(9)} ${device} ${field} = ${JSON.stringify(value)}${time === null ? "" : ` at ${time}`}${message === null ? "" : `  (${message})`}`,
    ),
    rows.length < pass.rows_total ? `  …         and ${pass.rows_total - rows.length} rows more` : null,
    ...pass.messages.map((message) => `  note:     ${message}`),
  ];
  return lines.flatMap((line) => (line === null ? [] : line.split("\n").map((part) => `${visible(part)}\n`))).join("");
}
function indented(text: string): string {
  return text
    .split("\n")
    .map((line) => `    ${line}`)
    .join("\n");
}
