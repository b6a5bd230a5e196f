import { type ASTVisitor, GraphQLError, Kind, type SelectionNode, type ValidationContext } from "graphql";

/** Fields below each other; introspection, which goes deeper, is not counted. */
const DEEPEST = 12;
/** Fields under other names than their own. */
const MOST_ALIASES = 100;
/** Fields and fragments of a document: each name costs when it is checked. */
export const MOST_TOKENS = 4000;

/** Whether a document asks for no more than one may at once. */
export function withinLimits(context: ValidationContext): ASTVisitor {
  let aliases = 0;
  return {
    Field(node) {
      if (node.alias && ++aliases === MOST_ALIASES + 1)
        context.reportError(new GraphQLError(`A document has at most ${MOST_ALIASES} aliases.`, { nodes: node }));
    },
    OperationDefinition(node) {
      const deep = node.selectionSet.selections.some((one) => deeper(context, one, DEEPEST, new Set()));
      if (deep)
        context.reportError(new GraphQLError(`Fields are at most ${DEEPEST} deep in each other.`, { nodes: node }));
    },
  };
}

/** Whether a selection goes deeper than `left` fields. */
function deeper(context: ValidationContext, node: SelectionNode, left: number, within: Set<string>): boolean {
  if (node.kind === Kind.FRAGMENT_SPREAD) {
    const { value: name } = node.name;
    const fragment = context.getFragment(name);
    // a circle is refused by another rule
    if (!fragment || within.has(name)) return false;
    return fragment.selectionSet.selections.some((one) => deeper(context, one, left, new Set(within).add(name)));
  }
  if (node.kind === Kind.INLINE_FRAGMENT)
    return node.selectionSet.selections.some((one) => deeper(context, one, left, within));
  if (node.name.value.startsWith("__")) return false;
  if (left === 0) return true;
  return node.selectionSet?.selections.some((one) => deeper(context, one, left - 1, within)) ?? false;
}
