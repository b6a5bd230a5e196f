import { afterAll, describe, expect, test } from "bun:test";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureCertificates } from "../../listen/certificates.ts";
import { fakeIo } from "../io.testing.ts";
import { run } from "../program.ts";
import { colors } from "../text.ts";
import { checkCertificate } from "./certificate.ts";
import { type Check, fail, ok, renderChecks, warn } from "./check.ts";
import { checkDisk, checkModes, checkRoom, judgeWriting, lastWrite } from "./folder.ts";
import { collides, ownerOf, parseListeners, systemListeners } from "../../listen/holders.ts";
import { checkPorts } from "./ports.ts";
import { checkClock, checkOpenFiles, checkVersions } from "./system.ts";

const root = mkdtempSync(join(tmpdir(), "fieldcast-doctor-"));
afterAll(() => rmSync(root, { recursive: true }));
const folder = () => mkdtempSync(join(root, "d"));
const levels = (checks: readonly Check[]) => checks.map((check) => check.level);

const NOW = Date.UTC(2026, 5, 1);
const OFF = { mqtt: null, mqtts: null, http: null, https: null, wss: null };

describe("ports", () => {
  const PROC = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:075B 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0 100 0 0 10 0
   1: 0100007F:075C 0100007F:1234 01 00000000:00000000 00:00000000 00000000     0        0 4712 1 0 20 4 30 10 -1
   2: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4713 1 0 100 0 0 10 0
`;
  const listeners = parseListeners(PROC, false);

  test("only listeners count", () => {
    expect(listeners.map((one) => [one.port, one.inode])).toEqual([
      [1883, "4711"],
      [22, "4713"],
    ]);
  });
  test.each([
    ["127.0.0.1", true],
    ["localhost", true],
    ["0.0.0.0", true],
    ["::", true],
    ["::1", false],
    ["192.168.1.1", false],
    ["not.an.address", false],
  ])("%s collides with a listener on 127.0.0.1: %p", (host, expected) => {
    const [loopback] = listeners;
    if (!loopback) throw new Error("no listener");
    expect(collides(host, loopback)).toBe(expected);
  });

  test("free, switched off, taken, ours", async () => {
    const config = { ...OFF, mqtt: { host: "127.0.0.1", port: 1883 }, http: { host: "127.0.0.1", port: 8080 } };
    const checks = await checkPorts(config, null, listeners);
    expect(levels(checks)).toEqual(["fail", "ok", "ok", "ok", "ok"]);
    expect(checks[0]?.text).toBe("127.0.0.1:1883: taken by a program of the user root");
    expect(checks[0]?.mend).toContain("--mqtt");
    // started with another port than the settings say
    const addresses = [{ name: "mqtt", host: "127.0.0.1", port: 2883, secure: false }] as const;
    const ours = await checkPorts(config, { pid: 1, startedAt: 0, addresses, caFile: null }, listeners);
    expect(ours[0]).toEqual(ok("port mqtt", "127.0.0.1:2883: the server of this data folder listens"));
    expect(levels(ours)).toEqual(["ok", "ok", "ok", "ok", "ok"]);
  });

  test("a real listener is found, and who it is", async () => {
    const server = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
    const config = { ...OFF, mqtt: { host: "127.0.0.1", port: server.port } };
    const [silent] = await checkPorts(config, null, null);
    expect(silent?.level).toBe("fail");
    const listeners = systemListeners();
    const own = listeners?.find((one) => one.port === server.port);
    // Systems other than Linux have no such list; the check above is all there is.
    if (listeners !== null) expect(ownerOf(own?.inode ?? "")?.pid).toBe(process.pid);
    server.stop(true);
    expect((await checkPorts(config, null, null))[0]?.level).toBe("ok");
  });
});

describe("certificate", () => {
  const tls = { tlsCert: null, tlsKey: null, tlsName: [], mqtts: { host: "::", port: 1 }, https: null, wss: null };
  const DAY = 86_400_000;

  test("not needed, not made yet, sound", async () => {
    const dir = join(folder(), "tls");
    expect((await checkCertificate({ ...tls, mqtts: null }, dir, NOW))[0]?.text).toContain("not needed");
    expect((await checkCertificate(tls, dir, NOW))[0]?.text).toContain("none yet");
    const { serverNames } = await import("../../listen/certificates.ts");
    ensureCertificates(dir, serverNames(), NOW * 1000);
    const checks = await checkCertificate(tls, dir, NOW);
    expect(levels(checks)).toEqual(["ok", "ok"]);
    expect(checks[1]?.text).toContain("localhost");
    expect(levels(await checkCertificate(tls, dir, NOW + 380 * DAY))).toEqual(["warn", "ok"]);
    expect(levels(await checkCertificate(tls, dir, NOW + 500 * DAY))).toEqual(["fail", "ok"]);
    const further = await checkCertificate({ ...tls, tlsName: ["mqtt.example.com"] }, dir, NOW);
    expect(further[1]).toMatchObject({ level: "warn", text: "it lacks mqtt.example.com" });
  });

  test("files that do not belong together, and damaged ones", async () => {
    const dir = folder();
    ensureCertificates(join(dir, "a"), ["localhost"], NOW * 1000);
    const other = ensureCertificates(join(dir, "b"), ["localhost"], NOW * 1000);
    writeFileSync(join(dir, "a", "server-key.pem"), other.keyPem);
    expect((await checkCertificate(tls, join(dir, "a"), NOW))[0]).toMatchObject({ level: "fail" });
    writeFileSync(join(dir, "a", "server.pem"), other.certPem);
    expect((await checkCertificate(tls, join(dir, "a"), NOW))[0]?.text).toContain("is not from the CA");
    writeFileSync(join(dir, "a", "server.pem"), "nonsense");
    expect((await checkCertificate(tls, join(dir, "a"), NOW))[0]).toMatchObject({ level: "fail" });
  });

  test("the operator's own", async () => {
    const dir = folder();
    const made = ensureCertificates(join(dir, "own"), ["mqtt.example.com"], NOW * 1000);
    const files = { tlsCert: join(dir, "own", "server.pem"), tlsKey: join(dir, "own", "server-key.pem") };
    expect(levels(await checkCertificate({ ...tls, ...files }, dir, NOW))).toEqual(["ok", "ok"]);
    writeFileSync(files.tlsKey, made.certPem);
    expect((await checkCertificate({ ...tls, ...files }, dir, NOW))[0]).toMatchObject({ level: "fail" });
  });
});

test.each<[number, number | null, Check["level"]]>([
  [NOW, null, "ok"],
  [NOW, NOW + 30_000, "ok"],
  [NOW, NOW + 3_600_000, "warn"],
  [0, null, "fail"],
  [Date.UTC(2200, 0, 1), null, "fail"],
])("a clock at %p with the last write at %p: %s", (now, last, level) => {
  expect(checkClock(now, last).level).toBe(level);
});

test.each<[string | null, Check["level"]]>([
  ["Max open files            65536                65536                files", "ok"],
  ["Max open files            unlimited            unlimited            files", "ok"],
  ["Max open files            4096                 65536                files", "warn"],
  ["Max open files            256                  256                  files", "fail"],
  [null, "warn"],
])("open files %p: %s", (limits, level) => {
  const check = checkOpenFiles(limits, 50_000);
  expect(check.level).toBe(level);
  expect(check.mend === undefined).toBe(level === "ok");
});

test("versions", () => {
  expect(levels(checkVersions(Bun.version, "v22.1.0"))).toEqual(["ok", "ok"]);
  expect(levels(checkVersions("0.0.1", "v18.0.0"))).toEqual(["warn", "fail"]);
  expect(levels(checkVersions(Bun.version, null))).toEqual(["ok", "warn"]);
});

describe("disk and folder", () => {
  test("room and speed", () => {
    expect(checkRoom(2 ** 40, 2 ** 41).level).toBe("ok");
    expect(checkRoom(2 ** 29, 2 ** 41)).toMatchObject({ level: "warn", text: "512 MiB free of 2048.0 GiB" });
    expect(checkRoom(0, 2 ** 41).level).toBe("fail");
    expect(judgeWriting([1, 200, 1]).level).toBe("ok");
    expect(judgeWriting([100, 1, 100]).level).toBe("warn");
  });

  test("a folder that is not there yet is judged by the one above, and nothing is left", () => {
    const dir = folder();
    const what = checkDisk(join(dir, "x", "y")).map((check) => check.what);
    expect(what).toEqual(["disk room", "disk writing"]);
    expect(levels(checkModes(dir, process.getuid?.()))).toEqual(["ok"]);
    expect(levels(checkModes(join(dir, "x"), 0))).toEqual(["ok"]);
    expect(lastWrite(dir)).toBeNull();
  });

  test("files that others may read are named, certificates may be read", () => {
    const dir = folder();
    chmodSync(dir, 0o700);
    mkdirSync(join(dir, "tls"), { mode: 0o700 });
    writeFileSync(join(dir, "tls", "ca.pem"), "", { mode: 0o644 });
    writeFileSync(join(dir, "fleet.db"), "", { mode: 0o600 });
    expect(levels(checkModes(dir, undefined))).toEqual(["ok"]);
    chmodSync(join(dir, "fleet.db"), 0o644);
    const [check] = checkModes(dir, undefined);
    expect(check).toMatchObject({ level: "warn", mend: `chmod go-rwx ${join(dir, "fleet.db")}` });
    expect(levels(checkModes(dir, 4_000_000_000))).toContain("fail");
    utimesSync(join(dir, "fleet.db"), 1000, 2000);
    expect(lastWrite(dir)).toBe(2_000_000);
    expect(levels(checkModes(join(dir, "fleet.db"), undefined))).toEqual(["fail"]);
  });
});

test("findings line up, with what to do below", () => {
  const text = renderChecks(
    [ok("a", "fine"), warn("long", "hm", "do this"), fail("b", "bad\u001b", "do that")],
    colors(false),
  );
  expect(text).toBe(
    "ok    a     fine\nwarn  long  hm\n            → do this\nFAIL  b     bad\\x1b\n            → do that\n\n1 to mend, 1 to look at\n",
  );
});

test("the command ends with 1 only when something is to be mended", async () => {
  const { io, said } = fakeIo({ files: { c: "mqtt: off\nmqtts: off\nhttp: off\nhttps: off\nwss: off\n" } });
  expect(await run(["doctor", "--data", join(root, "none"), "--config", "c", "--json"], io)).toBe(0);
  expect(JSON.parse(said.out)).toContainEqual(ok("port mqtt", "switched off"));
  writeFileSync(join(root, "file"), "");
  expect(await run(["doctor", "--data", join(root, "file"), "--config", "c"], io)).toBe(1);
  expect(said.out).toContain("is not a folder");
});
