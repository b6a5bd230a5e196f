export type TopicUse = "publish" | "subscribe";

/** Where one is in a topic of the platform, to complete it. */
interface Level {
  readonly level: "prefix" | "product" | "device" | "field" | null;
  /** What stands before the level that is typed. */
  readonly before: string;
  readonly typed: string;
  /** Its slug; "" where there is none yet. */
  readonly product: string;
}

/** The level at which a topic is being typed; null: it is none of the platform, or whole. */
export function levelOf(topic: string, prefix: string): Level {
  const levels = topic.split("/");
  const typed = levels.at(-1) ?? "";
  const before = topic.slice(0, topic.length - typed.length);
  const product = levels[1] ?? "";
  const names = ["prefix", "product", "device", "field"] as const;
  const ours = levels.length === 1 || [prefix, `${prefix}-pub`, `${prefix}-errors`].includes(levels[0] ?? "");
  const level = ours && !(levels.length > 2 && /[+#]/.test(product)) ? (names[levels.length - 1] ?? null) : null;
  return { level, before, typed, product: levels.length > 2 ? product : "" };
}

/** What a publish topic of the platform names; null: it is none. `field` null: all of the device at once. */
export function placeOf(
  topic: string,
  prefix: string,
): { product: string; device: string; field: string | null } | null {
  const [first, product = "", device = "", field, ...more] = topic.split("/");
  if (first !== `${prefix}-pub` || product === "" || device === "" || more.length > 0 || field === "") return null;
  return { product, device, field: field === undefined ? null : field.toUpperCase() };
}
