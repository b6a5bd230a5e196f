import type { Micros } from "../../base/types.ts";
import type { Broker } from "../../fleet/types.ts";
import { answers, StepFailed } from "./dial.ts";
import type { Link } from "./link.ts";
import { Liveness } from "./liveness.ts";
import { type LoggedIn, logIn } from "./login.ts";
import type { BrokerNeeds } from "./needs.ts";
import { GO_BACK, Schedule } from "./schedule.ts";
import type { Teller } from "./teller.ts";
import type { BrokerStatus } from "./types.ts";

const GONE = "The API user as which it acts is gone: give it another one.";
interface Connected {
  readonly row: Broker;
  readonly teller: Teller;
  readonly session: { readonly inFlight: number };
  principal(): unknown;
  opened(loggedIn: LoggedIn): void;
  closed(): void;
}

/** Keeps one external broker connected: which address, when again, whether it is still there. */
export class Connector {
  address: string | null = null;
  protocol: BrokerStatus["protocol"] = null;
  /** Steady µs; null: nothing is due. */
  private due: Micros | null = null;
  private readonly schedule = new Schedule();
  private link: Link | null = null;
  private liveness = new Liveness(0);
  private openedAt: Micros = 0;
  private lookedBack: Micros = 0;
  /** Grows with each try: what comes of an older one is nobody's. */
  private tries = 0;

  constructor(
    private readonly needs: BrokerNeeds,
    private readonly bridge: Connected,
  ) {}
  private get dialling() {
    const { maxPacket, clock, reach } = this.needs;
    return { maxPacket, reach, step: () => {}, now: () => clock.steady() };
  }
  get nextTry(): Micros | null {
    return this.due === null ? null : this.needs.clock.wallOf(this.due);
  }

  begin(): void {
    const { row, teller } = this.bridge;
    this.due = null;
    if (row.paused) return teller.become("paused", null);
    teller.become("pending", null);
    void this.connect();
  }
  /** It was changed: at once, from the first address. */
  restart(): void {
    this.schedule.reset();
    this.stop("Its settings were changed.");
    this.begin();
  }
  stop(why: string): void {
    this.tries++;
    this.due = null;
    const { link } = this;
    this.link = this.protocol = null;
    if (link === null) return;
    this.bridge.closed();
    link.end(why);
    this.bridge.teller.note("disconnected", why);
  }

  private async connect(): Promise<void> {
    const mine = ++this.tries;
    const { row } = this.bridge;
    const address = row.addresses[this.schedule.at % row.addresses.length] ?? "";
    this.address = address;
    if (this.bridge.principal() === null) return this.failed(GONE, 0);
    try {
      const loggedIn = await logIn(address, row, false, this.dialling);
      if (mine !== this.tries) return loggedIn.link.end("Its settings were changed.");
      this.open(loggedIn);
    } catch (error) {
      if (mine !== this.tries) return;
      const text = error instanceof StepFailed ? `${address}: ${error.message}` : String(error);
      this.failed(text, 0);
    }
  }
  private open(loggedIn: LoggedIn): void {
    const { link, version, connack } = loggedIn;
    const now = this.needs.clock.steady();
    const keepAlive = connack.properties?.serverKeepAlive ?? this.bridge.row.keepAlive;
    this.link = link;
    this.liveness = new Liveness((keepAlive === 0 ? 60 : keepAlive) * 1e6);
    this.openedAt = this.lookedBack = now;
    this.protocol = version === 5 ? "5" : version === 4 ? "3.1.1" : "3.1";
    this.bridge.opened(loggedIn);
  }
  /** It has subscribed to everything that it wants: what is published there from now on comes here. */
  ready(): void {
    const { teller } = this.bridge;
    if (this.link === null || teller.state === "connected") return;
    teller.become("connected", null);
    teller.note("connected", `${this.address}, MQTT ${this.protocol}.`);
  }
  /** The connection is over. */
  lost(link: Link, reason: string): void {
    if (this.link !== link) return;
    this.link = null;
    this.protocol = null;
    this.bridge.closed();
    this.failed(`${this.address}: ${reason}`, this.needs.clock.steady() - this.openedAt);
  }
  private failed(reason: string, held: Micros): void {
    const { teller, row } = this.bridge;
    const isNew = teller.reason !== reason;
    teller.become("error", reason);
    if (isNew || held > 0) teller.note("error", reason);
    const { clock, chance } = this.needs;
    this.due = clock.steady() + this.schedule.failed(held, row.addresses.length, chance());
  }

  /** About once a second. */
  tick(): void {
    const now = this.needs.clock.steady();
    if (this.due !== null && now >= this.due) {
      this.due = null;
      void this.connect();
    }
    const { link } = this;
    if (link === null) return;
    const { inFlight } = this.bridge.session;
    if (this.bridge.principal() === null) return link.fail(GONE);
    const life = this.liveness.look(now, link.heardAt, link.saidAt);
    if (life === "ask") link.send({ type: "pingreq" });
    if (life === "dead") return link.fail("It does not answer any more: the connection is broken.");
    if (this.liveness.isMute(now, inFlight))
      return link.fail(`It acknowledges nothing any more: ${inFlight} messages have no answer.`);
    if (this.schedule.at > 0 && now - this.lookedBack > GO_BACK) void this.goBack(now);
  }
  /** On another address than the first: whether that one is there again. */
  private async goBack(now: Micros): Promise<void> {
    this.lookedBack = now;
    const { row } = this.bridge;
    const [first = ""] = row.addresses;
    const mine = this.tries;
    if (!(await answers(first, row, this.dialling.reach)) || mine !== this.tries || this.link === null) return;
    this.bridge.teller.note("note", `${first} is there again: back to it.`);
    this.restart();
  }
}
