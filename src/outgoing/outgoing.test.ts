import { afterAll, describe, expect, test } from "bun:test";
import { Allowed } from "./addresses.ts";
import { Outgoing, type OutgoingOptions, type Send } from "./outgoing.ts";
import { refusalCode } from "../base/refusal.testing.ts";

const PUBLIC = "93.184.216.34";
const NOT_PUBLIC = [
  "0.0.0.0",
  "10.0.0.1",
  "10.255.255.255",
  "100.64.0.1",
  "127.0.0.1",
  "127.255.255.254",
  "169.254.169.254",
  "172.16.0.1",
  "172.31.255.255",
  "192.0.0.1",
  "192.0.2.1",
  "192.88.99.1",
  "192.168.0.1",
  "192.31.196.1",
  "192.175.48.6",
  "198.18.0.1",
  "198.19.255.255",
  "198.51.100.1",
  "203.0.113.1",
  "224.0.0.1",
  "239.255.255.255",
  "240.0.0.1",
  "255.255.255.255",
  "::",
  "::1",
  "::7f00:1",
  "::ffff:127.0.0.1",
  "::ffff:7f00:1",
  "::ffff:10.0.0.1",
  "0:0:0:0:0:ffff:a00:1",
  "64:ff9b::10.0.0.1",
  "64:ff9b::7f00:1",
  "64:ff9b:1::1",
  "100::1",
  "2001::1",
  "2001:db8::1",
  "2002:7f00:1::",
  "2002:a00:1::1",
  "2001:4:112::1",
  "2620:4f:8000::6",
  "2600:1:2:3:0:5efe:10.0.0.1",
  "2600:1:2:3:200:5efe:7f00:1",
  "fe80::5efe:10.0.0.1",
  "3fff::1",
  "fc00::1",
  "fd12:3456::1",
  "fe80::1",
  "fe80::1%eth0",
  "fec0::1",
  "ff02::1",
  "",
  "localhost",
  "1.2.3",
];
const IS_PUBLIC = [
  PUBLIC,
  "9.255.255.255",
  "192.31.195.255",
  "192.175.49.1",
  "2600:1:2:3:0:5efe:93.184.216.34",
  "11.0.0.1",
  "100.63.255.255",
  "100.128.0.1",
  "172.15.255.255",
  "172.32.0.1",
  "192.169.0.1",
  "223.255.255.255",
  "2606:4700::1111",
  "2a00:1450:4001::1",
  "::ffff:93.184.216.34",
  "64:ff9b::5db8:d822",
  "2002:5db8:d822::1",
];

describe("addresses", () => {
  test.each(NOT_PUBLIC)("%p is not the public internet", (address) => {
    expect(new Allowed([]).address(address)).toBe(false);
  });
  test.each(IS_PUBLIC)("%p is", (address) => {
    expect(new Allowed([]).address(address)).toBe(true);
  });
  test.each([
    ["10.1.0.0/16", "10.1.2.3", true],
    ["10.1.0.0/16", "::ffff:10.1.2.3", true],
    ["10.1.0.0/16", "10.2.0.1", false],
    ["127.0.0.1", "127.0.0.1", true],
    ["127.0.0.1", "127.0.0.2", false],
    ["fd00::/8", "fd12::1", true],
    ["fd00::/8", "fc12::1", false],
    ["::1", "::1", true],
  ])("with %s allowed, %s: %p", (entry, address, expected) => {
    expect(new Allowed([entry]).address(address)).toBe(expected);
  });
});

/** Names that mean what the test says, and what was sent where. */
function world(names: Record<string, readonly string[]>, more: Partial<OutgoingOptions> = {}) {
  const sent: { url: string; address: string; init: RequestInit }[] = [];
  const answers: Response[] = [];
  const send: Send = async (url, address, init) => {
    sent.push({ url: url.href, address, init: { ...init, headers: new Headers(init.headers) } });
    return answers.shift() ?? new Response("done");
  };
  const asked: string[] = [];
  const resolve = async (host: string) => {
    asked.push(host);
    return names[host] ?? [];
  };
  const outgoing = new Outgoing({ allow: [], timeout: 10_000, maxAnswer: 1000, send, resolve, ...more });
  return { outgoing, sent, answers, asked };
}

