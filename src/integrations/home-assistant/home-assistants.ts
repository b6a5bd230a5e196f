import type { AppliedChange } from "../../fleet/directory.ts";
import { apiUserOfSpace } from "../../auth/free.ts";
import { Announcer } from "./announcer.ts";
import type { HomeAssistantNeeds } from "./types.ts";

/**
 * The API users that are a Home Assistant, each with what it is told. Follows the fleet: make it behind the authority, so that it finds the
 * new rights.
 */
export class HomeAssistants {
  private readonly announcers = new Map<number, Announcer>();
  private isRunning = false;

  constructor(private readonly needs: HomeAssistantNeeds) {
    needs.directory.onChange((changes) => {
      if (this.isRunning) this.follow(changes);
    });
  }

  /** Looks what changed while the server was down; from then on what changes. */
  start(): void {
    const { directory, commits } = this.needs;
    this.isRunning = true;
    for (const { uid, homeAssistant } of directory.apiUsers())
      if (homeAssistant !== undefined) this.of(uid).lookAtAll();
    // one that was switched off, and the crash came before all of it was taken away
    for (const space of commits.retained.workspaces) {
      const uid = apiUserOfSpace(space);
      if (uid !== null && directory.apiUser(uid) && !this.announcers.has(uid)) this.of(uid).lookAtLeftovers();
    }
  }
  stop(): void {
    this.isRunning = false;
    for (const announcer of this.announcers.values()) announcer.end();
    this.announcers.clear();
  }
  /** About once a second. */
  tick(): void {
    for (const announcer of this.announcers.values()) announcer.tick();
  }

  private of(uid: number): Announcer {
    const known = this.announcers.get(uid);
    if (known !== undefined) return known;
    const made = new Announcer(this.needs, uid);
    this.announcers.set(uid, made);
    return made;
  }
  private follow(changes: readonly AppliedChange[]): void {
    for (const change of changes) {
      if (change.kind === "apiUser") this.followAccount(change);
      else if (change.kind === "device") {
        const { node } = change;
        for (const announcer of this.in(node.product.row.workspace)) announcer.lookAt([node]);
      } else if (change.kind === "product" || change.kind === "field") {
        const product = change.kind === "field" ? change.node.product : change.node;
        for (const announcer of this.in(product.row.workspace)) {
          if (!product.deleted) announcer.lookAt([], [product]);
          else if (change.kind === "product") announcer.lookAtLeftovers();
        }
      }
    }
  }
  private *in(workspace: number): Generator<Announcer> {
    for (const [uid, announcer] of this.announcers)
      if (this.needs.directory.apiUser(uid)?.workspace === workspace) yield announcer;
  }
  private followAccount(change: AppliedChange & { kind: "apiUser" }): void {
    if (change.op === "put") {
      const { uid, homeAssistant } = change.row;
      if (homeAssistant !== undefined || this.announcers.has(uid)) this.of(uid).lookAtAll();
      return;
    }
    this.announcers.get(change.uid)?.end();
    this.announcers.delete(change.uid);
  }
}
