import { withAccess } from "../access.ts";
import { serverSettings } from "../folder.ts";
import { json, visible } from "../text.ts";
import type { Io } from "../types.ts";
import { confirmed } from "./confirm.ts";

/** `field delete PRODUCT FIELD [--yes]`. */
export function remove(
  io: Io,
  [product = "", field = ""]: readonly string[],
  flags: Readonly<Record<string, unknown>>,
): Promise<number> {
  const { data } = serverSettings(io, flags);
  return withAccess(data, {}, async (access) => {
    const what = { product, field };
    if (!(await confirmed(io, await access.call("fieldDescribe", what), flags.yes === true))) return 1;
    const gone = await access.call("fieldDelete", what);
    if (flags.json === true) io.out(json(gone, 0));
    else io.out(`Field ${visible(gone.field)} of ${visible(gone.product)} is deleted.\n`);
    return 0;
  });
}
