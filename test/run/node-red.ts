import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installed, place } from "./node-red-install.ts";
import { until } from "./until.ts";

/** A real Node-RED without a screen, installed from npm (test/node-red) into a folder of its own, which only these tests need. */

/** A node of a flow, as Node-RED's files have it. */
export interface FlowNode {
  readonly id: string;
  readonly type: string;
  readonly z?: string;
  readonly wires?: readonly (readonly string[])[];
  readonly [property: string]: unknown;
}

interface NodeRedOptions {
  /** Packages of nodes besides those of test/node-red: their folders. */
  readonly packages?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Loaded before all else. */
  readonly preload?: string;
}

export class NodeRed {
  private text = "";
  private child: Bun.Subprocess<"ignore", "pipe", "pipe">;

  private constructor(
    readonly folder: string,
    readonly url: string,
    private readonly spawn: () => Bun.Subprocess<"ignore", "pipe", "pipe">,
  ) {
    this.child = this.run();
  }
  private run(): Bun.Subprocess<"ignore", "pipe", "pipe"> {
    const child = this.spawn();
    for (const stream of [child.stdout, child.stderr])
      void (async () => {
        for await (const part of stream) this.text += new TextDecoder().decode(part);
      })();
    return child;
  }
  private async answers(): Promise<void> {
    const asked = async () => (await fetch(`${this.url}/settings`).catch(() => null))?.ok === true;
    await until("Node-RED answers", asked, 60_000).catch(async (error: unknown) => {
      await this.stop();
      throw new Error(`${String(error)}\n${this.text}`);
    });
  }

  static async start({ packages = [], env = {}, preload }: NodeRedOptions = {}): Promise<NodeRed> {
    const { red, node } = installed();
    const folder = mkdtempSync(join(tmpdir(), "fieldcast-node-red-"));
    const port = freePort();
    const settings = {
      uiPort: port,
      uiHost: "127.0.0.1",
      flowFile: "flows.json",
      credentialSecret: "tests",
      editorTheme: { tours: false },
      telemetry: { enabled: false },
      externalModules: { palette: { allowInstall: false } },
      logging: { console: { level: "warn", metrics: false, audit: false } },
    };
    writeFileSync(join(folder, "settings.js"), `module.exports = ${JSON.stringify(settings)};\n`);
    for (const from of packages) place(from, folder);
    const own = Object.entries(process.env).filter(([name]) => !name.startsWith("FIELDCAST_"));
    const first = preload === undefined ? [] : ["--require", preload];
    const made = new NodeRed(folder, `http://127.0.0.1:${port}`, () =>
      Bun.spawn([node, ...first, red, "-u", folder, "-s", join(folder, "settings.js")], {
        env: { ...Object.fromEntries(own), ...env },
        stdin: "ignore",
        stdout: "pipe",
        stderr: "pipe",
      }),
    );
    await made.answers();
    return made;
  }

  /** What it wrote. */
  log(): string {
    return this.text;
  }
  /** The types of nodes that it knows, and those that it could not load with why. */
  async nodes(): Promise<{ types: string[]; errors: string[] }> {
    const answer = await fetch(`${this.url}/nodes`, { headers: { Accept: "application/json" } });
    const all = (await answer.json()) as { types: string[]; module: string; err?: string }[];
    return {
      types: all.flatMap(({ types }) => types),
      errors: all.filter(({ err }) => err !== undefined).map(({ module, err }) => `${module}: ${err}`),
    };
  }
  /** Puts a flow in the place of all that there is. @param credentials by node @param what is started anew: everything, or the nodes that changed */
  async deploy(
    nodes: readonly FlowNode[],
    credentials: Readonly<Record<string, object>> = {},
    what: "full" | "nodes" = "full",
  ): Promise<void> {
    const flows = [
      { id: "tab", type: "tab", label: "test" },
      ...KEPT,
      ...nodes.map((node) => ({ ...node, ...(credentials[node.id] && { credentials: credentials[node.id] }) })),
    ];
    const answer = await fetch(`${this.url}/flows`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "Node-RED-API-Version": "v2", "Node-RED-Deployment-Type": what },
      body: JSON.stringify({ flows }),
    });
    if (!answer.ok) throw new Error(`the flow is not taken: ${answer.status} ${await answer.text()}`);
  }
  /** Presses the button of an inject node. */
  async inject(id: string, message?: object): Promise<void> {
    const body =
      message === undefined ? undefined : JSON.stringify({ __user_inject_props__: propsOf(message), ...message });
    const headers = { "Content-Type": "application/json" };
    const answer = await fetch(`${this.url}/inject/${id}`, {
      method: "POST",
      headers,
      ...(body !== undefined && { body }),
    });
    if (!answer.ok) throw new Error(`inject ${id}: ${answer.status}`);
  }
  /** Messages that a keeping node (`keeper`) has got, oldest first. */
  async kept(id: string): Promise<Record<string, unknown>[]> {
    const answer = await fetch(`${this.url}/kept/${id}`);
    return answer.ok ? ((await answer.json()) as Record<string, unknown>[]) : [];
  }
  /** The next message that a keeping node gets, or one that it has: the one with this number. */
  async message(id: string, number = 0): Promise<Record<string, unknown>> {
    let found: Record<string, unknown> | undefined;
    await until(`message ${number} at ${id}`, async () => {
      found = (await this.kept(id))[number];
      return found !== undefined;
    }).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${this.text}`);
    });
    return found ?? {};
  }
  /** Ends it, does what is to be done meanwhile, and starts it again with its flows. */
  async restart(meanwhile: () => Promise<void> = async () => {}): Promise<void> {
    await this.end();
    await meanwhile();
    this.child = this.run();
    await this.answers();
  }
  private async end(): Promise<void> {
    this.child.kill("SIGTERM");
    const late = setTimeout(() => this.child.kill("SIGKILL"), 5000);
    await this.child.exited;
    clearTimeout(late);
  }
  async stop(): Promise<void> {
    await this.end();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function propsOf(message: object): { p: string; v: unknown; vt: string }[] {
  return Object.entries(message).map(([p, v]) => ({
    p,
    v: typeof v === "object" ? JSON.stringify(v) : v,
    vt: typeof v === "object" ? "json" : typeof v === "number" ? "num" : "str",
  }));
}
function freePort(): number {
  const server = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  const { port } = server;
  server.stop(true);
  return port;
}

/** Tells what keeping nodes have got: what Node-RED itself shows of its memory is cut. */
const KEPT: readonly FlowNode[] = [
  { id: "kept-in", type: "http in", z: "tab", url: "/kept/:id", method: "get", wires: [["kept-read"]] },
  {
    id: "kept-read",
    type: "function",
    z: "tab",
    func: "msg.payload = JSON.parse(global.get(msg.req.params.id) || '[]'); return msg;",
    outputs: 1,
    wires: [["kept-out"]],
  },
  { id: "kept-out", type: "http response", z: "tab", wires: [] },
];

/** A node that keeps what it gets, for `message`. */
export function keeper(id: string): FlowNode {
  const func = `const all = JSON.parse(global.get("${id}") || "[]"); const { req, res, ...own } = msg; all.push(own); global.set("${id}", JSON.stringify(all));`;
  return { id, type: "function", z: "tab", func, outputs: 0, wires: [] };
}
/** A button that sends an empty message. */
export function button(id: string, ...to: string[]): FlowNode {
  return { id, type: "inject", z: "tab", props: [{ p: "payload" }], payload: "", payloadType: "str", wires: [to] };
}
