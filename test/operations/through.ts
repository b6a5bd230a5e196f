import { X509Certificate } from "node:crypto";
import { request } from "node:https";
import { connect, type IClientOptions, type MqttClient } from "mqtt";
import { within } from "../run/until.ts";

/** What comes through a proxy that serves cloud.example.com: requests and MQTT clients from an address of their own. */

export const NAME = "cloud.example.com";
/** Where the clients of the tests come from: another address of the loopback than that of the proxy. */
export const FROM = "127.0.0.2";

export interface Asked {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}
interface Wish {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Resolves as soon as the body has this; the connection is closed then. */
  readonly until?: string;
}

/** A request over TLS, as a browser or a program sends it. */
export function ask(
  port: number,
  ca: string,
  path: string,
  { method = "GET", headers = {}, body, until }: Wish = {},
): Promise<Asked> {
  const { promise, resolve, reject } = Promise.withResolvers<Asked>();
  const sent = request(
    {
      host: "127.0.0.1",
      port,
      path,
      method,
      localAddress: FROM,
      ca,
      servername: NAME,
      headers: { Host: NAME, ...(body !== undefined && { "Content-Type": "application/json" }), ...headers },
    },
    (answer) => {
      let text = "";
      const done = () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: text });
      answer.on("data", (part: Buffer) => {
        text += part;
        if (until === undefined || !text.includes(until)) return;
        done();
        sent.destroy();
      });
      answer.on("end", done);
    },
  );
  sent.on("error", reject);
  sent.end(body === undefined ? undefined : JSON.stringify(body));
  return within(`an answer of ${path}`, promise);
}

/** An MQTT client that trusts the certificate; rejects when it is not let in. */
export async function client(url: string, ca: string, token: string, more: IClientOptions = {}): Promise<MqttClient> {
  const trusted = { ca, servername: NAME };
  const options = {
    username: token,
    password: token,
    protocolVersion: 5,
    reconnectPeriod: 0,
    ...trusted,
    ...more,
  } as const;
  const it = connect(url, { ...options, wsOptions: { ...trusted, headers: { Host: NAME }, localAddress: FROM } });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  it.once("connect", () => resolve());
  it.once("error", reject);
  await within(`a login at ${url}`, promise);
  return it;
}

/** A certificate for the name that nobody but the test trusts. */
export function selfSigned(folder: string): void {
  const made = Bun.spawnSync([
    ...["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"],
    ...["-subj", `/CN=${NAME}`, "-addext", `subjectAltName=DNS:${NAME}`],
    ...["-keyout", `${folder}/privkey.pem`, "-out", `${folder}/fullchain.pem`],
  ]);
  if (made.exitCode !== 0) throw new Error(String(made.stderr));
}
export function serialOf(pem: string): string {
  return new X509Certificate(pem).serialNumber;
}
