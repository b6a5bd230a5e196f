import { Refusal } from "../base/errors.ts";
import { isFieldId, isSlug, mayNameDevice, upperAscii } from "./grammar.ts";
import { isTopicName, levels } from "./names.ts";

/** What a publish on a topic asks for. `field` is upper-cased, the other names are as sent; none is known to exist. */
type PublishTarget =
  | { readonly kind: "field"; readonly product: string; readonly device: string; readonly field: string }
  | { readonly kind: "batch"; readonly product: string; readonly device: string }
  | { readonly kind: "product_wide" }
  | { readonly kind: "refused"; readonly code: "topic_not_allowed"; readonly message: string };

/** What a subscription's filter can ever match. */
export interface FilterScope {
  /** It can match topics `dtck/<slug>/<device id>/<FIELD>`. */
  readonly data: boolean;
  /** It can match `dtck-errors/<product>/<device>` or `…/<FIELD>`. */
  readonly errors: boolean;
  /** It stands in the `$SYS` tree. */
  readonly sys: boolean;
  /** It stands in `dtck-pub`, where nothing is ever delivered. */
  readonly publishTree: boolean;
  /** With `data`: the literal level 2, 3, 4, or null where it is a wildcard. Without `data`: null. */
  readonly product: string | null;
  readonly device: string | null;
  readonly field: string | null;
  /** It can match free topics: those outside the reserved prefixes. */
  readonly free: boolean;
  /** It is a shared subscription. */
  readonly share: boolean;
}

/** Longest topic a client can be sent, in UTF-8 bytes. */
const MAX_BYTES = 65535;

/** The platform's topics (wire contract section 4) for one prefix. Holds no state. */
export class PlatformTopics {
  private readonly pub: string;
  private readonly err: string;

  /**
   * @param prefix the instance's setting: one level without `$ + #`
   * @param freeTopics whether the instance has free topics
   * @throws Refusal invalid_config
   */
  constructor(
    readonly prefix: string = "dtck",
    readonly freeTopics = false,
  ) {
    if (!isTopicName(prefix, 1) || prefix.includes("$"))
      throw new Refusal(
        "invalid_config",
        'The topic prefix must be one level: not empty, without "/", "$", "+" and "#".',
      );
    this.pub = `${prefix}-pub`;
    this.err = `${prefix}-errors`;
  }

  /** What a publish on this (valid) topic name asks for; names are not looked up. */
  parsePublish(topic: string): PublishTarget {
    const parts = levels(topic);
    const [root = "", product = "", device = "", field = ""] = parts;
    if (root !== this.pub) return this.refuse(this.whyNot(root));
    if (parts.length !== 3 && parts.length !== 4)
      return this.refuse(`${this.usage()} This topic has ${parts.length} levels.`);
    if (parts.includes("")) return this.refuse(`${this.usage()} A level of this topic is empty.`);
    if (device === "*") return { kind: "product_wide" };
    if (parts.length === 3) return { kind: "batch", product, device };
    return { kind: "field", product, device, field: upperAscii(field) };
  }

  /**
   * Where a refused publish on `topic` is reported: `dtck-errors/` and the published levels, FIELD in capitals (as
   * filters on it are); `dtck-errors/_/_/_` for topics outside the shape.
   */
  errorTopic(topic: string): string {
    const parts = levels(topic);
    if (parts[0] === this.pub && (parts.length === 3 || parts.length === 4) && !parts.includes("")) {
      parts[0] = this.err;
      if (parts.length === 4) parts[3] = upperAscii(parts[3] ?? "");
      const name = parts.join("/");
      if (name.length * 3 <= MAX_BYTES || Buffer.byteLength(name) <= MAX_BYTES) return name;
    }
    return `${this.err}/_/_/_`;
  }

