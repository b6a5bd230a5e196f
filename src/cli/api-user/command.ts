import { deviceIn } from "../device-flag.ts";
import { UsageError } from "../failure.ts";
import { momentToCome } from "../numbers.ts";
import { type Args, type Flags, given, on, removeAsked, show } from "../results.ts";
import { tellOnce } from "../secrets.ts";
import { json, visible } from "../text.ts";
import type { Io } from "../types.ts";

export const create = (io: Io, [name = ""]: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const expires =
      flags.expires === undefined ? {} : { expires: momentToCome("--expires", String(flags.expires), Date.now()) };
    const wish = {
      name,
      grants: grantsOf(flags),
      mqtt: flags.mqtt !== false,
      ...(flags.homeAssistant === undefined ? {} : { homeAssistant: prefixOf(flags.homeAssistant) }),
      ...given(flags, "workspace"),
      ...expires,
    };
    const made = await access.call("apiUserCreate", wish);
    const lost = `nobody has seen its token: fieldcast token create ${JSON.stringify(made.apiUser)} makes another`;
    if (flags.json === true) await tellOnce(io, json(made), lost);
    else {
      io.err(`API user ${visible(made.apiUser)} is made. Its token, which is not shown again:\n`);
      await tellOnce(io, `${made.secret}\n`, lost);
    }
    return 0;
  });
/** `--home-assistant` with or without a prefix. */
function prefixOf(flag: unknown): string {
  return typeof flag === "string" ? flag : "homeassistant";
}
export const homeAssistant = (io: Io, [who = "", prefix]: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    if (flags.off === true && prefix !== undefined) throw new UsageError("--off: leave the prefix out");
    const wish = flags.off === true ? { prefix: null } : prefix === undefined ? {} : { prefix };
    const row = await access.call("apiUserHomeAssistant", { who, ...wish });
    const told =
      row.homeAssistant === null
        ? "is no Home Assistant any more; what was described to it is taken away"
        : `is a Home Assistant, which finds its devices below ${row.homeAssistant}`;
    if (flags.json === true) io.out(json(row));
    else io.out(`API user ${visible(`${row.name}@${row.workspace}`)} ${told}.\n`);
    return 0;
  });
/** Lines of rights as the API has them. @throws UsageError */
function grantsOf(flags: Flags): object[] {
  const list = (value: unknown) => (Array.isArray(value) ? value.map(String) : []);
  const can = list(flags.can).flatMap((one) => one.split(","));
  const scopes = [
    ...list(flags.product).map((product) => ({ scope: "product", product })),
    ...list(flags.tag).map((tag) => ({ scope: "tag", tag })),
    ...list(flags.device).map((text) => ({ scope: "device", ...deviceIn(text) })),
  ];
  if (can.length === 0 && scopes.length > 0)
    throw new UsageError("--can is needed beside --product, --tag and --device: view, record_measurements, …");
  if (can.length === 0) return [];
  return (scopes.length === 0 ? [{ scope: "all" }] : scopes).map((scope) => ({ ...scope, can }));
}
export const list = (io: Io, _: Args, flags: Flags) =>
  on(io, flags, async (access) => {
    const all = await access.call("apiUserList", given(flags, "workspace"));
    const rows = all.map((one) => [one.name, one.workspace, one.mqtt ? "yes" : "no", one.grants, one.tokens]);
    return show(io, flags, all, ["API USER", "WORKSPACE", "MQTT", "GRANTS", "TOKENS"], rows, "There are no API users.");
  });
export const remove = (io: Io, [who = ""]: Args, flags: Flags) =>
  on(io, flags, (access) => removeAsked(io, flags, (dryRun) => access.call("apiUserDelete", { who, dryRun })));