describe("requests", () => {
  test.each([
    "http://127.0.0.1/",
    "http://127.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0177.0.0.1/",
    "http://0x7f.1/",
    "http://017700000001/",
    "http://１２７.0.0.1/",
    "http://127.0.0.1./",
    "http://[::1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[0:0:0:0:0:ffff:10.0.0.1]/",
    "http://169.254.169.254/latest/meta-data",
    "http://0/",
    "http://inside.example/",
    "http://INSIDE.example./",
    "http://mixed.example/",
    "http://nowhere.example/",
    "https://user:secret@outside.example/",
    "ftp://outside.example/",
    "file:///etc/passwd",
    "gopher://outside.example/",
    "javascript:alert(1)",
    "//outside.example",
    "",
  ])("%p is refused, and nothing is sent", async (url) => {
    const { outgoing, sent } = world({
      "outside.example": [PUBLIC],
      "inside.example": ["10.0.0.1"],
      "mixed.example": [PUBLIC, "127.0.0.1"],
    });
    expect(await refusalCode(outgoing.request(url))).toBe("outgoing_refused");
    expect(sent).toEqual([]);
  });

  test("goes to the address that was looked at: the name is asked once, whatever it means later", async () => {
    const meanings = [[PUBLIC], ["127.0.0.1"]];
    const resolve = async () => meanings.shift() ?? [];
    const { outgoing, sent } = world({}, { resolve });
    await outgoing.request("https://rebinding.example/hook", { method: "POST", body: "x" });
    expect(sent).toMatchObject([{ url: "https://rebinding.example/hook", address: PUBLIC }]);
    expect(meanings).toHaveLength(1);
    expect(await refusalCode(outgoing.request("https://rebinding.example/hook"))).toBe("outgoing_refused");
    expect(sent).toHaveLength(1);
  });

  test("whether an address is always refused is known before it is asked, that of a name is not", () => {
    const outgoing = new Outgoing({ allow: ["10.0.0.0/8"], timeout: 1, maxAnswer: 1 });
    expect(outgoing.whyNever("http://127.0.0.1/")).toBe(
      "127.0.0.1 is not on the public internet; --allow-outgoing can allow it",
    );
    expect(outgoing.whyNever("http://[fd00::1]:8080/")).toContain("fd00::1 is not");
    for (const url of ["http://10.1.2.3/", "https://93.184.215.14/", "http://localhost/", "http://inside.example/"])
      expect(outgoing.whyNever(url)).toBeNull();
  });
  test.each(["http://127.0.0.1/", "http://inside.example/", "file:///etc/passwd", "http://2130706433/"])(
    "a redirect to %s is refused",
    async (location) => {
      const { outgoing, sent, answers } = world({ "outside.example": [PUBLIC], "inside.example": ["10.0.0.1"] });
      answers.push(new Response(null, { status: 302, headers: { Location: location } }));
      expect(await refusalCode(outgoing.request("http://outside.example/"))).toBe("outgoing_refused");
      expect(sent).toHaveLength(1);
    },
  );
  test("redirects are followed a few times, relative ones too", async () => {
    const { outgoing, sent, answers } = world({ "outside.example": [PUBLIC] });
    for (let i = 0; i < 5; i++) answers.push(new Response(null, { status: 307, headers: { Location: `/${i}` } }));
    const answer = await outgoing.request("http://outside.example/", { method: "POST", body: "x" });
    expect([answer.url, Buffer.from(answer.body).toString()]).toEqual(["http://outside.example/4", "done"]);
    expect(sent.map(({ init }) => `${init.method} ${init.body}`)).toEqual(Array(6).fill("POST x"));
    for (let i = 0; i < 6; i++) answers.push(new Response(null, { status: 302, headers: { Location: "/" } }));
    expect(await refusalCode(outgoing.request("http://outside.example/"))).toBe("outgoing_refused");
  });
  test("another host does not get what the first one was sent", async () => {
    const { outgoing, sent, answers } = world({ "outside.example": [PUBLIC], "other.example": [PUBLIC] });
    answers.push(new Response(null, { status: 302, headers: { Location: "https://other.example/" } }));
    const headers = { Authorization: "Token x", Cookie: "a=b", "X-Mine": "1", "Content-Type": "text/plain" };
    await outgoing.request("https://outside.example/", { method: "POST", headers, body: "x" });
    const second = sent[1]?.init;
    expect([second?.method, second?.body]).toEqual(["GET", undefined]);
    const names = [...((second?.headers as Headers | undefined)?.keys() ?? [])]; // as the test's `send` keeps them
    expect(names).toEqual(["x-mine"]);
  });
  test("an answer that is too large is not read to its end", async () => {
    const { outgoing, answers } = world({ "outside.example": [PUBLIC] });
    let pulled = 0;
    const endless = new ReadableStream({
      pull(controller) {
        pulled++;
        controller.enqueue(new Uint8Array(400));
      },
    });
    answers.push(new Response(endless));
    expect(await refusalCode(outgoing.request("http://outside.example/"))).toBe("outgoing_refused");
    expect(pulled).toBeLessThan(10);
  });
  test("with `stay` an answer that leads elsewhere is the answer; with `cut` the first bytes of a large one are", async () => {
    const { outgoing, sent, answers } = world({ "outside.example": [PUBLIC] }, { maxAnswer: 1000 });
    answers.push(new Response("x".repeat(5000), { status: 302, headers: { Location: "http://outside.example/b" } }));
    const answer = await outgoing.request("http://outside.example/a", { method: "POST", stay: true, cut: true });
    expect([answer.status, answer.url, answer.body.length]).toEqual([302, "http://outside.example/a", 1000]);
    expect(sent).toHaveLength(1);
  });
  test("a name that is allowed may mean any address; its neighbours may not", async () => {
    const names = { "hooks.internal": ["10.0.0.1"], "other.internal": ["10.0.0.1"] };
    const { outgoing, sent } = world(names, { allow: ["Hooks.internal"] });
    await outgoing.request("http://hooks.internal/");
    expect(sent[0]?.address).toBe("10.0.0.1");
    expect(await refusalCode(outgoing.request("http://other.internal/"))).toBe("outgoing_refused");
  });
});

