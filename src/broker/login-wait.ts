import { CATALOGUE } from "../base/errors.ts";
import type { ConnectPacket } from "../codec/index.ts";
import type { Channel, Phase } from "./channel.ts";
import type { BrokerContext } from "./context.ts";
import { refuseLogin } from "./login-refusal.ts";

export const UNAVAILABLE = "The store is not available. Try later.";

/** A login that has to wait. */
interface WaitingLogin {
  readonly context: BrokerContext;
  readonly channel: Channel & {
    phase: Phase;
    pause(why: "login"): void;
    /** What was kept back during the login is read now. */
    readRest(): void;
  };
  /** Of the session. */
  readonly key: string;
  readonly packet: ConnectPacket;
  /** It begins anew. @param isSure see `login` */
  readonly again: (isSure: boolean) => void;
}
/** Why nobody is let in after a wait. */
type Delayed = "storage_unavailable" | "session_elsewhere";

/**
 * Goes on when it is durable that the old session is gone: were it back after a crash, its packet identifiers would
 * swallow publishes of the new one.
 */
export function loginLater(login: WaitingLogin, isSure: boolean): void {
  const { commit } = login.context;
  const { enter, refuse } = waiting(login, isSure);
  commit.wait({ committed: () => void enter(), failed: () => refuse("storage_unavailable", UNAVAILABLE) }, 0);
  commit.poke();
}
/** Among several nodes: goes on when it is known where the session is, and it is here. Returns whether it has to wait for that. */
export function waitsElsewhere(login: WaitingLogin, isSure: boolean): boolean {
  const { context, channel, key, packet } = login;
  const { elsewhere } = context;
  if (elsewhere?.mustAsk(key, packet.cleanStart, isSure) !== true) return false;
  const { enter, refuse } = waiting(login, true);
  const refused = (): void => refuse("session_elsewhere", `${CATALOGUE.session_elsewhere.title} Try again.`);
  const taken = (): void => channel.finish("taken over", false); // [MQTT-3.1.4-3], also before its CONNACK
  const isThere = (): boolean => channel.phase === "login";
  elsewhere.ask(key, packet.cleanStart, { enter, refused, taken, isThere });
  return true;
}
/** Holds a login up. @returns how it goes on */
function waiting(
  { context, channel, key, packet, again }: WaitingLogin,
  isSure: boolean,
): { readonly enter: () => boolean; readonly refuse: (code: Delayed, text: string) => void } {
  channel.phase = "login";
  channel.pause("login");
  context.entering.set(key, channel);
  const left = (): void => {
    if (context.entering.get(key) === channel) context.entering.delete(key);
  };
  const enter = (): boolean => {
    left();
    if (channel.phase !== "login") return false;
    channel.phase = "connect";
    again(isSure);
    channel.readRest();
    return true;
  };
  const refuse = (code: Delayed, text: string): void => {
    left();
    if (channel.phase === "login") refuseLogin(context, channel, packet, 0x88, code, text);
  };
  return { enter, refuse };
}
