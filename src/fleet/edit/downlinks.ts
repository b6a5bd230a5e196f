import { type BadValue, BadValues } from "../../base/errors.ts";
import { isPort, MOST_BYTES, PORTS } from "../../networks/downlinks/encoded.ts";
import { hexIn } from "../../networks/downlinks/bytes.ts";
import type { Draughtsman } from "../plan-draft.ts";
import { DOWNLINK_SOURCES, type Downlink } from "../types.ts";
import { defined, sameRow, type Stated } from "./patch.ts";

/** Edits of what can be sent to the devices of a product, for FleetService.edit. */

/** An encoder may be so long, in bytes of UTF-8; so can all of a product together, and there may be so many. */
const MOST_CODE = 256 * 1024;
const MOST_DOWNLINKS = 100;
const MOST_FIELDS = 50;
/** Seconds that a downlink may wait. */
export const WAIT = { least: 10, most: 30 * 86_400, usual: 86_400 } as const;

export type DownlinkWish = Omit<Downlink, "uid" | "product">;

/** What a downlink is where nothing else is said. */
export const PLAIN_DOWNLINK: Omit<DownlinkWish, "name" | "source" | "content"> = {
  description: "",
  way: "network",
  target: null,
  port: 1,
  confirmed: false,
  replace: false,
  fields: [],
  triggers: [],
  active: true,
  wait: WAIT.usual,
};

/**
 * What is wrong with a downlink. The paths are names of its properties, `source` for what it is made of.
 * @param has whether the product has a field, by identifier
 */
export function downlinkProblems(wish: DownlinkWish, has: (field: string) => boolean): readonly BadValue[] {
  const { way, target, port, wait, fields, triggers } = wish;
  const problems: BadValue[] = [];
  const say = (path: string, message: string) => problems.push({ path, message });
  const content = contentProblem(wish, has);
  if (content !== null) say("source", content);
  if (way === "field" && wish.source !== "encoder" && target === null)
    say("target", "is needed: the field that is written");
  if (way === "sparkplug" && wish.source === "text" && target === null)
    say("target", "is needed: the field whose metric is written");
  if (way !== "field" && way !== "sparkplug" && target !== null)
    say("target", "is for downlinks that are written to a field or a metric");
  if (target !== null && !has(target)) say("target", `the product has no field ${target}`);
  if (!isPort(port)) say("port", `allowed is ${PORTS.least} to ${PORTS.most}`);
  if (!Number.isInteger(wait) || wait < WAIT.least || wait > WAIT.most)
    say("wait", `allowed are ${WAIT.least} to ${WAIT.most} seconds`);
  for (const [path, list] of [
    ["fields", fields],
    ["triggers", triggers],
  ] as const) {
    if (list.length > MOST_FIELDS) say(path, `at most ${MOST_FIELDS} are allowed`);
    const missing = list.filter((one) => !has(one));
    if (missing.length > 0) say(path, `the product has no field ${missing.slice(0, 5).join(", ")}`);
  }
  return problems;
}

function contentProblem({ way, source, content }: DownlinkWish, has: (field: string) => boolean): string | null {
  if (way === "broker" && source !== "encoder") return "a message to a broker is made by an encoder";
  switch (source) {
    case "encoder":
      if (content.trim() === "") return "there is no code in the encoder";
      if (!content.isWellFormed() || Buffer.byteLength(content) > MOST_CODE)
        return `an encoder is well-formed text of at most ${MOST_CODE} bytes`;
      return null;
    case "field":
      return has(content) ? null : `the product has no field ${content}`;
    case "hex": {
      const bytes = hexIn(content);
      if (way === "field" || way === "sparkplug") return "hexadecimal digits are for networks; write a text to a field";
      return bytes !== null && bytes.length <= MOST_BYTES
        ? null
        : `allowed are 1 to ${MOST_BYTES} bytes as hexadecimal digits`;
    }
    case "text": {
      const bytes = Buffer.byteLength(content);
      if (content === "" || !content.isWellFormed()) return "the text is empty, or not well-formed";
      return bytes <= MOST_BYTES ? null : `a text may be ${MOST_BYTES} bytes long`;
    }
    default:
      return `allowed is one of ${DOWNLINK_SOURCES.join(", ")}`;
  }
}

/** A product in which a downlink is made: one that is there, or one of the same edit. */
interface Home {
  readonly uid: number;
  readonly slug: string;
  has(field: string): boolean;
}

/** @throws BadValues already_exists, invalid_request */
export function createDownlink(draft: Draughtsman, { uid: product, slug, has }: Home, wish: DownlinkWish): void {
  const known = draft.directory.childrenOf("downlink", "product", product);
  if (known.some(({ name }) => name === wish.name))
    throw new BadValues("already_exists", [{ path: "name", message: `${slug} has a downlink ${wish.name} already.` }]);
  if (known.length >= MOST_DOWNLINKS)
    throw new BadValues("invalid_request", [
      { path: "", message: `${slug} has ${MOST_DOWNLINKS} downlinks, the most there may be.` },
    ]);
  refuse(downlinkProblems(wish, has));
  draft.drafts.push({ kind: "downlink", op: "put", row: { ...wish, uid: 0, product } });
}

/** Changes what may change of a downlink: not its name. @throws BadValues invalid_request */
export function changeDownlink(
  draft: Draughtsman,
  row: Downlink,
  has: (field: string) => boolean,
  changes: Stated<Omit<DownlinkWish, "name">>,
): void {
  const next: Downlink = { ...row, ...defined(changes) };
  refuse(downlinkProblems(next, has));
  if (!sameRow(next, row)) draft.drafts.push({ kind: "downlink", op: "put", row: next });
}

function refuse(problems: readonly BadValue[]): void {
  if (problems.length > 0) throw new BadValues("invalid_request", problems);
}
