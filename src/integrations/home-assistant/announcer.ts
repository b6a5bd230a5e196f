import type { DeviceNode, ProductNode } from "../../fleet/nodes.ts";
import { Agenda } from "./agenda.ts";
import { Describer, type Outcome } from "./describer.ts";
import type { HomeAssistantNeeds } from "./types.ts";

/** Devices that are looked at in one turn, and in one second for whether they are there. */
const AT_ONCE = 32;
const SWEEP = 5000;
/** ms until it is tried again: while a commit is full, and where there was no room for what is retained. */
const BUSY_MS = 100;
const NO_ROOM_MS = 60_000;

/**
 * Describes to one API user, which is a Home Assistant, the devices that it may view. What is retained on its topics is compared with what is
 * true and set right, device by device; so nothing else need be remembered, over changes, restarts and crashes alike. What was set right
 * is looked at once more when it is published: its commit may have been given up, and components go in two steps.
 */
export class Announcer {
  private readonly describer: Describer;
  private readonly agenda = new Agenda();
  private leftovers: Iterator<Outcome> | null = null;
  private sweeping: Iterator<[DeviceNode, boolean]> | null = null;
  /** It is working, or will be. */
  private isBusy = false;
  private isOver = false;

  constructor(
    private readonly needs: HomeAssistantNeeds,
    private readonly uid: number,
  ) {
    this.describer = new Describer(needs, uid);
  }

  /** The account or its rights changed, or the server has started. */
  lookAtAll(): void {
    const { directory } = this.needs;
    const workspace = directory.apiUser(this.uid)?.workspace;
    if (workspace !== undefined) this.lookAt([], directory.productsOf(workspace));
    this.lookAtLeftovers();
  }
  lookAt(devices: Iterable<DeviceNode>, products: Iterable<ProductNode> = []): void {
    this.agenda.add(devices);
    this.agenda.addProducts(products);
    this.begin();
  }
  /** Something is gone, or out of sight. */
  lookAtLeftovers(): void {
    this.leftovers = this.describer.leftovers();
    this.begin();
  }
  /** About once a second: devices that come and go. */
  tick(): void {
    this.sweeping ??= this.describer.told.entries();
    for (let i = 0; i < SWEEP; i++) {
      const next = this.sweeping.next();
      if (next.done === true) {
        this.sweeping = null;
        return;
      }
      const [device, said] = next.value;
      if (this.needs.isThere(device) !== said) this.lookAt([device]);
    }
  }
  /** The account is gone, or the server stops. */
  end(): void {
    this.isOver = true;
  }

  private begin(): void {
    if (!this.isBusy) this.again(0);
  }
  private again(ms: number): void {
    this.isBusy = true;
    this.needs.later(this.work, ms);
  }
  private readonly work = (): void => {
    this.isBusy = false;
    if (this.isOver) return;
    const { commits } = this.needs;
    if (commits.full) return this.again(BUSY_MS);
    const said: DeviceNode[] = [];
    const outcomes = new Set<Outcome | "done">();
    for (let i = 0; i < AT_ONCE && !outcomes.has("done"); i++) {
      const device = this.agenda.next();
      const outcome = device === null ? this.takeLeftover() : this.describer.settle(device);
      outcomes.add(outcome);
      if (outcome === "said" && device !== null) said.push(device);
      if (outcome === "said" && device === null) this.hasTaken = true;
    }
    if (outcomes.has("refused")) this.waitForRoom();
    if (outcomes.has("said")) {
      this.isBusy = true;
      commits.turn.follow(() => {
        this.agenda.add(said);
        this.again(0);
      });
      commits.poke();
    } else if (!outcomes.has("done")) this.again(0);
  };
  private isWaiting = false;
  private waitForRoom(): void {
    if (this.isWaiting) return;
    this.isWaiting = true;
    const { log, later } = this.needs;
    log.warn(
      { principal: `a:${this.uid}` },
      "not all devices can be described to this Home Assistant: there is no room for more retained messages (--max-retained-messages, --max-retained-bytes)",
    );
    later(() => {
      this.isWaiting = false;
      if (!this.isOver) this.lookAtAll();
    }, NO_ROOM_MS);
  }
  /** Something was taken away since what is left over was looked at from the beginning. */
  private hasTaken = false;
  private takeLeftover(): Outcome | "done" {
    const next = this.leftovers?.next();
    if (next !== undefined && next.done !== true) return next.value;
    // what was taken away may have to be once more
    this.leftovers = this.hasTaken ? this.describer.leftovers() : null;
    this.hasTaken = false;
    return this.leftovers === null ? "done" : "same";
  }
}
