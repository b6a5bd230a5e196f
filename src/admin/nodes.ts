import { z } from "zod";
import { Refusal } from "../base/errors.ts";
import { checked } from "./checked.ts";
import type { NodeTable } from "./node-table.ts";
import type { OperationsDeps } from "./types.ts";

/** The servers on one store. */

const schemas = {
  nothing: z.strictObject({}),
  node: z.strictObject({ node: z.int().min(1) }),
};

export function nodeOperations({ nodes }: Pick<OperationsDeps, "nodes">) {
  return {
    nodeList: checked(schemas.nothing, async () => {
      const { list } = tableOf(nodes);
      return (await list()) ?? { nodes: [], replicated: null };
    }),
    nodeDrain: checked(schemas.node, async ({ node }) => {
      await tableOf(nodes).drain(node);
      return { node };
    }),
  };
}
function tableOf(nodes: NodeTable | undefined): NodeTable {
  if (nodes !== undefined) return nodes;
  throw new Refusal("not_available", "Only a running server knows the others, and none runs on this data folder.");
}
