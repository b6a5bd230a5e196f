import type { Io } from "./types.ts";

/** A world for tests: remembers what was said, answers questions from a list, and never ends the process. */
export function fakeIo(
  options: { env?: Record<string, string>; files?: Record<string, string>; answers?: string[] } = {},
) {
  const said = { out: "", err: "", exits: [] as number[] };
  const listeners = new Set<(signal: string) => void>();
  const answers = [...(options.answers ?? [])];
  const io: Io = {
    out: (text) => {
      said.out += text;
    },
    err: (text) => {
      said.err += text;
    },
    env: options.env ?? {},
    terminal: false,
    errTerminal: false,
    interactive: options.answers !== undefined,
    journal: false,
    color: false,
    ask: async () => answers.shift() ?? null,
    readFile: (file) => {
      const text = new Map(Object.entries(options.files ?? {})).get(file);
      if (text === undefined) throw new Error(`ENOENT: no such file, open '${file}'`);
      return text;
    },
    write: async (bytes) => {
      said.out += Buffer.from(bytes).toString("utf8");
    },
    stdin: async function* () {
      yield new TextEncoder().encode(options.files?.["-"] ?? "");
    },
    readStdin: async () => options.files?.["-"] ?? "",
    onSignal: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    exit: (code) => said.exits.push(code),
  };
  const signal = (name: string) => {
    for (const listener of [...listeners]) listener(name);
  };
  return { io, said, signal };
}
