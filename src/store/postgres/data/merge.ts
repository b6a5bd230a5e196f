import type { Value } from "../values.ts";
import type { Asked } from "./bridge-messages.ts";

type Statement = Asked[number];

/** What sealing and merging write for each series, and the statement that does it for many: they touch rows of their own, in tables of their own. */
interface Merged {
  readonly text: string;
  /** Place of the number that may be there once only; null: any number of times. */
  readonly once: number | null;
}
const inserts = (table: string): readonly [string, Merged] => [
  `INSERT INTO ${table} (series, t0, t1, n, body) VALUES ($1, $2, $3, $4, $5)`,
  {
    text:
      `INSERT INTO ${table} (series, t0, t1, n, body) ` +
      "SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bytea[])",
    once: null,
  },
];
const MERGED: ReadonlyMap<string, Merged> = new Map([
  inserts("part"),
  inserts("block"),
  ["DELETE FROM part WHERE id = $1", { text: "DELETE FROM part WHERE id = ANY($1::bigint[])", once: null }],
  [
    "UPDATE series SET cur_time = $1, cur_value = coalesce($2, cur_value), last_arrival = $3, sealed_seq = $4 WHERE id = $5",
    {
      text:
        "UPDATE series AS s SET cur_time = u.a, cur_value = coalesce(u.b, s.cur_value), last_arrival = u.c, sealed_seq = u.d " +
        "FROM unnest($1::bigint[], $2::bytea[], $3::bigint[], $4::bigint[], $5::bigint[]) AS u (a, b, c, d, e) WHERE s.id = u.e",
      once: 4,
    },
  ],
]);

/** Statements in which each of several is one with lists; others keep their places among them. */
export function merged(statements: Asked): Statement[] {
  const out: Statement[] = [];
  let open = new Map<string, Statement[]>();
  const close = (): void => {
    for (const [text, some] of open) out.push(joined(text, some));
    open = new Map();
  };
  for (const one of statements) {
    const how = MERGED.get(one.text);
    if (how === undefined) {
      close();
      out.push(one);
      continue;
    }
    const { once } = how;
    const before = open.get(one.text) ?? [];
    if (once !== null && before.some(({ values }) => values[once] === one.values[once])) close();
    const list = open.get(one.text);
    if (list === undefined) open.set(one.text, [one]);
    else list.push(one);
  }
  close();
  return out;
}

function joined(text: string, some: readonly Statement[]): Statement {
  const [first] = some;
  const how = MERGED.get(text);
  if (first === undefined || how === undefined) throw new Error("nothing to join");
  if (some.length === 1) return first;
  const values = first.values.map((_, i) => some.map((one) => one.values[i])) as unknown as Value[]; // lists of one type each
  return { text: how.text, values, name: `${first.name}m`, begins: false };
}