  /**
   * How the platform reads a (valid) filter: in `dtck/…` and `dtck-errors/…`, also inside `$share`, `*` alone as level
   * 2, 3 or 4 means `+`, and level 4 is upper-cased [departs from MQTT-4.7.3-4] [departs from MQTT-3.3.2-3] (wire contract section 4).
   */
  canonicalFilter(filter: string): { canonical: string; changed: boolean } {
    const parts = levels(filter);
    const base = shareLevels(parts);
    if (parts[base] !== this.prefix && parts[base] !== this.err) return { canonical: filter, changed: false };
    for (let i = base + 1; i <= base + 3 && i < parts.length; i++) {
      const level = parts[i] ?? "";
      if (level === "*") parts[i] = "+";
      else if (i === base + 3) parts[i] = upperAscii(level);
    }
    const canonical = parts.join("/");
    return { canonical, changed: canonical !== filter };
  }

  /** What a canonical filter can ever match; no names are looked up, only what they could be. */
  classifyFilter(canonical: string): FilterScope {
    const all = levels(canonical);
    const base = shareLevels(all);
    const parts = base > 0 ? all.slice(base) : all;
    const data = this.canMatchData(parts);
    return {
      data,
      errors: this.canMatchErrors(parts),
      sys: parts[0] === "$SYS",
      publishTree: parts[0] === this.pub,
      product: data ? literal(parts[1]) : null,
      device: data ? literal(parts[2]) : null,
      field: data ? literal(parts[3]) : null,
      free: this.isFree(parts[0] ?? ""),
      share: base > 0,
    };
  }

  /** The topic a recorded measurement is published on. */
  dataTopic(product: string, device: string, field: string): string {
    return `${this.prefix}/${product}/${device}/${field}`;
  }

  /**
   * Whether a topic lies outside the reserved prefixes (the prefix itself, `<prefix>-…`, `$…`). Of a filter: whether it can
   * match such a topic; a shared one without `$share/<name>/`.
   */
  isFree(topic: string): boolean {
    if (topic.startsWith("$")) return false;
    if (!topic.startsWith(this.prefix)) return true;
    const next = topic[this.prefix.length];
    return next !== undefined && next !== "/" && next !== "-";
  }

  private canMatchData(parts: readonly string[]): boolean {
    return fits(parts, 4, (level, at) => {
      if (at === 0) return level === this.prefix;
      return at === 1 ? isSlug(level) : at === 2 ? mayNameDevice(level) : isFieldId(level);
    });
  }

  private canMatchErrors(parts: readonly string[]): boolean {
    const may = (level: string, at: number) =>
      at === 0 ? level === this.err : level !== "" && (at < 3 || level === upperAscii(level));
    return fits(parts, 3, may) || fits(parts, 4, may);
  }

  private usage(): string {
    return `Publish on ${this.pub}/<product>/<device>/<FIELD>, or a batch on ${this.pub}/<product>/<device>.`;
  }

  private whyNot(root: string): string {
    if (root === this.prefix)
      return `Only the platform publishes on ${this.prefix}/…; publish on ${this.pub}/… with the same product, device and field.`;
    if (root === this.err) return `Only the platform publishes on ${this.err}/…. ${this.usage()}`;
    if (root.startsWith(`${this.prefix}-`))
      return `Topics that begin with ${this.prefix}- are reserved. ${this.usage()}`;
    if (root.startsWith("$")) return `Topics that begin with $ are the broker's own. ${this.usage()}`;
    const off = this.freeTopics ? "" : " Free topics are off on this instance (--free-topics).";
    return `Nothing is recorded on this topic. ${this.usage()}${off}`;
  }

  private refuse(message: string): PublishTarget {
    return { kind: "refused", code: "topic_not_allowed", message };
  }
}

/** How many levels `$share/<name>/` takes in front of the filter proper: 2 or 0. */
function shareLevels(parts: readonly string[]): number {
  return parts[0] === "$share" && parts.length > 2 ? 2 : 0;
}

function literal(level: string | undefined): string | null {
  return level === undefined || level === "+" || level === "#" ? null : level;
}

/** Can the filter match a topic of exactly `count` levels whose levels are what `may` allows? None of them starts with `$`. */
function fits(parts: readonly string[], count: number, may: (level: string, at: number) => boolean): boolean {
  for (let i = 0; i < parts.length; i++) {
    const level = parts[i] ?? "";
    if (level === "#") return i <= count; // `#` includes the parent level
    if (i >= count) return false;
    if (level !== "+" && !may(level, i)) return false;
  }
  return parts.length === count;
}
