import type { Registrar } from "../registrar.ts";

/** `node`: of the servers on one store. */
export function register({ add, json, group }: Registrar): void {
  const node = group("node", "the servers on one PostgreSQL store", "fieldcast node list");
  const nodes = () => import("./command.ts");
  json(
    add(
      node,
      "list",
      "list the servers on the store: which are active, and which one does what one does for all",
      "fieldcast node list",
      async () => (await nodes()).list,
    ),
  );
  json(
    add(
      node,
      "drain <node>",
      "let the clients of a server go to the others, before it is stopped",
      "fieldcast node drain 2",
      async () => (await nodes()).drain,
    ),
  );
}
