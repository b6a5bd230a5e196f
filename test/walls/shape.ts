import { parse, type ParserPlugin } from "@babel/parser";

/** One function of a file, with its own lines (those of the functions inside it count for both). */
export interface FunctionSize {
  readonly name: string;
  readonly line: number;
  readonly lines: number;
}

/** What the walls look at in one file. */
export interface Shape {
  readonly lines: number;
  readonly functions: readonly FunctionSize[];
  /** What the module keeps between calls: a `let`, or a `const` that holds a thing that can change. */
  readonly state: readonly { readonly name: string; readonly line: number }[];
}

interface Node {
  readonly type: string;
  readonly loc?: { readonly start: { readonly line: number }; readonly end: { readonly line: number } };
  readonly [key: string]: unknown;
}

const FUNCTIONS =
  /^(?:FunctionDeclaration|FunctionExpression|ArrowFunctionExpression|ObjectMethod|Class(?:Private)?Method)$/;

/** What the platform makes that never changes, or that keeps nothing from one call to the next. */
const FIXED = /^(?:RegExp|URL|TextEncoder|TextDecoder|Error)$/;

/**
 * Reads a file of TypeScript as its syntax says, not by patterns.
 * @param path decides whether JSX is read (`.tsx`)
 * @throws SyntaxError of the parser, where the text is no TypeScript
 */
export function shapeOf(path: string, text: string): Shape {
  const plugins: ParserPlugin[] = path.endsWith(".tsx") ? ["typescript", "jsx"] : ["typescript"];
  const { program } = parse(text, { sourceType: "module", plugins }) as unknown as { program: Node & { body: Node[] } };
  const functions: FunctionSize[] = [];
  visit(program, "", functions);
  const lines = text === "" ? 0 : text.replace(/\n$/, "").split("\n").length;
  const written = new Set<string>();
  membersWritten(program, written);
  return { lines, functions, state: program.body.flatMap((one) => stateOf(one, written)) };
}

function visit(node: Node, name: string, into: FunctionSize[]): void {
  if (FUNCTIONS.test(node.type) && node.loc) {
    const { start, end } = node.loc;
    into.push({ name: nameOf(node) || name || "(unnamed)", line: start.line, lines: end.line - start.line + 1 });
  }
  const below = node.type === "VariableDeclarator" || /Property$/.test(node.type) ? nameOf(node) : "";
  for (const [key, value] of Object.entries(node)) {
    if (key === "loc") continue;
    for (const one of Array.isArray(value) ? value : [value])
      if (isNode(one)) visit(one, key === "value" || key === "init" ? below : "", into);
  }
}

/** The names to whose members something is given anywhere in the file: `name.x = 1`, `name[0]++`. */
function membersWritten(node: Node, into: Set<string>): void {
  const left =
    node.type === "AssignmentExpression" ? node.left : node.type === "UpdateExpression" ? node.argument : null;
  for (let at = left; isNode(at) && at.type === "MemberExpression"; at = at.object)
    if (isNode(at.object) && at.object.type === "Identifier") into.add(String(at.object.name));
  for (const [key, value] of Object.entries(node))
    if (key !== "loc")
      for (const one of Array.isArray(value) ? value : [value]) if (isNode(one)) membersWritten(one, into);
}

function stateOf(statement: Node, written: ReadonlySet<string>): { name: string; line: number }[] {
  const declared = statement.type === "ExportNamedDeclaration" ? statement.declaration : statement;
  if (!isNode(declared) || declared.type !== "VariableDeclaration" || declared.declare === true) return [];
  return (declared.declarations as Node[])
    .filter(
      (one) => declared.kind !== "const" || written.has(nameOf(one)) || (isNode(one.init) && changes(one.init, one)),
    )
    .map((one) => ({ name: nameOf(one) || "(unnamed)", line: one.loc?.start.line ?? 0 }));
}

/**
 * Whether what a constant holds can change later: an object that is made (a class of ours, an empty collection, a buffer,
 * what `createX()` gives), unless its type says that it may only be read.
 */
function changes(made: Node, declarator: Node): boolean {
  const declared = isNode(declarator.id) ? JSON.stringify(declarator.id.typeAnnotation ?? null) : "";
  if (/"Readonly\w*"|"readonly"/.test(declared) || !isNode(made.callee) || made.callee.type !== "Identifier")
    return false;
  const callee = String(made.callee.name);
  if (made.type === "CallExpression") return /^(?:create|make)[A-Z]/.test(callee);
  if (made.type !== "NewExpression" || FIXED.test(callee)) return false;
  const [first, ...more] = made.arguments as Node[];
  if (/^(?:Map|Set)$/.test(callee)) return first === undefined; // filled: a table
  return !(more.length === 0 && first?.type === "NumericLiteral" && first.value === 0); // an empty buffer
}

function nameOf(node: Node): string {
  const id = node.id ?? node.key;
  if (!isNode(id)) return "";
  if (id.type === "PrivateName") return nameOf(id);
  return typeof id.name === "string" ? id.name : typeof id.value === "string" ? id.value : "";
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && typeof (value as { type?: unknown }).type === "string";
}
