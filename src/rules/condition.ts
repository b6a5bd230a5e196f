import type { Value } from "../measure/types.ts";
import { compared, type Truth } from "./compare.ts";
import { microsOf } from "./duration.ts";
import { comparisonsOf } from "./references.ts";
import type { Compared, Figure, Operator, RuleComparison, RuleCondition } from "./types.ts";

/** What conditions are asked about: one device, at one moment. Null: there is no such value. */
export interface Facts {
  field(id: string): Value | null;
  configuration(id: string): Value | null;
  /** @param over µs */
  figure(field: string, figure: Figure, over: number): number | null;
}

/** A comparison, ready to be asked. */
interface Test {
  /** Its bit in `latched`. */
  readonly bit: number;
  readonly left: (facts: Facts) => Value | null;
  readonly right: (facts: Facts) => Compared | Value | null;
  readonly operator: Operator;
  readonly hysteresis: number;
}
type Node =
  | { readonly of: "all" | "any"; readonly nodes: readonly Node[] }
  | { readonly of: "not"; readonly node: Node }
  | Test;

/**
 * A condition, compiled. Truth has three values (Kleene): what is missing makes nothing true, and `not` of it is not true either. Each
 * comparison with a hysteresis remembers by a bit that it is true.
 */
export class Condition {
  private readonly root: Node | null;
  /** Bits of the comparisons with a hysteresis that are true, as `holds` found them last. */
  latched = 0;
  private count = 0;

  constructor(readonly definition: RuleCondition | null) {
    this.root = definition === null ? null : this.compile(definition);
  }

  /** @param latched what was found the last time, of this device @returns null: it cannot be said; nothing asked for: true */
  holds(facts: Facts, latched: number): Truth {
    this.latched = latched;
    return this.root === null ? true : this.ask(this.root, facts);
  }

  private compile(given: RuleCondition): Node {
    if ("not" in given) return { of: "not", node: this.compile(given.not) };
    if ("all" in given) return { of: "all", nodes: given.all.map((one) => this.compile(one)) };
    if ("any" in given) return { of: "any", nodes: given.any.map((one) => this.compile(one)) };
    const { operator, hysteresis = 0 } = given;
    return { bit: 1 << this.count++, left: leftOf(given), right: rightOf(given.value), operator, hysteresis };
  }
  /** Every comparison is asked: a hysteresis follows its value also where the answer is clear without it. */
  private ask(node: Node, facts: Facts): Truth {
    if (!("of" in node)) return this.compare(node, facts);
    if (node.of === "not") {
      const truth = this.ask(node.node, facts);
      return truth === null ? null : !truth;
    }
    const decides = node.of === "any";
    let truth: Truth = !decides;
    for (const one of node.nodes) {
      const own = this.ask(one, facts);
      if (own === decides) truth = decides;
      else if (own === null && truth !== decides) truth = null;
    }
    return truth;
  }
  private compare({ bit, left, right, operator, hysteresis }: Test, facts: Facts): Truth {
    const slack = hysteresis > 0 && (this.latched & bit) !== 0 ? hysteresis : 0;
    const truth = compared(left(facts), operator, right(facts), slack);
    if (hysteresis > 0 && truth !== null) this.latched = truth ? this.latched | bit : this.latched & ~bit;
    return truth;
  }
}

function leftOf({ field, configuration, figure, over }: RuleComparison): Test["left"] {
  if (field === undefined) return (facts) => facts.configuration(configuration ?? "");
  if (figure === undefined || over === undefined) return (facts) => facts.field(field);
  const span = microsOf(over);
  return (facts) => facts.figure(field, figure, span);
}
function rightOf(value: Compared): Test["right"] {
  if (typeof value !== "object" || "lat" in value) return () => value;
  if ("field" in value) return (facts) => facts.field(value.field);
  return (facts) => facts.configuration(value.configuration);
}

/** Something that a condition looks at, once each, in the order of its text. */
export interface Looked {
  readonly kind: "field" | "configuration" | "figure";
  readonly id: string;
  readonly figure: Figure | null;
  /** As it is written, and in µs. */
  readonly over: string | null;
  readonly span: number;
}
export function looksAt(condition: RuleCondition | null): Looked[] {
  const found = new Map<string, Looked>();
  const add = (kind: Looked["kind"], id: string, figure: Figure | null, over: string | null) => {
    const key = `${kind} ${id} ${figure} ${over}`;
    if (!found.has(key)) found.set(key, { kind, id, figure, over, span: over === null ? 0 : microsOf(over) });
  };
  for (const [{ field, configuration, figure, over, value }] of comparisonsOf(condition)) {
    if (field !== undefined && figure !== undefined && over !== undefined) add("figure", field, figure, over);
    else if (field !== undefined) add("field", field, null, null);
    if (configuration !== undefined) add("configuration", configuration, null, null);
    if (typeof value !== "object") continue;
    if ("field" in value) add("field", value.field, null, null);
    if ("configuration" in value) add("configuration", value.configuration, null, null);
  }
  return [...found.values()];
}
