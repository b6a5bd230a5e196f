import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectAsync } from "mqtt";
import { parse } from "yaml";
import { have, program } from "../run/have.ts";
import { startServer, type TestServer } from "../run/server.ts";
import { TOKENS } from "../run/fleet.ts";
import { until } from "../run/until.ts";

setDefaultTimeout(60_000);

const FOLDER = join(import.meta.dir, "..", "..", "packaging", "monitoring");
const read = (name: string) => readFileSync(join(FOLDER, name), "utf8");

interface Rules {
  readonly groups: readonly { readonly rules: readonly { readonly alert: string; readonly expr: string }[] }[];
}
const rules = (parse(read("fieldcast-alerts.yaml")) as Rules).groups.flatMap((group) => group.rules);
/** Every expression of the dashboard's panels and variables. */
const shown = [...read("grafana-dashboard.json").matchAll(/"(?:expr|query|definition)": "((?:[^"\\]|\\.)*)"/g)].map(
  ([, text = ""]) => JSON.parse(`"${text}"`) as string,
);
const expressions = [...rules.map(({ expr }) => expr), ...shown];
const METRIC = /\b((?:fieldcast|process)_[a-z0-9_]+)/g;

let server: TestServer;
let page = "";
beforeAll(async () => {
  server = await startServer();
  // what has labels shows once it was counted: a refused record, a refused login, a client that was thrown out
  await server.http("/v1/devices/dev7/record/", TOKENS.device, {
    method: "POST",
    body: '{"field":"TEMPERATURE","value":"warm"}',
  });
  await server.http("/v1/devices/", TOKENS.unknown);
  const client = await connectAsync(`mqtt://127.0.0.1:${server.ports.mqtt}`, {
    username: TOKENS.device,
    clientId: "thrown out",
    reconnectPeriod: 0,
  });
  await server
    .operation("sessionDisconnect", { account: "field devices@acme", clientId: "thrown out" })
    .catch(() => {});
  await client.endAsync(true);
  page = await until("the figures", async () => (await server.http("/metrics")).text());
});
afterAll(() => server.remove());

test("every metric in the rules and the dashboard is one that a running server shows", () => {
  const there = new Set(
    [...page.matchAll(/^# TYPE (\S+) (\S+)$/gm)].flatMap(([, name = "", type]) =>
      type === "histogram" ? [`${name}_bucket`, `${name}_count`, `${name}_sum`] : [name],
    ),
  );
  const named = new Set(expressions.flatMap((expr) => [...expr.matchAll(METRIC)].map(([, name = ""]) => name)));
  expect(named.size).toBeGreaterThan(30);
  expect([...named].filter((name) => !there.has(name))).toEqual([]);
});

test("labels by which they are added up are those of the metric", () => {
  const labels = { fieldcast_refusals_total: "code", fieldcast_logins_refused_total: "code" };
  for (const [name, label] of Object.entries(labels)) expect(page).toMatch(new RegExp(`^${name}\\{${label}="`, "m"));
  const by = expressions.flatMap((expr) =>
    [...expr.matchAll(/by \(([^)]*)\) \((?:rate|increase)\((\w+)/g)].flatMap(([, list = "", metric = ""]) =>
      list.split(", ").map((label) => `${metric} ${label}`),
    ),
  );
  expect(by.length).toBeGreaterThan(5);
  const known =
    /^\S+_total (?:instance|code)$|_bucket (?:instance|le)$|^fieldcast_(?:messages_dropped|connections_refused|disconnects)_total reason$/;
  expect(by.filter((one) => !known.test(one))).toEqual([]);
});

test.skipIf(!have("promtool"))("Prometheus reads the rules and the lines of its configuration", () => {
  for (const check of [
    ["rules", "fieldcast-alerts.yaml"],
    ["config", "prometheus.yaml"],
  ] as const) {
    const { exitCode, stdout, stderr } = Bun.spawnSync([program("promtool") ?? "", "check", ...check], { cwd: FOLDER });
    expect(`${exitCode} ${stdout}${stderr}`).toStartWith("0 ");
  }
});

test.skipIf(!have("promtool"))("the rules are silent about a server in good order, and speak of one in trouble", () => {
  const folder = mkdtempSync(join(tmpdir(), "fieldcast-alerts-"));
  copyFileSync(join(FOLDER, "fieldcast-alerts.yaml"), join(folder, "fieldcast-alerts.yaml"));
  copyFileSync(join(import.meta.dir, "alerts.yaml"), join(folder, "alerts.yaml"));
  const { exitCode, stdout, stderr } = Bun.spawnSync([program("promtool") ?? "", "test", "rules", "alerts.yaml"], {
    cwd: folder,
  });
  rmSync(folder, { recursive: true });
  expect(`${exitCode} ${stdout}${stderr}`).toStartWith("0 ");
});

test("each alert says what it means and what to do", () => {
  const told = (
    parse(read("fieldcast-alerts.yaml")) as {
      groups: { rules: { alert: string; annotations: Record<string, string>; labels: object }[] }[];
    }
  ).groups.flatMap((group) => group.rules);
  expect(
    told.filter(
      ({ annotations, labels }) => !annotations.summary || !annotations.description || !("severity" in labels),
    ),
  ).toEqual([]);
});

test("the dashboard is one: panels that do not overlap, with a title, a unit and a query each", () => {
  interface Panel {
    readonly id: number;
    readonly type: string;
    readonly title: string;
    readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
    readonly targets?: readonly { readonly expr: string }[];
    readonly fieldConfig?: { readonly defaults: { readonly unit?: string } };
  }
  const { panels } = JSON.parse(read("grafana-dashboard.json")) as { panels: readonly Panel[] };
  const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, i) => `${x + (i % w)} ${y + Math.floor(i / w)}`),
  );
  expect(new Set(cells).size).toBe(cells.length);
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  const bare = panels.filter(
    ({ type, title, targets, fieldConfig }) =>
      title === "" || (type !== "row" && (!targets?.length || !fieldConfig?.defaults.unit)),
  );
  expect(bare).toEqual([]);
});
