/** A command of a document, with what the document says that it prints; null: it does not say. */
export interface Example {
  readonly command: string;
  readonly prints: string | null;
}

/** The commands in a document's shell blocks; the block behind one with a single command is its output. */
export function examplesOf(markdown: string): readonly Example[] {
  const blocks = [...markdown.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, kind = "", text = ""]) => ({
    kind,
    text,
  }));
  return blocks.flatMap(({ kind, text }, i) => {
    if (kind !== "sh") return [];
    const commands = commandsOf(text);
    const next = blocks[i + 1];
    const prints = commands.length === 1 && next !== undefined && next.kind !== "sh" ? next.text : null;
    return commands.map((command) => ({ command, prints }));
  });
}

/** A line is a command; quotes and a \ at its end make it longer. */
function commandsOf(text: string): string[] {
  const commands: string[] = [];
  let open = "";
  for (const line of text.split("\n")) {
    open += line.endsWith("\\") ? `${line.slice(0, -1)} ` : line;
    if (line.endsWith("\\") || open.split("'").length % 2 === 0) continue;
    const command = open.replace(/\s+#.*$/, "").trim();
    if (command !== "") commands.push(command);
    open = "";
  }
  return commands;
}

/** The words of a command, without their quotes. @param variables what `$NAME` stands for outside single quotes */
export function wordsOf(command: string, variables: Readonly<Record<string, string>> = {}): string[] {
  const words = command.match(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g) ?? [];
  const parts = /"([^"]*)"|'([^']*)'|([^"']+)/g;
  const filled = (text: string) => text.replace(/\$(\w+)/g, (_, name: string) => variables[name] ?? "");
  return words.map((word) =>
    word.replace(parts, (_, double?: string, single?: string, bare?: string) => single ?? filled(double ?? bare ?? "")),
  );
}
