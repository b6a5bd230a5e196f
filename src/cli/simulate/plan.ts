import type { Qos } from "../../codec/index.ts";
import { numbersOf, rangeOf } from "../../fleet/range.ts";
import { DEFAULT_TYPE, FIELD_TYPES, type FieldType } from "../../measure/types.ts";
import type { Access } from "../access.ts";
import { CommandError, UsageError } from "../failure.ts";
import { seconds, wholeNumber } from "../numbers.ts";

/** What is simulated. */
export interface Plan {
  readonly product: string;
  readonly devices: readonly string[];
  readonly field: { readonly id: string; readonly type: FieldType };
  /** Messages per second, all devices together. */
  readonly rate: number;
  /** Seconds. */
  readonly duration: number;
  readonly qos: Qos;
}

const MOST_DEVICES = 50_000;

/**
 * The plan that the flags ask for; what they leave open is asked of the local server.
 * @param local null where the server is elsewhere: product and field must then be named
 * @param absent why no server runs on the data folder; null: one does, or another was named
 * @throws UsageError, CommandError
 */
export async function makePlan(
  flags: Readonly<Record<string, unknown>>,
  local: Access | null,
  absent: string | null = null,
): Promise<Plan> {
  const rate = wholeNumber("--rate", flags.rate, 10, 1, 1_000_000);
  const duration = seconds("--duration", flags.duration, 10, 7 * 86_400);
  const qos = wholeNumber("--qos", flags.qos, 1, 0, 2) as Qos; // within 0 to 2
  const many = wholeNumber("--devices", flags.devices, 10, 1, MOST_DEVICES);
  const pattern = flags.devicePattern === undefined ? undefined : String(flags.devicePattern);
  const products = local === null ? [] : await local.call("productList");
  const slug = flags.product === undefined ? undefined : String(flags.product);
  const product =
    slug === undefined ? products.find((one) => one.devices > 0) : products.find((one) => one.slug === slug);
  if (slug === undefined && product === undefined)
    throw absent !== null
      ? new CommandError(absent)
      : local === null
        ? new UsageError("--product is needed: this is not the server of the data folder, which could be asked")
        : new CommandError("there is no product with devices yet: make some with fieldcast apply");
  if (slug !== undefined && local !== null && product === undefined)
    throw new CommandError(`there is no product with the slug "${slug}"`);
  const measured = product?.fields.filter(({ formula }) => formula === undefined);
  const field = chooseField(flags.field, measured ?? []);
  const name = product?.slug ?? slug ?? "";
  const devices =
    pattern !== undefined
      ? expand(pattern, flags.devices === undefined ? MOST_DEVICES : many)
      : local !== null
        ? (await local.call("deviceList", { product: name, limit: many })).devices.map((device) => device.id)
        : expand(`dev{0..${many - 1}}`, many);
  if (devices.length === 0) throw new CommandError(`${name} has no devices yet: make some with fieldcast apply`);
  return { product: name, devices, field, rate, duration, qos };
}

/** `FIELD` or `FIELD:TYPE`; without it the product's first number, or its first field. */
function chooseField(
  flag: unknown,
  known: readonly { readonly id: string; readonly type: FieldType }[],
): { id: string; type: FieldType } {
  if (flag === undefined) {
    const found = known.find((one) => one.type === DEFAULT_TYPE) ?? known[0];
    return found ?? { id: "TEMPERATURE", type: DEFAULT_TYPE };
  }
  const [id = "", typed] = String(flag).split(":");
  const upper = id.toUpperCase();
  if (typed === undefined) return { id: upper, type: known.find((one) => one.id === upper)?.type ?? DEFAULT_TYPE };
  const type = FIELD_TYPES.find((one) => one === typed.toUpperCase());
  if (type === undefined) throw new UsageError(`--field: the type "${typed}" is not one of ${FIELD_TYPES.join(", ")}`);
  return { id: upper, type };
}

/** The ids of a pattern like dev{0..99}, the first `most` of them. */
function expand(pattern: string, most: number): string[] {
  const range = rangeOf(pattern);
  if (typeof range === "string") throw new UsageError(`--device-pattern "${pattern}": ${range}`);
  if (range === null) return [pattern];
  const ids: string[] = [];
  for (const n of numbersOf(range)) {
    if (ids.length >= most) break;
    ids.push(range.prefix + n + range.suffix);
  }
  return ids;
}