describe("on the network", () => {
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: (request) =>
      new Response(`${request.method} ${new URL(request.url).pathname} for ${request.headers.get("Host")}`),
  });
  const silent = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Promise<Response>(() => {}) });
  afterAll(() => {
    server.stop(true);
    silent.stop(true);
  });
  const resolve = async () => ["127.0.0.1"];

  test("the pinned address is reached, with the name in the header Host", async () => {
    const outgoing = new Outgoing({ allow: ["127.0.0.1"], timeout: 10_000, maxAnswer: 1000, resolve });
    const answer = await outgoing.request(`http://hook.example:${server.port}/a`, { method: "PUT", body: "x" });
    expect(Buffer.from(answer.body).toString()).toBe(`PUT /a for hook.example:${server.port}`);
  });
  test("without permission it is not", async () => {
    const outgoing = new Outgoing({ allow: [], timeout: 10_000, maxAnswer: 1000 });
    expect(await refusalCode(outgoing.request(`http://localhost:${server.port}/`))).toBe("outgoing_refused");
  });
  test("who does not answer is given up", async () => {
    const outgoing = new Outgoing({ allow: ["127.0.0.1"], timeout: 50, maxAnswer: 1000, resolve });
    const error: unknown = await outgoing.request(`http://hook.example:${silent.port}/`).catch((e: unknown) => e);
    expect(error instanceof Error ? error.name : error).toBe("TimeoutError");
  });
});
