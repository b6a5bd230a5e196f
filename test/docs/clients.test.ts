import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { browser } from "../console/browser.ts";
import { have, program, pythonWithPaho } from "../run/have.ts";
import { startServer, type TestServer } from "../run/server.ts";
import { until } from "../run/until.ts";

/** Takes the programs of docs/clients.md out of it and runs them. */
setDefaultTimeout(60_000);

const ROOT = join(import.meta.dir, "..", "..");
const PAGE = readFileSync(join(ROOT, "docs", "clients.md"), "utf8");
const HEARD = "dtck/my-product/000001/TEMPERATURE 22.5\n";
/** Where Debian's packages of Go's sources are. */
const GO_SOURCES = "/usr/share/gocode";
const root = mkdtempSync(join(tmpdir(), "fieldcast-clients-"));
let server: TestServer;
let token = "";

beforeAll(async () => {
  server = await startServer({ fleet: null });
  token = /^ {2}([0-9a-f]{40})$/m.exec(server.log())?.[1] ?? "";
  copyFileSync(server.caFile, join(root, "ca.pem"));
  symlinkSync(join(ROOT, "node_modules"), join(root, "node_modules"));
});
afterAll(async () => {
  await server.remove();
  rmSync(root, { recursive: true, force: true });
});

/** The program under a heading, at the ports of this server. */
function programOf(heading: string): string {
  const section = PAGE.split(/^### /m).find((one) => one.startsWith(`${heading}\n`)) ?? "";
  const text = /^```(?!text)\w+\n([\s\S]*?)^```$/m.exec(section)?.[1];
  if (text === undefined) throw new Error(`docs/clients.md has no program under ${heading}`);
  const { mqtts, https, http } = server.ports;
  return text.replaceAll("8883", String(mqtts)).replaceAll("8443", String(https)).replaceAll("8080", String(http));
}
function save(name: string, heading: string): string {
  const file = join(root, name);
  writeFileSync(file, programOf(heading));
  return file;
}
/** Runs a command in the folder. @returns what it printed @throws with all of it when it fails */
async function run(command: readonly string[], env: Record<string, string> = {}): Promise<string> {
  const child = Bun.spawn([...command], {
    cwd: root,
    env: { ...process.env, FIELDCAST_TOKEN: token, ...env },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    timeout: 50_000,
  });
  const [out, err, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  expect(`${code} ${err}`).toBe("0 ");
  return out;
}

test("the page says what each of them prints", () => {
  expect(PAGE).toContain(`and each prints:\n\n\`\`\`text\n${HEARD}\`\`\``);
});

test.skipIf(program("curl") === null)("curl", async () => {
  expect(await run(["sh", "-c", programOf("curl").replace("curl ", "curl --silent --show-error ")])).toBe(
    '{"ok":true,"recorded":1}',
  );
});

test.skipIf(!have("paho"))("Python: paho", async () => {
  expect(await run([pythonWithPaho() ?? "", save("client.py", "Python: paho")])).toBe(HEARD);
});

test("JavaScript: MQTT.js in Node.js", async () => {
  expect(await run([program("node") ?? "node", save("client.mjs", "JavaScript: MQTT.js in Node.js")])).toBe(HEARD);
});

test.skipIf(!have("chromium"))("JavaScript: MQTT.js in a browser", async () => {
  const files = {
    "/": save("page.html", "JavaScript: MQTT.js in a browser"),
    "/mqtt.min.js": join(ROOT, "node_modules/mqtt/dist/mqtt.min.js"),
  };
  const web = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: ({ url }) => new Response(Bun.file(files[new URL(url).pathname === "/" ? "/" : "/mqtt.min.js"])),
  });
  const page = await (await browser()).newPage();
  try {
    await page.goto(`http://127.0.0.1:${web.port}/#token=${token}`);
    await until("what is heard", async () => (await page.textContent("#heard")) === HEARD);
  } finally {
    await page.close();
    web.stop(true);
  }
});

test.skipIf(!have("libmosquitto"))("C: libmosquitto", async () => {
  const client = join(root, "client");
  await run(["cc", "-Wall", "-Werror", "-o", client, save("client.c", "C: libmosquitto"), "-lmosquitto"]);
  expect(await run([client])).toBe(HEARD);
});

// a quarter of a gigabyte for one program: it is tried where it is there, and nobody is asked for it
test.skipIf(
  program("go") === null || !Bun.file(`${GO_SOURCES}/src/github.com/eclipse/paho.mqtt.golang/client.go`).size,
)("Go: paho.mqtt.golang", async () => {
  save("client.go", "Go: paho.mqtt.golang");
  const env = {
    GO111MODULE: "off",
    GOPATH: GO_SOURCES,
    GOCACHE: join(tmpdir(), "fieldcast-go"),
    GOFLAGS: "-buildvcs=false",
  };
  expect(await run([program("go") ?? "", "run", "client.go"], env)).toBe(HEARD);
});

test.skipIf(!have("cc"))("Arduino, ESP32: PubSubClient compiles against the functions that it uses", async () => {
  mkdirSync(join(root, "sketch"));
  const sketch = save("sketch/sketch.cpp", "Arduino, ESP32: PubSubClient");
  await run(["g++", "-Wall", "-Werror", "-fsyntax-only", "-I", join(import.meta.dir, "arduino"), sketch]);
});

test("MicroPython: umqtt.simple is Python", async () => {
  await run([
    "python3",
    "-c",
    "import ast, sys; ast.parse(open(sys.argv[1]).read())",
    save("micro.py", "MicroPython: umqtt.simple"),
  ]);
});
