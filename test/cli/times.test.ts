import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fieldcast, serve } from "./running.ts";

// each starts several programs, on a machine that may be busy
setDefaultTimeout(60_000);

const root = mkdtempSync(join(tmpdir(), "fieldcast-times-"));
afterAll(() => rmSync(root, { recursive: true }));

test("a time that a command shows is the time that another one reads, whatever the zone of the terminal", async () => {
  const data = join(root, "data");
  const server = await serve(data);
  // far from UTC, and two o'clock there is not there that night
  const on = (...argv: string[]) => fieldcast([...argv, "--data", data], { TZ: "America/New_York" });
  const file = join(root, "in.csv");
  const rows = ["2026-03-08T06:30:00Z", "2026-03-08T07:30:00Z", "2026-03-08T11:30:00Z"];
  writeFileSync(
    file,
    ["time,product,device,field,value", ...rows.map((time, i) => `${time},my-product,000001,TEMPERATURE,${i}`)].join(
      "\n",
    ),
  );
  expect((await on("import", file)).code).toBe(0);
  const shown = (await on("device", "show", "my-product", "000001")).out;
  const [, time = ""] = /TEMPERATURE .* (\d{4}-\S+) +Temperature/.exec(shown) ?? [];
  expect(time).toBe("2026-03-08T11:30:00Z");
  const range = ["--product", "my-product", "--from", time, "--to", "2026-03-09"];
  expect((await on("data", "delete", ...range, "--yes")).out).toStartWith("1 measurement of 1 series is deleted.");
  const left = (await on("export", "--product", "my-product")).out;
  expect(rows.filter((row) => left.includes(row))).toEqual(rows.slice(0, 2));
  // everything that was noted from this time on, and nothing before: the deletion itself
  expect((await on("audit", "--since", "2026-03-08T11:30:00Z", "--action", "measurements")).out).toContain(
    "measurements",
  );
  await server.stop();
});
