import { z } from "zod";
import { Refusal } from "../base/errors.ts";
import { DOOR_KINDS } from "../store/ports.ts";
import { checked } from "./checked.ts";
import type { OperationsDeps, StreamTable } from "./types.ts";

const name = z.string().min(1).max(512);
/** Times in µs. */
const wish = z.strictObject({
  device: name.optional(),
  account: name.optional(),
  kind: z.enum(DOOR_KINDS).optional(),
  since: z.number(),
});

/** The stream `inspect` of the running server. Rejects with a Refusal as operations do. */
export function inspectStreams(deps: OperationsDeps): StreamTable {
  return {
    inspect: checked(wish, async ({ device, account, kind, since }) => {
      if (!deps.inspect) throw new Refusal("not_available", "Only a running server can be watched.");
      return deps.inspect({
        since,
        kind,
        principal: account === undefined ? undefined : deps.fleet.accountKey(account),
        device: device === undefined ? undefined : deviceOf(deps, device),
      });
    }),
  };
}
/** @param text `<product>/<id or serial>` @throws Refusal unknown_device */
function deviceOf({ directory }: OperationsDeps, text: string): number {
  const [slug = "", id = ""] = text.split("/", 2);
  const device = directory.product(slug)?.device(id);
  if (device) return device.row.uid;
  throw new Refusal("unknown_device", `There is no device "${text}"; write <product>/<id or serial>.`);
}
