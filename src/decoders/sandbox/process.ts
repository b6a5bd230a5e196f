/**
 * The process in which scripts run: it reads calls from its standard input and writes answers to its standard output, in
 * order, one after the other. It has no other way in or out, and ends when its input does. A call is two lines, or three:
 * `[id, workspace, script, withCode]`, what is wanted (JSON, handed to the VM as it is), and the code as a JSON text. An
 * answer is one: `[id, ms, kind]`, a tab, and the VM's JSON. It is written before the next call begins, so that the
 * server knows which one a process that does not answer is in. Before all, when calls can be answered at once, it writes an
 * answer to call 0. Its argument is the limits, as JSON.
 */
import { writeSync } from "node:fs";
import { LIMITS, type Limits } from "../types.ts";
import { Broken, Machine } from "./machine.ts";

const OWN: Limits = { ...LIMITS, ...(JSON.parse(process.argv.at(-1) ?? "{}") as Partial<Limits>) };
const MOST_MACHINES = 16;
const machines = new Map<string, Promise<Machine>>();
const codes = new Map<string, string>();
const MOST_CODES = 4096;

function machineOf(workspace: string): Promise<Machine> {
  const known = machines.get(workspace);
  machines.delete(workspace);
  for (const oldest of machines.keys()) {
    if (machines.size < MOST_MACHINES) break;
    machines.delete(oldest);
  }
  const machine = known ?? Machine.create(OWN);
  machines.set(workspace, machine);
  return machine;
}

async function answer(header: string, wanted: string, code: string | null): Promise<void> {
  const [id, workspace, script] = JSON.parse(header) as [number, string, string];
  if (code !== null) remember(script, JSON.parse(code) as string);
  const begun = performance.now();
  let kind = "json";
  let body = "{}";
  try {
    const machine = await machineOf(workspace);
    const text = codes.get(script);
    if (text === undefined) kind = "unknown";
    else {
      if (!machine.knows(script)) machine.learn(script, text);
      const told = machine.run(script, wanted);
      if ("stopped" in told) [kind, body] = [told.stopped, told.log];
      else if (told.json.length > OWN.resultChars) kind = "too_large";
      else body = told.json;
      if (machine.worn) machines.delete(workspace);
    }
  } catch (error) {
    if (!(error instanceof Broken)) throw error;
    machines.delete(workspace);
    kind = "broken";
    body = JSON.stringify(error.message);
  }
  write(`${JSON.stringify([id, Math.round((performance.now() - begun) * 1000) / 1000, kind])}\t${body}\n`);
}

function remember(script: string, code: string): void {
  codes.set(script, code);
  for (const oldest of codes.keys()) {
    if (codes.size <= MOST_CODES) break;
    codes.delete(oldest);
  }
}

function write(line: string): void {
  const bytes = Buffer.from(line);
  for (let at = 0; at < bytes.length; )
    try {
      at += writeSync(1, bytes, at);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1); // the server is behind
    }
}

async function serve(): Promise<void> {
  await Machine.create(OWN); // the first takes as long as many calls
  write('[0,0,"up"]\t""\n');
  const decoder = new TextDecoder();
  let held = "";
  let header: string | null = null;
  let wanted: string | null = null;
  for await (const chunk of Bun.stdin.stream()) {
    held += decoder.decode(chunk, { stream: true });
    let from = 0;
    for (let end = held.indexOf("\n", from); end >= 0; end = held.indexOf("\n", from)) {
      const line = held.slice(from, end);
      from = end + 1;
      if (header === null) header = line;
      else if (wanted === null && header.endsWith(",true]")) wanted = line;
      else {
        await answer(header, wanted ?? line, wanted === null ? null : line);
        header = wanted = null;
      }
    }
    held = held.slice(from);
  }
}

await serve();
