/** What a disturber is: something expensive that another account does while a steady stream goes on. */

/** The server that is disturbed, and what there is on it. */
export interface Place {
  readonly http: number;
  readonly mqtt: number;
  /** Of an account that may do everything in the workspace `crowd`. */
  readonly token: string;
  /** The server's data folder. */
  readonly data: string;
  /** The fleet file that the server began with. */
  readonly fleet: string;
  /** Devices of the products `crowd` and `gone`: `dev0`, `dev1`, … */
  readonly devices: number;
  /** A folder of the disturber's own. */
  readonly scratch: string;
}

export interface Disturber {
  readonly id: string;
  /** What it does, in the words of the table. */
  readonly title: string;
  /** Made once, before anything is measured. */
  readonly prepare?: (place: Place) => Promise<void>;
  /** How many of it go on at the same time. */
  readonly lanes: number;
  /** It cannot be done twice on one server: it is done once, when the clock has run for a second. */
  readonly once?: boolean;
  /** Does it once. @throws Error when the server does not do it */
  readonly disturb: (place: Place) => Promise<void>;
}

/** One request to the API, its answer read to the end. Being told to come later is an answer. @throws Error on any other refusal */
export async function ask({ http, token }: Place, path: string, init: RequestInit = {}): Promise<void> {
  const headers = new Headers(init.headers);
  headers.set("Authorization", `Token ${token}`);
  const answer = await fetch(`http://127.0.0.1:${http}${path}`, { ...init, headers });
  if (answer.body) for await (const _ of answer.body); // bounded by the answer
  if (answer.status === 429) await Bun.sleep(100);
  else if (!answer.ok) throw new Error(`${path}: the server answered ${answer.status}`);
}

/** Runs a command of fieldcast to its end. @throws Error when it fails */
export async function command(args: readonly string[]): Promise<void> {
  const main = new URL("../../src/cli/main.ts", import.meta.url).pathname;
  const child = Bun.spawn([process.execPath, main, ...args], { stdin: "ignore", stdout: "ignore", stderr: "pipe" });
  const said = await new Response(child.stderr).text();
  if ((await child.exited) !== 0) throw new Error(`${args[0]}: ${said.trim().slice(-300)}`);
}
