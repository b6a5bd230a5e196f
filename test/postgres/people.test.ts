import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Client } from "pg";
import { parse } from "yaml";
import { have } from "../run/have.ts";
import { startPostgres, type TestPostgres } from "../run/postgres.ts";
import { sealAll } from "../run/sealed.ts";
import { startServer, type TestServer } from "../run/server.ts";

const root = join(import.meta.dir, "..", "..");
const read = (...path: string[]) => readFileSync(join(root, ...path), "utf8");
const page = read("docs", "postgresql.md");
const people = page.slice(page.indexOf("## SQL for people"), page.indexOf("## What it costs"));
const [grant = "", ...questions] = [...people.matchAll(/^```sql\n([\s\S]*?)^```$/gm)].map(([, text = ""]) => text);

interface Dashboard {
  readonly panels: readonly {
    readonly title: string;
    readonly targets: readonly { rawSql: string; format: string }[];
  }[];
  readonly templating: { readonly list: readonly { name: string; query: string; definition: string }[] };
}
const dashboard = JSON.parse(read("packaging", "monitoring", "grafana-measurements.json")) as Dashboard;
const FROM = new Date(Date.now() - 86_400_000).toISOString();
const TO = new Date().toISOString();

/** Macros and variables as Grafana's page "PostgreSQL query editor" says that it writes them. */
function expanded(text: string, variables: Readonly<Record<string, readonly string[]>> = {}): string {
  const seconds = 300;
  const group = (column: string) => `floor(extract(epoch from ${column})/${seconds})*${seconds}`;
  return text
    .replaceAll(/\$__timeGroupAlias\(([^,]+),\s*[^)]+\)/g, (_, column: string) => `${group(column)} AS "time"`)
    .replaceAll(/\$__timeFilter\(([^)]+)\)/g, (_, column: string) => `${column} BETWEEN '${FROM}' AND '${TO}'`)
    .replaceAll("$__timeFrom()", `'${FROM}'`)
    .replaceAll("$__timeTo()", `'${TO}'`)
    .replaceAll(/'\$(\w+)'/g, (_, name: string) => `'${variables[name]?.[0] ?? ""}'`)
    .replaceAll(/\(\$(\w+)\)/g, (_, name: string) => `(${(variables[name] ?? []).map((one) => `'${one}'`).join(",")})`)
    .replaceAll("$field", variables.field?.[0] ?? "");
}

describe.skipIf(!have("postgresql"))("SQL for people: what the documents and the examples ask", () => {
  let postgres: TestPostgres;
  let server: TestServer;
  let client: Client;
  const ask = async (text: string) => (await client.query(text)).rows as Record<string, unknown>[];

  beforeAll(async () => {
    postgres = await startPostgres();
    const address = postgres.address("fieldcast");
    server = await startServer({ flags: ["--store", address, "--sql", "arrays"] });
    const made = await server.cli("demo", "--devices", "20", "--days", "2");
    expect([made.err.includes("nobody administers"), made.code]).toEqual([true, 0]);
    await server.stop();
    await sealAll(address);
    await postgres.sql(grant);
    client = new Client({ host: "127.0.0.1", port: postgres.port, user: "grafana", database: "postgres" });
    await client.connect();
  }, 120_000);
  afterAll(async () => {
    await client?.end();
    await server?.remove();
    await postgres?.remove();
  });

  test.each(questions.map((text) => [text.split("\n")[0] ?? "", text] as const))("%s", async (_, text) => {
    expect((await ask(text)).length).toBeGreaterThan(0);
  });

  test("the questions of the page are there", () => expect(questions).toHaveLength(5));

  test("the dashboard's variables and panels find what the reader may see", async () => {
    const chosen: Record<string, string[]> = {};
    for (const { name, query, definition } of dashboard.templating.list) {
      expect(definition).toBe(query);
      const rows = await ask(expanded(query, chosen));
      chosen[name] = rows.map((row) => String(Object.values(row)[0]));
      expect(chosen[name].length).toBeGreaterThan(0);
    }
    expect(chosen.workspace).toEqual(["demo"]);
    for (const { title, targets } of dashboard.panels)
      for (const { rawSql, format } of targets) {
        const text = expanded(rawSql, chosen);
        expect(text).not.toContain("$");
        const rows = await ask(text);
        if (title !== "Silent for an hour") expect([title, rows.length > 0]).toEqual([title, true]);
        // a series of Grafana has a time, a number, and what its line is called
        if (format === "time_series") expect(Object.keys(rows[0] ?? {})).toEqual(["time", "metric", "value"]);
      }
  });

  test("the data source is one of a reader, with its password from outside", () => {
    const { datasources } = parse(read("packaging", "monitoring", "grafana-postgresql.yaml"));
    expect(datasources).toMatchObject([
      {
        type: "grafana-postgresql-datasource",
        user: "grafana",
        secureJsonData: { password: "$GRAFANA_POSTGRES_PASSWORD" },
      },
    ]);
  });
});
