import { expect, test } from "bun:test";
import { loadConfig } from "./load.ts";
import { listSettings } from "./settings.ts";

test("every setting has its names, a description and a default that its own schema accepts", () => {
  const all = listSettings();
  for (const { key, flag, env, fileKey, description, value, default: fallback } of all) {
    expect([flag, env]).toEqual([`--${fileKey}`, `FIELDCAST_${fileKey.replaceAll("-", "_").toUpperCase()}`]);
    expect(description).toMatch(/^.{10,90}$/);
    expect(value).not.toBe("");
    if (fallback !== "") {
      const written = loadConfig({ [key]: fallback }, {}, String);
      expect(written[key] as unknown).toEqual(loadConfig({}, {}, String)[key]);
    }
  }
  expect(new Set(all.map(({ flag }) => flag)).size).toBe(all.length);
});

test("the flags that people were promised exist", () => {
  const flags = listSettings().map(({ flag }) => flag);
  const promised = "data apply mqtt mqtts http https wss tls-cert tls-key tls-name log-level log-format".split(" ");
  expect(flags).toEqual(expect.arrayContaining(promised.map((name) => `--${name}`)));
});
