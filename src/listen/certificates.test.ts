import { afterAll, describe, expect, test } from "bun:test";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { once } from "node:events";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { connect, createServer } from "node:tls";
import { makeAuthority, makeServerCertificate } from "./authority.ts";
import { ensureCertificates, loadOperatorCertificate, serverNames } from "./certificates.ts";

const root = mkdtempSync(join(tmpdir(), "fieldcast-tls-"));
afterAll(() => rmSync(root, { recursive: true }));
const folder = () => mkdtempSync(join(root, "t"));

const DAY = 86_400_000_000;
const NOW = Date.now() * 1000;
const NAMES = ["localhost", "127.0.0.1", "::1", "broker.example"];
const mode = (file: string) => (statSync(file).mode & 0o777).toString(8);

describe("the local CA", () => {
  test("the first start makes it, and a certificate with exact names; keys are for the owner alone", () => {
    const dir = join(folder(), "tls");
    const made = ensureCertificates(dir, NAMES, NOW);
    expect(made).toMatchObject({ made: true, caFile: join(dir, "ca.pem") });
    expect(readdirSync(dir).map((file) => [file, mode(join(dir, file))])).toEqual(
      expect.arrayContaining([
        ["ca.pem", "644"],
        ["ca-key.pem", "600"],
        ["server.pem", "644"],
        ["server-key.pem", "600"],
      ]),
    );
    expect(readdirSync(dir)).toHaveLength(4);
    expect(mode(dir)).toBe("700");
    const [ca, server] = [new X509Certificate(readFileSync(made.caFile)), new X509Certificate(made.certPem)];
    expect([ca.ca, server.ca]).toEqual([true, false]);
    expect(server.checkIssued(ca) && server.verify(ca.publicKey) && ca.verify(ca.publicKey)).toBe(true);
    expect(server.checkPrivateKey(createPrivateKey(made.keyPem))).toBe(true);
    expect(NAMES.map((name) => server.checkHost(name) ?? server.checkIP(name))).toEqual(NAMES);
    expect([server.checkHost("other.example"), server.checkIP("127.0.0.2")]).toEqual([undefined, undefined]);
    expect(server.publicKey.asymmetricKeyDetails?.namedCurve).toBe("prime256v1");
    const days = (Date.parse(server.validTo) - Date.parse(server.validFrom)) / 86_400_000;
    expect([days <= 398, Date.parse(server.validTo) * 1000]).toEqual([true, made.notAfter]);
    expect((Date.parse(ca.validTo) * 1000 - NOW) / DAY).toBeWithin(3650, 3654);
  });

  test("one that a clock of 2036 made is noticed, kept aside and made anew; not by a clock that is not set", () => {
    const dir = join(folder(), "tls");
    const future = ensureCertificates(dir, NAMES, Date.UTC(2036, 5, 1) * 1000);
    const old = readFileSync(future.caFile, "utf8");
    const unset = ensureCertificates(dir, NAMES, Date.UTC(1970, 0, 2) * 1000);
    expect([unset.renewed, readFileSync(unset.caFile, "utf8")]).toEqual([null, old]);
    const mended = ensureCertificates(dir, NAMES, NOW);
    expect(mended).toMatchObject({ made: true, renewed: expect.stringContaining("is valid from 2036-") });
    const ca = new X509Certificate(readFileSync(mended.caFile));
    const server = new X509Certificate(mended.certPem);
    for (const one of [ca, server]) expect(Date.parse(one.validFrom) * 1000).toBeLessThan(NOW);
    expect(server.verify(ca.publicKey)).toBe(true);
    const kept = readdirSync(dir).filter((file) => file.includes(".from-2036-"));
    expect(kept.map((file) => [file.split(".from")[0], mode(join(dir, file))]).sort()).toEqual([
      ["ca-key.pem", "600"],
      ["ca.pem", "644"],
    ]);
    expect(ensureCertificates(dir, NAMES, NOW)).toMatchObject({ made: false, renewed: null });
  });

  test.each(["localhost", "127.0.0.1"])("a client that trusts the CA file alone shakes hands with %s", async (host) => {
    const made = ensureCertificates(folder(), NAMES, NOW);
    const server = createServer({ cert: made.certPem, key: made.keyPem }, (socket) => socket.end("hello"));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo; // it listens on TCP
    const client = connect({
      port,
      host: "127.0.0.1",
      ca: readFileSync(made.caFile),
      servername: host === "localhost" ? host : "",
    });
    const [data] = await once(client, "data");
    expect([client.authorized, String(data)]).toEqual([true, "hello"]);
    client.destroy();
    server.close();
  });

  test("the second start keeps everything", () => {
    const dir = folder();
    const first = ensureCertificates(dir, NAMES, NOW);
    expect(ensureCertificates(dir, NAMES.slice(1), NOW + 300 * DAY)).toEqual({ ...first, made: false });
  });

  test.each<[string, (dir: string) => [readonly string[], number]]>([
    ["a name is new", () => [[...NAMES, "10.1.2.3"], NOW]],
    ["less than 30 days are left", () => [NAMES, NOW + 367 * DAY]],
    ["it is not valid yet", () => [NAMES, NOW - 3 * DAY]],
    [
      "the certificate is damaged",
      (dir) => {
        writeFileSync(join(dir, "server.pem"), "x");
        return [NAMES, NOW];
      },
    ],
    [
      "the key is gone",
      (dir) => {
        rmSync(join(dir, "server-key.pem"));
        return [NAMES, NOW];
      },
    ],
    [
      "the key is another",
      (dir) => {
        writeFileSync(join(dir, "server-key.pem"), makeAuthority(NOW).keyPem);
        return [NAMES, NOW];
      },
    ],
    [
      "another CA signed it",
      (dir) => {
        writeFileSync(join(dir, "server.pem"), makeServerCertificate(makeAuthority(NOW), NAMES, NOW).certPem);
        return [NAMES, NOW];
      },
    ],
  ])("the same CA makes another server certificate when %s", (_, change) => {
    const dir = folder();
    const first = ensureCertificates(dir, NAMES, NOW);
    const ca = readFileSync(first.caFile, "utf8");
    const [names, now] = change(dir);
    const second = ensureCertificates(dir, names, now);
    expect([second.made, second.certPem === first.certPem, readFileSync(first.caFile, "utf8")]).toEqual([
      true,
      false,
      ca,
    ]);
    expect(new X509Certificate(second.certPem).verify(new X509Certificate(ca).publicKey)).toBe(true);
    expect(ensureCertificates(dir, names, now).made).toBe(false);
  });

  test("a CA about to end is followed by another; before that, what it signs ends with it", () => {
    const dir = folder();
    const { caFile } = ensureCertificates(dir, NAMES, NOW);
    const ca = readFileSync(caFile, "utf8");
    const late = ensureCertificates(dir, NAMES, NOW + 3600 * DAY);
    expect(late.notAfter).toBe(Date.parse(new X509Certificate(ca).validTo) * 1000);
    ensureCertificates(dir, NAMES, NOW + 3630 * DAY);
    expect(readFileSync(caFile, "utf8")).not.toBe(ca);
  });

  test("without its key the CA still vouches for what it signed, but signs nothing new", () => {
    const dir = folder();
    ensureCertificates(dir, NAMES, NOW);
    rmSync(join(dir, "ca-key.pem"));
    expect(ensureCertificates(dir, NAMES, NOW).made).toBe(false);
    expect(() => ensureCertificates(dir, ["new.example"], NOW)).toThrow(/ca-key\.pem is missing, .* restore it/);
  });

  test.each([
    ["ca.pem", "x", /ca\.pem is damaged: restore it, or remove .* to start with a new CA/],
    ["ca-key.pem", "x", /ca-key\.pem is damaged: restore it/],
    ["ca-key.pem", makeAuthority(NOW).keyPem, /ca-key\.pem is not the key of .*ca\.pem/],
  ])("a damaged %s stops the start and is left alone", (file, text, wanted) => {
    const dir = folder();
    ensureCertificates(dir, NAMES, NOW);
    writeFileSync(join(dir, file), text);
    expect(() => ensureCertificates(dir, NAMES, NOW)).toThrow(wanted);
    expect(readFileSync(join(dir, file), "utf8")).toBe(text);
  });
});

