import type { OperationTable } from "../admin/types.ts";
import { type ErrorCode, Refusal } from "../base/errors.ts";
import type { NodesPort } from "../http/nodes/port.ts";

/** What a node answers to a command that another one passes on (src/http/instance/control.ts). */
type Answered =
  | { readonly ok: true; readonly result: unknown }
  | { readonly ok: false; readonly code: ErrorCode; readonly message: string };

/**
 * Commands on a node without the duty: what the one that has it knows is asked there.
 * @param names of these operations @param nodes undefined: the server is alone
 */
export function askedElsewhere<Table extends OperationTable>(
  table: Table,
  names: ReadonlySet<string>,
  nodes: NodesPort | undefined,
): Table {
  if (nodes === undefined) return table;
  const isHere = (): boolean => nodes.duty === nodes.self || nodes.duty === 0;
  const entries = Object.entries(table).map(([name, here]) => {
    if (!names.has(name)) return [name, here] as const;
    return [name, (input: unknown) => (isHere() ? here(input) : ask(nodes, name, input))] as const;
  });
  return Object.fromEntries(entries) as Table; // the same names, and what they answer
}

/** @throws Refusal what the other node says, node_unreachable */
async function ask(nodes: NodesPort, name: string, input: unknown): Promise<unknown> {
  const body = input === undefined ? "" : JSON.stringify(input);
  const request = new Request(`http://localhost/control/${name}`, { method: "POST", body });
  const answer = (await (await nodes.ask(nodes.duty, request, "")).json()) as Answered; // only nodes answer
  if (answer.ok) return answer.result;
  throw new Refusal(answer.code, answer.message);
}
