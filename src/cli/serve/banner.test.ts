import { describe, expect, test } from "bun:test";
import { type Banner, certificateName, linkFor, renderBanner } from "./banner.ts";
import { colors } from "../text.ts";

const TOKEN = "0123456789abcdef0123456789abcdef01234567";
const BANNER: Banner = {
  addresses: [
    { name: "mqtt", host: "127.0.0.1", port: 1883, secure: false },
    { name: "mqtts", host: "::", port: 8883, secure: true },
    { name: "http", host: "127.0.0.1", port: 8080, secure: false },
    { name: "wss", host: "::", port: 9001, secure: true, note: "new" },
  ],
  setupLink: "/link/secret",
  firstRun: { email: "owner@localhost", token: TOKEN, workspace: "home" },
  caFile: "/data here/ca.pem",
  certificateName: null,
  dataFolder: "/data here",
  prefix: "dtck",
  freeTopics: false,
  program: "fieldcast",
  example: { product: "p", device: "1", field: { id: "T", type: "NUMERIC", name: "T", unit: null } },
};
const shown = (change: Partial<Banner> = {}) => renderBanner({ ...BANNER, ...change }, colors(false));

describe("the first start", () => {
  test.each([
    ["/link/secret", [], "http://127.0.0.1:8080/link/secret"],
    ["https://cloud.example/link/secret", [], "https://cloud.example/link/secret"],
    ["/link/secret", [{ name: "https", host: "::", port: 8443 }], "https://localhost:8443/link/secret"],
    ["/link/secret", [{ name: "https", host: "2001:db8::1", port: 8443 }], "https://[2001:db8::1]:8443/link/secret"],
    // a plain listener that others reach is no place for a password
    ["/link/secret", [{ name: "http", host: "0.0.0.0", port: 8080 }], "/link/secret"],
  ] as const)("shows where the password is chosen, once: %s %j", (setupLink, addresses, link) => {
    expect(linkFor(setupLink, addresses.length === 0 ? BANNER.addresses : addresses)).toBe(link);
    if (addresses.length === 0) expect(shown({ setupLink })).toContain(`\n  ${link}\n`);
    expect(shown({ setupLink: null })).not.toContain("password here");
  });

  test("shows the token, every address and the CA's file", () => {
    const text = shown();
    expect(text).toContain(`\n  ${TOKEN}\n`);
    for (const part of [
      "mqtt://127.0.0.1:1883",
      "mqtts://localhost:8883",
      "http://127.0.0.1:8080",
      "wss://localhost:9001/mqtt",
      "CA for clients              /data here/ca.pem",
    ])
      expect(text).toContain(part);
  });

  test("says that free topics are on, and which they are", () => {
    expect(shown()).not.toContain("Free topics");
    const text = shown({ freeTopics: true, prefix: "site9" });
    expect(text).toContain("\n  Free topics                 on: all topics but site9/…, site9-… and $…\n");
  });

  test("shows commands that a shell takes as they are", () => {
    const login = `-u ${TOKEN} -P ${TOKEN}`;
    const secure = `-h localhost -p 8883 --cafile '/data here/ca.pem' ${login}`;
    const lines = shown().split("\n");
    expect(lines).toContain(`  mosquitto_sub -h 127.0.0.1 -p 1883 ${login} -t dtck/p/+/+ -v`);
    expect(lines).toContain(`  mosquitto_pub -h 127.0.0.1 -p 1883 ${login} -q 1 -t dtck-pub/p/1/T -m 22.5`);
    expect(lines).toContain(`  mosquitto_sub ${secure} -t dtck/p/+/+ -v`);
    expect(lines).toContain(`  mosquitto_pub ${secure} -q 1 -t dtck-pub/p/1/T -m 22.5`);
  });

  test("a position is quoted", () => {
    const example = { product: "p", device: "1", field: { id: "G", type: "GEO", name: "G", unit: null } } as const;
    expect(shown({ example })).toContain("-m '(52.52,13.405)'");
  });
});

test("a later start shows no secret", () => {
  const text = shown({ firstRun: null });
  expect(text).not.toMatch(/[0-9a-f]{40}/);
  expect(text).toContain('-u "$FIELDCAST_TOKEN" -P "$FIELDCAST_TOKEN"');
});

test("with the operator's certificate its name, and the authorities of the system", () => {
  const text = shown({ caFile: null, certificateName: "mqtt.example.com" });
  expect(text).toContain("mqtts://mqtt.example.com:8883");
  expect(text).toContain("-h mqtt.example.com -p 8883 --tls-use-os-certs ");
  expect(text).not.toContain("CA for clients");
});

test("without MQTT or without a device there is nothing to try", () => {
  expect(shown({ example: null })).not.toContain("mosquitto");
  expect(shown({ addresses: BANNER.addresses.filter((one) => one.name === "http") })).not.toContain("mosquitto");
});

test("what else listens has brackets where it needs them", () => {
  const addresses = [{ name: "mqtt", host: "fe80::1", port: 1, secure: false }] as const;
  expect(shown({ addresses })).toContain("mqtt://[fe80::1]:1");
  expect(shown({ addresses })).toContain("-h fe80::1 -p 1 ");
});

test("the certificate's name: the setting goes first, a file that is none is no crash", () => {
  const read = () => "nonsense";
  expect(certificateName(null, ["a"], read)).toBeNull();
  expect(certificateName("f", ["a"], read)).toBe("a");
  expect(certificateName("f", [], read)).toBeNull();
});
