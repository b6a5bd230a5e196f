import { describe, expect, test } from "bun:test";
import type { Version } from "../../src/codec/index.ts";
import { TOKENS } from "../run/fleet.ts";
import { payloadText } from "../run/raw.ts";
import { target, VERSIONS } from "./target.ts";

const it = target();

const NAMES = [...Object.getOwnPropertyNames(Object.prototype), "prototype", "length", "name", "then", "0", "-1"];

describe("GHSA-52qw-whmv-87c5: names that JavaScript's objects have are names like others", () => {
  test("GHSA-52qw-whmv-87c5: as client identifier, with and without a login, resumed and taken over", async () => {
    const attack = async (clientId: string, version: Version): Promise<void> => {
      expect(await it.loginCode({ version, clientId, token: TOKENS.unknown })).toBe(version === 5 ? 0x86 : 4);
      const raw = await it.login({ version, clientId, cleanStart: false, properties: { sessionExpiryInterval: 60 } });
      const other = await it.login({ version, clientId });
      await raw.ended();
      await other.leave();
    };
    for (const version of VERSIONS) await Promise.all(NAMES.map((name) => attack(name, version)));
  });
  test("GHSA-52qw-whmv-87c5: as user name and password", async () => {
    const codes = await Promise.all(NAMES.map((name) => it.loginCode({ userName: name, password: name })));
    expect(codes).toEqual(NAMES.map(() => 0x86));
  });
  test("GHSA-52qw-whmv-87c5: as topic level, filter level, user property, JSON key and value", async () => {
    for (const version of [4, 5] as const) {
      const raw = await it.login({ version });
      await raw.subscribe(["dtck/my-product/dev98/NOTE", "dtck-errors/#"]);
      for (const name of NAMES) {
        const topics = [name, `${name}/a`, `dtck-pub/${name}/dev1/NOTE`, `dtck-pub/my-product/${name}/NOTE`];
        topics.push(`dtck-pub/my-product/dev98/${name}`, `dtck/${name}`, `dtck-errors/${name}`, `$SYS/${name}`);
        for (const topic of topics) raw.publish(topic, "1");
        const userProperties: [string, string][] = [[name, name]];
        if (version === 5)
          raw.publish("dtck-pub/my-product/dev98/NOTE", `"${name}"`, { properties: { userProperties } });
        else raw.publish("dtck-pub/my-product/dev98/NOTE", `"${name}"`);
        for (const json of [
          `{"${name}":1}`,
          `[{"field":"${name}","value":1}]`,
          `[{"field":"NOTE","value":"a","${name}":1}]`,
        ])
          raw.publish("dtck-pub/my-product/dev98", json);
      }
      raw.publish("dtck-pub/my-product/dev98/NOTE", "last");
      const heard: string[] = [];
      let refused = 0;
      while (heard.at(-1) !== "last") {
        const one = await raw.expect("publish");
        if (one.topic.startsWith("dtck-errors/")) refused++;
        else heard.push(payloadText(one));
      }
      expect(heard).toEqual([...NAMES, "last"]);
      if (version === 4) expect(refused).toBeGreaterThan(NAMES.length * 8); // later ones are folded
      const filters = NAMES.flatMap((n) => [
        n,
        `dtck/${n}/${n}/${n}`,
        `dtck/my-product/dev98/${n}`,
        `dtck/my-product/${n}/+`,
      ]);
      await raw.subscribe(filters);
      await raw.drain();
      raw.send({ type: "unsubscribe", packetId: raw.id(), filters });
      expect((await raw.expect("unsuback")).type).toBe("unsuback");
      await raw.leave();
    }
  });
  test("GHSA-52qw-whmv-87c5: over HTTP", async () => {
    for (const name of NAMES) {
      expect((await it.server.http(`/v1/devices/${name}/`, TOKENS.device)).status).toBe(404);
      expect((await it.server.http(`/v1/devices/dev1/historic_data/?fields=${name}`, TOKENS.device)).status).toBe(404);
      for (const body of [`{"field":"${name}","value":1}`, `{"${name}":1}`, `{"field":"NOTE","value":{"${name}":1}}`]) {
        const answer = await it.server.http("/v1/devices/dev1/record/", TOKENS.device, { method: "POST", body });
        expect(answer.status).toBeGreaterThanOrEqual(400);
        expect(answer.status).toBeLessThan(500);
      }
    }
  });
});