test("the names of this machine", () => {
  const names = serverNames(["Broker.Example.", "fe80::1%eth0", "not a name"]);
  expect(names).toEqual(expect.arrayContaining(["localhost", "127.0.0.1", "::1", "broker.example", "fe80::1"]));
  expect(names).toContain(hostname().toLowerCase());
  expect(names.some((name) => /[% A-Z]/.test(name))).toBe(false);
  expect(new Set(names).size).toBe(names.length);
});

describe("an operator's certificate", () => {
  const dir = folder();
  const ca = makeAuthority(NOW);
  const good = makeServerCertificate(ca, NAMES, NOW);
  const put = (name: string, text: string) => {
    writeFileSync(join(dir, name), text);
    return join(dir, name);
  };
  const [cert, key] = [put("cert.pem", good.certPem + ca.certPem), put("key.pem", good.keyPem)];
  const locked = createPrivateKey(good.keyPem).export({
    type: "pkcs8",
    format: "pem",
    cipher: "aes-256-cbc",
    passphrase: "p",
  });

  test("a chain and its key are taken as they are", () => {
    const loaded = loadOperatorCertificate(cert, key, NOW);
    expect([loaded.certPem, loaded.keyPem]).toEqual([good.certPem + ca.certPem, good.keyPem]);
    expect((loaded.notAfter - NOW) / DAY).toBeWithin(395, 397);
  });

  test.each([
    ["no certificate", join(dir, "none.pem"), key, NOW, /none\.pem does not exist; it should hold the certificate/],
    ["no key", cert, join(dir, "none.pem"), NOW, /none\.pem does not exist; it should hold the private key/],
    ["a folder", dir, key, NOW, /cannot be read \(EISDIR/],
    ["not PEM", put("text.pem", "hello"), key, NOW, /text\.pem is not a PEM certificate$/],
    ["a key where the certificate should be", key, key, NOW, /key\.pem is not a PEM certificate$/],
    ["a certificate where the key should be", cert, cert, NOW, /cert\.pem is not a PEM private key$/],
    [
      "a key with a passphrase",
      cert,
      put("locked.pem", String(locked)),
      NOW,
      /locked\.pem is encrypted with a passphrase/,
    ],
    ["another key", cert, put("other.pem", ca.keyPem), NOW, /other\.pem is not the key of .*cert\.pem$/],
    ["expired", cert, key, NOW + 400 * DAY, /cert\.pem expired on /],
    ["not valid yet", cert, key, NOW - 5 * DAY, /cert\.pem is not valid before .*; is the clock right\?$/],
  ])("%s is one clear line", (_, certFile, keyFile, now, wanted) => {
    expect(() => loadOperatorCertificate(certFile, keyFile, now)).toThrow(wanted);
  });

  test("a folder that others may enter stays as the operator made it", () => {
    const theirs = folder();
    chmodSync(theirs, 0o755);
    ensureCertificates(theirs, NAMES, NOW);
    expect(mode(theirs)).toBe("755");
  });
});
