import type { RemoteSession } from "../../bridges/client/session.ts";
import type { OutMessage } from "../../bridges/client/types.ts";
import { encode, type PublishPacket } from "../../codec/index.ts";
import type { Verdict } from "../../networks/downlinks/types.ts";
import type { Leaving } from "./leaving.ts";
import type { Link } from "./link.ts";
import type { BrokerNeeds } from "./needs.ts";
import type { Teller } from "./teller.ts";
import { reasonWords } from "./words.ts";

/** A limit there is reached: µs until it is tried again, and how often. */
const QUOTA = 0x97;
const QUOTA_REST = 5_000_000;
const MOST_TRIES = 20;

interface Bridged {
  readonly needs: BrokerNeeds;
  readonly teller: Teller;
  readonly link: Link | null;
  readonly session: RemoteSession<Leaving | null>;
  readonly out: { again(one: Leaving): void; acknowledged(one: Leaving): void };
  readonly retaining: { acknowledged(one: Leaving): void };
}

/** Hands messages to the connection with a remote, and hears what became of them. */
export class Sending {
  private restUntil = 0;

  constructor(private readonly bridge: Bridged) {}
  opened(): void {
    this.restUntil = 0;
  }

  /** @returns how the connection takes it */
  send(message: OutMessage<Leaving | null>): "sent" | "later" | "never" {
    const { link, session, teller, needs } = this.bridge;
    if (link === null || link.isFull || needs.clock.steady() < this.restUntil) return "later";
    if (message.qos > 0 && session.room === 0) return "later";
    const { limits } = session;
    const isBounded = limits.maxPacket < 268_435_455;
    const size = isBounded ? (packet: PublishPacket) => encode(limits.version, packet).length : () => 0;
    if (!session.publish(message, size)) return "never";
    if (message.qos === 0) teller.sent();
    return "sent";
  }
  /** A message that somebody waits for: a downlink. Resolves when the remote has it. */
  now(message: Omit<OutMessage<unknown>, "token">): Promise<Verdict> {
    const { session, teller } = this.bridge;
    const { promise, resolve } = Promise.withResolvers<Verdict>();
    const reason = teller.reason ?? "it is not connected";
    const refused = (code: number) => reasonWords(session.limits.version, code);
    const told = (code: number) =>
      resolve(code < 0x80 ? { is: "accepted", ids: [] } : { is: "refused", reason: refused(code) });
    const token: Leaving = {
      ...{ seq: 0, route: -1, time: null, maxAge: null, deadline: 0, device: null, local: "", making: null },
      ...{ isOver: false, tries: MOST_TRIES, size: 0, message: null, told },
    };
    const sent = this.send({ ...message, token });
    if (sent === "later") return Promise.resolve({ is: "later", reason, seconds: null });
    if (sent === "never") return Promise.resolve({ is: "refused", reason: "it is larger than the remote takes" });
    return promise;
  }
  acknowledged(token: Leaving | null, reason: number): void {
    const { teller, retaining, out, session, needs } = this.bridge;
    if (reason < 0x80) {
      teller.sent();
      if (token !== null) retaining.acknowledged(token);
    } else {
      const topic = token?.message?.topic ?? "a retained message";
      if (reason === QUOTA && token !== null && ++token.tries < MOST_TRIES) {
        this.restUntil = needs.clock.steady() + QUOTA_REST;
        return out.again(token);
      }
      teller.refusedOut(`${topic}: ${reasonWords(session.limits.version, reason)}`);
    }
    token?.told?.(reason);
    if (token !== null && token.route >= 0) out.acknowledged(token);
  }
}
