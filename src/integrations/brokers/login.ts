import type { ConnackPacket, ConnectPacket, Version } from "../../codec/index.ts";
import type { Broker } from "../../fleet/types.ts";
import { type DialNeeds, dial, StepFailed } from "./dial.ts";
import { Link } from "./link.ts";
import { reasonWords } from "./words.ts";

/** ms until a CONNECT is answered. */
const LOGIN_MS = 15_000;
/** QoS 1 and 2 messages that the remote may send without our acknowledgement. */
const RECEIVE_MAXIMUM = 500;

export interface LoginNeeds extends DialNeeds {
  readonly now: () => number;
  /** Bytes of a packet that the remote may send. */
  readonly maxPacket: number;
}
export interface LoggedIn {
  readonly link: Link;
  readonly version: Version;
  readonly connack: ConnackPacket;
  /** It knows that we are a bridge, and sends nothing back of what we say (3.1.1). */
  readonly isBridge: boolean;
}
/** How to log in: versions and forms, in the order in which they are tried. */
interface Form {
  readonly version: Version;
  readonly isBridge: boolean;
}
const VERSIONS: Readonly<Record<Broker["protocol"], readonly Version[]>> = {
  auto: [5, 4],
  "5": [5],
  "3.1.1": [4],
  "3.1": [3],
};

/**
 * Connects and logs in. One that does not speak a version is tried with the next; one that does not know the bit of bridges, without.
 * @param isApart beside the session that is kept: under another client identifier, and leaving nothing there
 * @throws StepFailed
 */
export async function logIn(address: string, row: Broker, isApart: boolean, needs: LoginNeeds): Promise<LoggedIn> {
  const forms = VERSIONS[row.protocol].flatMap((version): Form[] =>
    version === 4
      ? [
          { version, isBridge: true },
          { version, isBridge: false },
        ]
      : [{ version, isBridge: false }],
  );
  let failed: StepFailed | null = null;
  for (const form of forms) {
    const told = new Set<string>();
    const stream = await dial(address, row, {
      ...needs,
      step: (step, text) => failed === null && !told.has(step) && needs.step(step, text),
    });
    const answer = await ask(
      row,
      form,
      isApart,
      (listener) => new Link(stream, form.version, needs.maxPacket, needs.now, listener),
    );
    if ("link" in answer) {
      const version = form.version === 5 ? "5" : form.version === 4 ? "3.1.1" : "3.1";
      needs.step("login", `It speaks MQTT ${version}${answer.connack.sessionPresent ? ", and has our session" : ""}.`);
      return answer;
    }
    failed = new StepFailed("login", answer.reason);
    if (!answer.isOld) break;
  }
  throw failed ?? new StepFailed("login", "There is no version of MQTT to try.");
}

type Answer = LoggedIn | { readonly reason: string /** Another version may be better. */; readonly isOld: boolean };

function ask(
  row: Broker,
  form: Form,
  isApart: boolean,
  open: (listener: ConstructorParameters<typeof Link>[4]) => Link,
): Promise<Answer> {
  const { promise, resolve } = Promise.withResolvers<Answer>();
  const { version } = form;
  const link = open({
    packet(packet) {
      if (packet.type !== "connack") throw new Error("its first packet is no CONNACK"); // [MQTT-3.2.0-1]
      const { reasonCode, properties } = packet;
      if (reasonCode === 0) {
        link.hold();
        return resolve({ link, version, connack: packet, isBridge: form.isBridge });
      }
      const isOld = reasonCode === (version === 5 ? 0x84 : 1);
      resolve({ reason: reasonWords(version, reasonCode, properties?.reasonString), isOld });
      return link.fail("It did not let us in.");
    },
    // some close without a word when they do not know the version
    closed: (reason) => resolve({ reason: `It did not answer the CONNECT. ${reason}`, isOld: true }),
    drain: () => {},
  });
  link.send(connectOf(row, form, isApart));
  const timer = setTimeout(() => link.fail("It does not answer the CONNECT."), LOGIN_MS);
  return promise.finally(() => clearTimeout(timer));
}

function connectOf(row: Broker, { version, isBridge }: Form, isApart: boolean): ConnectPacket {
  const { username, password, keepAlive, sessionExpiry } = row;
  return {
    type: "connect",
    version,
    cleanStart: isApart,
    keepAlive,
    clientId: isApart ? `${row.clientId}-look` : row.clientId,
    ...(isBridge && { bridge: true }),
    ...(username !== null && { userName: username }),
    ...(password !== null && { password: new TextEncoder().encode(password) }),
    ...(version === 5 && {
      properties: {
        sessionExpiryInterval: isApart ? 0 : sessionExpiry,
        receiveMaximum: RECEIVE_MAXIMUM,
        topicAliasMaximum: 0,
      },
    }),
  };
}
