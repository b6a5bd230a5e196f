import {
  createHash,
  createPrivateKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  X509Certificate,
} from "node:crypto";
import { addressBytes } from "../base/address.ts";
import type { Micros } from "../base/types.ts";
import * as der from "./der.ts";

/** A certificate and its private key, as PEM text. */
export interface KeyPair {
  readonly certPem: string;
  readonly keyPem: string;
}

const DAY_MS = 86_400_000;
const CA_DAYS = 3652;
/** What the strictest clients accept of a server certificate is 398 days; one of them lies before now. */
const SERVER_DAYS = 396;
/** Devices whose clock is slow accept it all the same. */
const BEFORE_DAYS = 1;

/** Object identifiers of RFC 5280 (names, extensions) and RFC 5758 (signature). */
const OID = {
  ecdsaWithSha256: "1.2.840.10045.4.3.2",
  commonName: "2.5.4.3",
  subjectKeyIdentifier: "2.5.29.14",
  keyUsage: "2.5.29.15",
  subjectAltName: "2.5.29.17",
  basicConstraints: "2.5.29.19",
  authorityKeyIdentifier: "2.5.29.35",
  extendedKeyUsage: "2.5.29.37",
  serverAuth: "1.3.6.1.5.5.7.3.1",
  clientAuth: "1.3.6.1.5.5.7.3.2",
} as const;

/**
 * Makes a certificate authority: ECDSA P-256, valid for ten years, allowed to sign certificates of servers and nothing
 * else (path length 0).
 * @param now microseconds since the epoch
 */
export function makeAuthority(now: Micros): KeyPair {
  const keys = generateKeyPairSync("ec", { namedCurve: "P-256" });
  // two authorities of one owner can be told apart, also by programs that look issuers up by name
  const name = commonName(`fieldcast local CA ${randomBytes(4).toString("hex")}`);
  const extensions = [
    extension(OID.basicConstraints, true, der.sequence(der.TRUE, der.integer(Uint8Array.of(0)))),
    extension(OID.keyUsage, true, der.bits(Uint8Array.of(0b0000_0110), 1)), // keyCertSign, cRLSign
    extension(OID.subjectKeyIdentifier, false, der.octets(keyIdentifier(keys.publicKey))),
  ];
  const validity = { from: day(now, -BEFORE_DAYS), to: day(now, CA_DAYS) };
  const certPem = certificate(
    { issuer: name, subject: name, validity, publicKey: keys.publicKey, extensions },
    keys.privateKey,
  );
  return { certPem, keyPem: privatePem(keys.privateKey) };
}

/**
 * Makes a server certificate for these names (DNS names and IP addresses), signed by the authority; it ends with the
 * authority's at the latest.
 * @throws what the platform throws when the authority's PEM text is not sound
 */
export function makeServerCertificate(ca: KeyPair, names: readonly string[], now: Micros): KeyPair {
  return issue(ca, { subject: "fieldcast", usage: "serverAuth", names }, now);
}

/** What a certificate of the end of a chain says. */
interface Leaf {
  /** Common name of the subject. */
  readonly subject: string;
  readonly usage: "serverAuth" | "clientAuth";
  /** DNS names and IP addresses; none for most clients. */
  readonly names: readonly string[];
}

/** A key, and its certificate signed by the authority. @throws what the platform throws when its PEM text is not sound */
export function issue(ca: KeyPair, { subject, usage, names }: Leaf, now: Micros): KeyPair {
  const authority = new X509Certificate(ca.certPem);
  const keys = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const alternatives = der.sequence(...names.map(generalName));
  const extensions = [
    extension(OID.basicConstraints, true, der.sequence()), // not a CA
    extension(OID.keyUsage, true, der.bits(Uint8Array.of(0b1000_0000), 7)), // digitalSignature
    extension(OID.extendedKeyUsage, false, der.sequence(der.identifier(OID[usage]))),
    ...(names.length > 0 ? [extension(OID.subjectAltName, false, alternatives)] : []),
    extension(OID.subjectKeyIdentifier, false, der.octets(keyIdentifier(keys.publicKey))),
    extension(OID.authorityKeyIdentifier, false, der.sequence(der.tagged(0, keyIdentifier(authority.publicKey)))),
  ];
  const to = Math.min(day(now, SERVER_DAYS).getTime(), Date.parse(authority.validTo));
  const certPem = certificate(
    {
      issuer: subjectOf(authority),
      subject: commonName(subject),
      validity: { from: day(now, -BEFORE_DAYS), to: new Date(to) },
      publicKey: keys.publicKey,
      extensions,
    },
    createPrivateKey(ca.keyPem),
  );
  return { certPem, keyPem: privatePem(keys.privateKey) };
}

interface Body {
  readonly issuer: Uint8Array;
  readonly subject: Uint8Array;
  readonly validity: { readonly from: Date; readonly to: Date };
  readonly publicKey: KeyObject;
  readonly extensions: readonly Uint8Array[];
}

/** RFC 5280, 4.1: version 3, a random serial number of 128 bits, and the signature over it all. */
function certificate(body: Body, signingKey: KeyObject): string {
  const algorithm = der.sequence(der.identifier(OID.ecdsaWithSha256));
  const content = der.sequence(
    der.wrapped(0, der.integer(Uint8Array.of(2))),
    der.integer(randomBytes(16)),
    algorithm,
    body.issuer,
    der.sequence(der.time(body.validity.from), der.time(body.validity.to)),
    body.subject,
    spki(body.publicKey),
    der.wrapped(3, der.sequence(...body.extensions)),
  );
  const whole = der.sequence(content, algorithm, der.bits(sign("sha256", content, signingKey)));
  const lines = whole.toBase64().replace(/.{64}(?=.)/g, "$&\n");
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}

/** RFC 5280, 4.2. */
function extension(oid: string, critical: boolean, value: Uint8Array): Uint8Array {
  return der.sequence(der.identifier(oid), ...(critical ? [der.TRUE] : []), der.octets(value));
}

function commonName(name: string): Uint8Array {
  return der.sequence(der.set(der.sequence(der.identifier(OID.commonName), der.utf8(name))));
}

/** RFC 5280, 4.2.1.6: dNSName [2] or iPAddress [7]. */
function generalName(name: string): Uint8Array {
  const address = addressBytes(name);
  return address === null ? der.tagged(2, new TextEncoder().encode(name)) : der.tagged(7, address);
}

/** SHA-1 of the public key's bits, as everyone does it (RFC 5280, 4.2.1.2): a label, not a protection. */
function keyIdentifier(key: KeyObject): Uint8Array {
  const [, bitString = new Uint8Array()] = der.inside(spki(key));
  return createHash("sha1").update(bitString.subarray(3)).digest(); // tag, length, unused bits: 3 bytes for P-256
}

/** The subject exactly as the authority spells it: fields of a certificate's body are in a fixed order. */
function subjectOf(authority: X509Certificate): Uint8Array {
  const [body] = der.inside(authority.raw);
  const subject = body === undefined ? undefined : der.inside(body)[5];
  if (subject === undefined) throw new RangeError("DER: a certificate without a subject");
  return subject;
}

function spki(key: KeyObject): Uint8Array {
  return key.export({ type: "spki", format: "der" });
}

function privatePem(key: KeyObject): string {
  return key.export({ type: "pkcs8", format: "pem" }).toString();
}

function day(now: Micros, days: number): Date {
  // X.509 knows whole seconds
  return new Date(Math.floor(now / 1_000_000) * 1000 + days * DAY_MS);
}
