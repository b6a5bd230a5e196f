import { Refusal } from "../../base/errors.ts";
import {
  type DocumentNode,
  type ExecutionResult,
  GraphQLError,
  type GraphQLSchema,
  execute,
  parse,
  validate,
  specifiedRules,
} from "graphql";
import { type GraphContext, codeOf, failure } from "./context.ts";
import { MOST_TOKENS, withinLimits } from "./limits.ts";
import type { Asked } from "./request.ts";

/** A document that cannot be executed. */
export class Unreadable extends Error {
  constructor(readonly errors: readonly GraphQLError[]) {
    super("this document cannot be executed");
  }
}

/** @throws Unreadable */
export function read(schema: GraphQLSchema, { query }: Asked): DocumentNode {
  let document: DocumentNode;
  try {
    document = parse(query, { maxTokens: MOST_TOKENS });
  } catch (error) {
    if (error instanceof GraphQLError) throw new Unreadable([error]);
    throw error;
  }
  const errors = validate(schema, document, [...specifiedRules, withinLimits], { maxErrors: 20 });
  if (errors.length > 0) throw new Unreadable(errors);
  return document;
}

export async function run(
  schema: GraphQLSchema,
  document: DocumentNode,
  asked: Asked,
  context: GraphContext,
): Promise<ExecutionResult> {
  const { variables: variableValues, operationName } = asked;
  const result = await execute({
    schema,
    document,
    contextValue: context,
    ...(variableValues && { variableValues }),
    ...(operationName !== null && { operationName }),
  });
  // nothing was executed: no such operation, a variable that does not fit
  if (!("data" in result) || result.data === undefined) throw new Unreadable(result.errors ?? []);
  const lost = context.told.values().some((device) => !device.deleted && !context.who?.principal.mayView(device));
  if (lost)
    return { data: null, errors: [failure("NOT_AUTHORIZED", "Your rights changed while this was read. Ask again.")] };
  return result.errors ? { ...result, errors: result.errors.map((error) => told(context, error)) } : result;
}

/** An error as its reader is to see it: a refusal in its words, a mistake of ours without a word about the inside. */
function told({ deps }: GraphContext, error: GraphQLError): GraphQLError {
  const { originalError } = error;
  if (!originalError || originalError instanceof GraphQLError) return error;
  const how = { nodes: error.nodes ?? null, path: error.path ?? null };
  if (originalError instanceof Refusal) {
    const { message } = originalError;
    return new GraphQLError(message, { ...how, extensions: { code: codeOf(originalError) } });
  }
  deps.log.error(
    { error: originalError.stack ?? originalError.message, path: error.path?.join(".") },
    "a GraphQL field failed",
  );
  const message = "Something went wrong inside the server; its log says what.";
  return new GraphQLError(message, { ...how, extensions: { code: "CANNOT_PERFORM_OPERATION" } });
}
