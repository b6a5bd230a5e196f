import { errorText, Refusal } from "../../base/errors.ts";
import type { AppliedChange } from "../../fleet/applied.ts";
import type { DeviceNode } from "../../fleet/nodes.ts";
import type { Sparkplug } from "../../fleet/types.ts";
import type { Verdict } from "../../networks/downlinks/types.ts";
import { speakerOf } from "../../sparkplug/topics.ts";
import { sendTo } from "./commands.ts";
import { BY_HAND } from "./effects.ts";
import { Host } from "./host.ts";
import { forgetHost, forgetNode } from "./keeper.ts";
import { Line } from "./line.ts";
import type { HostNode } from "./nodes.ts";
import { partsOf, statusOf } from "./shown.ts";
import type { SparkplugNeeds, SparkplugPart, SparkplugPort, SparkplugStatus, SparkplugWrite } from "./types.ts";

/** All hosts of Sparkplug B: follows the fleet, hears the feed, answers what people ask. */
export class SparkplugHosts implements SparkplugPort {
  private readonly open = new Map<number, Host>();
  private readonly line: Line;

  constructor(private readonly needs: SparkplugNeeds) {
    this.line = new Line(needs, (workspace) => this.inWorkspace(workspace));
  }
  private inWorkspace(workspace: number): Host | undefined {
    for (const host of this.open.values()) if (host.row.workspace === workspace && host.isOnline) return host;
    return undefined;
  }

  /** Begins with those that the fleet has. */
  start(): void {
    for (const row of this.needs.directory.all("sparkplug")) this.add(row);
    if (this.open.size === 0) this.line.listen(false);
    this.needs.directory.onChange((changes) => this.follow(changes));
  }
  private add(row: Sparkplug): void {
    const host = new Host(this.needs, row);
    this.open.set(row.uid, host);
    this.line
      .run(async () => {
        await host.load();
        this.look(host);
      })
      .catch((error: unknown) => {
        this.needs.log.error(
          { host: row.host, error: errorText(error) },
          "what is kept of a host of Sparkplug B cannot be read; it hears nothing",
        );
      });
  }
  private follow(changes: readonly AppliedChange[]): void {
    for (const change of changes) {
      if (change.kind !== "sparkplug") continue;
      const uid = change.op === "put" ? change.row.uid : change.uid;
      const known = this.open.get(uid);
      if (change.op === "delete") this.remove(uid, known);
      else if (known === undefined) this.add(change.row);
      else void this.line.run(() => this.change(known, change.row));
    }
    // rights of an account may have come or gone
    for (const host of this.open.values()) if (host.isOnline !== (host.obstacle === null)) this.lookLater(host);
  }
  private lookLater(host: Host): void {
    void this.line.run(async () => this.look(host));
  }
  private async change(host: Host, row: Sparkplug): Promise<void> {
    // by another name it is another host
    if (host.row.host !== row.host || host.row.account !== row.account) host.end();
    host.row = row;
    this.look(host);
  }
  private look(host: Host): void {
    if (!this.open.has(host.row.uid)) return;
    if (host.obstacle === null) host.begin();
    else if (host.isOnline) {
      host.end();
      host.forgetSessions();
      void host.settle([]).catch(() => undefined); // what was not written is written with what comes next
    }
    this.line.listen([...this.open.values()].some(({ isOnline }) => isOnline));
  }
  private remove(uid: number, host: Host | undefined): void {
    this.open.delete(uid);
    void this.line.run(async () => {
      host?.end();
      host?.forgetSessions();
      this.needs.commits.batch.ops.push(...forgetHost(uid));
      this.needs.commits.poke();
      this.line.listen([...this.open.values()].some(({ isOnline }) => isOnline));
    });
  }

  /** About once a second. */
  tick(): void {
    this.line.tick([...this.open.values()].filter(({ isOnline }) => isOnline));
  }
  /** Nothing is heard any more, and nodes are told so; what was heard and is not stored comes again, as far as the log has it. */
  async stop(): Promise<void> {
    await this.line.stop();
    for (const host of this.open.values()) host.end();
    await this.needs.commits.durable().catch(() => undefined); // the store is asked once more by its own stop
  }

  /** Sends values to the metrics of a device; null: it is none of Sparkplug. */
  send(device: DeviceNode, writes: readonly SparkplugWrite[]): Verdict | null {
    const host = this.inWorkspace(device.product.row.workspace);
    return host === undefined ? null : sendTo(this.needs, host, device, writes);
  }

  // SparkplugPort

  status({ uid }: Sparkplug): SparkplugStatus {
    return statusOf(this.open.get(uid));
  }
  parts({ uid }: Sparkplug): readonly SparkplugPart[] {
    const host = this.open.get(uid);
    if (host === undefined) return [];
    const found = [...host.nodes].flatMap((node) => partsOf(this.needs.directory, host, node));
    return found.sort((a, b) => (a.path < b.path ? -1 : 1));
  }
  rebirth(row: Sparkplug, path: string): void {
    const { host, node } = this.nodeAt(row, path);
    const refusal = host.ask(node, BY_HAND);
    if (refusal !== null) throw refusal;
  }
  async forget(row: Sparkplug, path: string): Promise<void> {
    const { host, node } = this.nodeAt(row, path);
    if (node.edge.alive)
      throw new Refusal(
        "immutable",
        `The node ${path} is online, and would be there again at once: take it off first.`,
      );
    host.nodes.remove(node.speaker);
    this.needs.commits.batch.ops.push(...forgetNode(row.uid, node));
    await this.needs.commits.durable();
  }
  private nodeAt({ uid }: Sparkplug, path: string): { readonly host: Host; readonly node: HostNode } {
    const host = this.open.get(uid);
    const speaker = speakerOf(path);
    const node = speaker === null || speaker.device !== null ? undefined : host?.nodes.find(speaker);
    if (host !== undefined && node !== undefined) return { host, node };
    throw new Refusal(
      "not_found",
      `No node ${JSON.stringify(path.slice(0, 200))} was ever heard: give its group/node.`,
    );
  }
}
