import { type DataType, type Metric, typeOf } from "./types.ts";
import { numberOf } from "./types.ts";
import { flattened } from "./templates.ts";
import { unitOf } from "./values.ts";

/** What a birth said of a metric. */
export interface Definition {
  readonly name: string;
  readonly alias: bigint | null;
  readonly type: DataType;
  readonly unit: string | null;
}
/** A metric of which name and type are known. */
export type NamedMetric = Metric & { readonly name: string; readonly type: DataType; readonly unit: string | null };

/** As a definition is stored: name, alias as its digits, number of the type, unit. */
export type StoredDefinition = readonly [name: string, alias: string | null, type: number, unit: string | null];

/** The metrics that the last birth of a node or a device announced; names tell upper and lower case apart. [tck-id-case-sensitivity-metric-names] */
export class Definitions {
  private readonly byName = new Map<string, Definition>();
  private readonly byAlias = new Map<bigint, Definition>();

  /** @param metrics of a birth */
  static of(metrics: readonly Metric[]): Definitions {
    const all = new Definitions();
    for (const metric of metrics) {
      const { name, alias, type } = metric;
      if (name === null) continue;
      all.add({ name, alias, type: type ?? "Unknown", unit: unitOf(metric) });
      if (type === "Template")
        for (const member of flattened(metric))
          if (member.name !== null && member.type !== null)
            all.add({ name: member.name, alias: null, type: member.type, unit: unitOf(member) });
    }
    return all;
  }
  static stored(rows: readonly StoredDefinition[]): Definitions {
    const all = new Definitions();
    for (const [name, alias, type, unit] of rows)
      all.add({ name, alias: alias === null ? null : BigInt(alias), type: typeOf(type), unit });
    return all;
  }
  private add(definition: Definition): void {
    this.byName.set(definition.name, definition);
    if (definition.alias !== null) this.byAlias.set(definition.alias, definition);
  }
  get store(): readonly StoredDefinition[] {
    return [...this.byName.values()].map(({ name, alias, type, unit }) => [
      name,
      alias === null ? null : alias.toString(),
      numberOf(type),
      unit,
    ]);
  }
  get size(): number {
    return this.byName.size;
  }
  find(name: string): Definition | undefined {
    return this.byName.get(name);
  }

  /**
   * The metrics of a message with their names and types, members of templates one by one.
   * @param aliases whether those of the birth hold; otherwise names alone do
   * @returns also why a birth is to be asked for: a metric that none announced; null: it is not
   */
  named(
    metrics: readonly Metric[],
    aliases = true,
  ): { readonly metrics: readonly NamedMetric[]; readonly unknown: string | null } {
    let unknown: string | null = null;
    const found = metrics.flatMap((metric): readonly Metric[] => {
      const known = metric.name === null ? this.ofAlias(aliases ? metric.alias : null) : this.byName.get(metric.name);
      if (known === undefined)
        unknown ??= metric.name === null ? `the alias ${metric.alias ?? "none"}` : `the metric ${metric.name}`;
      const name = metric.name ?? known?.name ?? null;
      const type = metric.type ?? known?.type ?? guessed(metric);
      return name === null ? [] : flattened({ ...metric, name, type });
    });
    return { metrics: found.flatMap((metric) => this.complete(metric)), unknown };
  }
  private complete(metric: Metric): readonly NamedMetric[] {
    const { name } = metric;
    if (name === null) return [];
    const known = this.byName.get(name);
    const type = metric.type ?? known?.type ?? guessed(metric);
    return [{ ...metric, name, type, unit: unitOf(metric) ?? known?.unit ?? null }];
  }
  private ofAlias(alias: bigint | null): Definition | undefined {
    return alias === null ? undefined : this.byAlias.get(alias);
  }
}

/** By how a value lies on the wire, where nobody said its type. */
function guessed({ value }: Metric): DataType {
  switch (typeof value) {
    case "bigint":
      return "Int64";
    case "number":
      return "Double";
    case "boolean":
      return "Boolean";
    case "string":
      return "String";
    default:
      return "Unknown";
  }
}
