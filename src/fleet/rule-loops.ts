import { type Link, Loops, type Place } from "../rules/loops.ts";
import { triggersOf } from "../rules/references.ts";
import { writesOf } from "./rule-action-problems.ts";
import type { Reached } from "./rule-problems.ts";
import type { Rule } from "./rule-rows.ts";

/** Rules that trigger themselves by the fields that they write, also over other rules and computed fields. */

type Shape = Pick<Rule, "name" | "scope" | "definition" | "actions">;
/** The fleet as it is, or as the file that is applied makes it. */
interface LoopLook {
  /** The products whose devices a rule is about; of the scope that is empty, all of the workspace. */
  reached(rule: Pick<Rule, "scope">): readonly Reached[];
  /** uid of a device's product; undefined: it is gone. */
  homeOf(device: number): number | undefined;
}
const EVERYWHERE = { scope: { products: [], devices: [], tags: [] } } as const;

/** Finds loops among the rules of a workspace. It is made once for many questions. */
export class RuleLoops {
  private readonly links = new Map<Shape, Link>();
  private readonly loops: Loops;

  /** @param rules all of the workspace, as they are to be */
  constructor(
    private readonly look: LoopLook,
    rules: readonly Shape[],
  ) {
    // who writes nothing is amid no loop
    for (const rule of rules) if (writesOf(rule.actions).length > 0) this.links.set(rule, this.linkOf(rule));
    this.loops = new Loops([...this.links.values(), ...(this.links.size === 0 ? [] : this.formulas())]);
  }
  /** What is wrong with one of them, as the end of a sentence; null: what it writes does not come back to it. */
  through(rule: Shape): string | null {
    const link = this.links.get(rule);
    const way = link === undefined ? null : this.loops.through(link);
    if (way === null) return null;
    const names = [...way, rule.name].map((name) => JSON.stringify(name)).join(" → ");
    return `what it writes triggers it again: ${names}. Let it write a field that does not, or be triggered by another one`;
  }

  private linkOf(rule: Shape): Link {
    const reached = this.look.reached(rule);
    const own = rule.scope.devices;
    const ofOwn = (field: string): Place[] =>
      reached.flatMap(({ uid: product, field: typeOf }): Place[] => {
        if (typeOf(field) === undefined) return [];
        if (own.length === 0) return [{ product, field, device: null }];
        const here = own.filter((device) => this.look.homeOf(device) === product);
        return here.map((device) => ({ product, field, device }));
      });
    return {
      name: rule.name,
      // what is written to a silent device only ends its silence
      reads: (triggersOf(rule.definition) ?? []).flatMap(ofOwn),
      writes: writesOf(rule.actions).flatMap(({ device, field }): Place[] => {
        if (device === null) return ofOwn(field);
        const product = this.look.homeOf(device);
        return product === undefined ? [] : [{ product, field, device }];
      }),
    };
  }
  private formulas(): Link[] {
    return this.look.reached(EVERYWHERE).flatMap(({ uid: product, computed }) =>
      computed().map(({ field, sources }) => ({
        name: `the formula of ${field}`,
        reads: sources.map((one): Place => ({ product, field: one, device: null })),
        writes: [{ product, field, device: null }],
      })),
    );
  }
}
