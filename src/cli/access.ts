import { existsSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { type BadRow, CATALOGUE, type ErrorCode, errorText, Refusal } from "../base/errors.ts";
import type { Config } from "../config/settings.ts";
import { CommandError } from "./failure.ts";
import { whyNoData } from "./folder.ts";
import type { Answer, OperationName } from "../admin/operations.ts";

/** How a command reaches a data folder: through the server that runs on it, or by itself. */
export interface Access {
  readonly online: boolean;
  call<N extends OperationName>(name: N, input?: object): Promise<Answer<N>>;
  close(): Promise<void>;
}

/** How long a server may take for one operation. */
const CALL_MS = 60_000;

type Reaching = { readonly create?: boolean; readonly store?: string | null };

/**
 * Reaches a data folder.
 * @param options create: make the folder when it does not exist; store: where its data is; offline: false: only through a running server
 * @returns null only with `offline: false`, when no server runs
 */
export async function reach(folder: string, options: Reaching & { offline: false }): Promise<Access | null>;
export async function reach(folder: string, options?: Reaching): Promise<Access>;
export async function reach(folder: string, options: Reaching & { offline?: false } = {}): Promise<Access | null> {
  const socket = controlSocket(folder);
  if (existsSync(socket)) {
    const online = throughServer(socket);
    const here = await online.call("info").then(
      () => true,
      (error: unknown) => {
        // A refusal is an answer: somebody is there. Nobody listens: the socket of a server that was killed.
        if (error instanceof Refusal) return true;
        if (error instanceof NobodyThere) return false;
        throw error;
      },
    );
    if (here) return online;
  }
  if (options.offline === false) return null;
  const { openOffline } = await import("./offline.ts");
  const { operations, close } = await openOffline(folder, options.create === true, options.store ?? null);
  return {
    online: false,
    // The table's entries differ in what they answer; the name chooses the entry and its answer alike.
    call: (name, input = {}) => operations[name](input) as ReturnType<Access["call"]> as never,
    close,
  };
}

/** Runs `work` where the settings say, and closes the way behind it, also when it fails. */
export async function withAccess<T>(
  { data, store }: Pick<Config, "data" | "store">,
  options: { create?: boolean },
  work: (access: Access) => Promise<T>,
): Promise<T> {
  const access = await reach(data, { ...options, store });
  try {
    return await work(access);
  } finally {
    await access.close();
  }
}

/** The socket on which the server of a data folder takes operations; relative where that is shorter: paths of sockets are bounded. */
export function controlSocket(folder: string): string {
  const absolute = join(resolve(folder), "control.sock");
  const near = relative(process.cwd(), absolute);
  return near.length < absolute.length ? near : absolute;
}

/** Why no server can be asked, and what to do. */
export function noServer(folder: string): CommandError {
  const why = whyNoData(folder);
  return new CommandError(
    why ?? `no server runs on ${folder}: start it (fieldcast serve), or name another folder with --data`,
  );
}

/** The socket of a server that is gone. */
class NobodyThere extends CommandError {
  constructor() {
    super("the server has ended meanwhile");
  }
}

function throughServer(socket: string): Access {
  return {
    online: true,
    call: (name, input = {}) => post(socket, name, input) as never, // as above; the server uses the same table
    close: async () => {},
  };
}

/**
 * The lines of a stream of the running server, as they come.
 * @throws Refusal as the server says; CommandError when no server runs, or it ends
 */
export async function* linesFrom(
  folder: string,
  name: string,
  input: object,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const socket = controlSocket(folder);
  if (!existsSync(socket)) throw noServer(folder);
  const response = await ask(socket, name, input, signal);
  if (!response.ok || !response.body) throw await failure(response, name);
  let rest = "";
  for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
    const parts = (rest + text).split("\n");
    rest = parts.pop() ?? "";
    yield* parts;
  }
}

async function ask(socket: string, name: string, input: object, signal: AbortSignal): Promise<Response> {
  try {
    return await fetch(`http://localhost/control/${name}`, {
      unix: socket,
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(input),
      signal,
      timeout: false, // the platform's own ends whatever is silent for five minutes; `inspect` and `trace` wait for events
    });
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : "";
    if (code === "EACCES" || code === "EPERM")
      throw new CommandError(
        `the server's socket ${socket} may not be used by this user: run this as the server's user (sudo -u)`,
      );
    if (code === "ECONNREFUSED" || code === "ENOENT" || code === "FailedToOpenSocket" || code === "ConnectionRefused")
      throw new NobodyThere();
    const why = errorText(error);
    throw new CommandError(`the server on ${socket} does not answer: ${why}`);
  }
}

async function post(socket: string, name: string, input: object): Promise<unknown> {
  const response = await ask(socket, name, input, AbortSignal.timeout(CALL_MS));
  if (!response.ok) throw await failure(response, name);
  const body: unknown = await response.json().catch(() => null);
  if (typeof body === "object" && body !== null && "result" in body) return body.result;
  throw wrongAnswer(response, name);
}

async function failure(response: Response, name: string): Promise<Error> {
  const body: unknown = await response.json().catch(() => null);
  return refusalOf(body) ?? wrongAnswer(response, name);
}
function wrongAnswer({ status }: Response, name: string): CommandError {
  return new CommandError(`the server answered ${status} to ${name}`);
}

/** The refusal in an error answer (src/http/instance/control.ts): `{code, message, rows?}`. */
function refusalOf(body: unknown): Refusal | null {
  if (typeof body !== "object" || body === null || !("code" in body) || !("message" in body)) return null;
  const { code, message } = body;
  if (typeof code !== "string" || typeof message !== "string" || !Object.hasOwn(CATALOGUE, code)) return null;
  const rows = "rows" in body && Array.isArray(body.rows) ? (body.rows as BadRow[]) : undefined; // our own server's
  return new Refusal(code as ErrorCode, message, rows); // a key of the catalogue, as seen above
}
