import { errorText } from "../../base/errors.ts";
import { CodecError, type PublishPacket } from "../../codec/index.ts";
import { type Broker, findBroker } from "../broker.ts";
import { CommandError } from "../failure.ts";
import { LoginRefused, MqttClient } from "../mqtt-client.ts";
import { showMqttUrl } from "../mqtt-url.ts";
import { wholeNumber } from "../numbers.ts";
import { colors, json, visible } from "../text.ts";
import type { Io } from "../types.ts";
import { MessagePrinter, readMessage } from "./render.ts";

/** Waits in ms before the next tries to connect; the last one repeats. */
const WAITS = [1000, 2000, 4000, 8000, 15_000, 30_000];

/** `watch [FILTER]`: runs until Ctrl-C, or until `--count` messages came. */
export async function watch(
  io: Io,
  [filter]: readonly string[],
  flags: Readonly<Record<string, unknown>>,
): Promise<number> {
  const count = wholeNumber("--count", flags.count, 0, 1, 1_000_000_000);
  const broker = await findBroker(io, flags);
  await broker.local?.close();
  const { prefix } = broker.config;
  const filters = [filter ?? `${prefix}/#`, ...(flags.errors === true ? [`${prefix}-errors/#`] : [])];
  const tail = new Tail(io, broker, filters, count, flags.json === true);
  const quiet = io.onSignal(() => tail.stop());
  try {
    return await tail.run();
  } finally {
    quiet();
  }
}

/** A subscription that outlives its connections. */
class Tail {
  private readonly ended = Promise.withResolvers<void>();
  private over = false;
  private left: number;
  private readonly printer: MessagePrinter;

  constructor(
    private readonly io: Io,
    private readonly broker: Broker,
    private readonly filters: readonly string[],
    count: number,
    private readonly json: boolean,
  ) {
    this.left = count > 0 ? count : Number.POSITIVE_INFINITY;
    this.printer = new MessagePrinter(colors(io.color), Date.now);
  }

  stop(): void {
    this.over = true;
    this.ended.resolve();
  }

  async run(): Promise<number> {
    let failures = 0;
    for (let first = true; !this.over; first = false) {
      try {
        await this.once(() => {
          failures = 0;
        });
      } catch (error) {
        // At the start a person is better served by the reason; later the server may come back.
        if (first || error instanceof CommandError) throw error;
        this.say(errorText(error));
      }
      if (this.over) break;
      const wait = WAITS[Math.min(failures++, WAITS.length - 1)] ?? 1000;
      this.say(`connecting again in ${wait / 1000} s`);
      await Promise.race([this.ended.promise, Bun.sleep(wait)]);
    }
    return 0;
  }

  /** One connection, to its end. */
  private async once(up: () => void): Promise<void> {
    const { url, token, ca, absent } = this.broker;
    const lost = Promise.withResolvers<string>();
    const client = await MqttClient.connect({
      url,
      token,
      ca,
      clientId: "",
      keepAlive: 30,
      onPublish: (packet) => this.show(packet),
      onClose: lost.resolve,
    }).catch((error: unknown) => {
      const why = `${showMqttUrl(url)}: ${errorText(error)}${absent === null ? "" : ` (${absent})`}`;
      throw error instanceof LoginRefused && error.final
        ? new CommandError(`${why} (login refused)`)
        : unreachable(why);
    });
    up();
    await this.subscribe(client);
    this.say(`watching ${this.filters.join(" and ")} on ${showMqttUrl(url)}, Ctrl-C ends`);
    const why = await Promise.race([lost.promise, this.ended.promise.then(() => null)]);
    if (why !== null) this.say(why);
    await client.end();
  }

  private async subscribe(client: MqttClient): Promise<void> {
    const { reasonCodes, properties } = await client.subscribe(this.filters, 1).catch((error: unknown) => {
      throw error instanceof CodecError ? new CommandError(`this filter cannot be used: ${error.message}`) : error;
    });
    const text = properties?.reasonString;
    const refused = this.filters.filter((_, i) => (reasonCodes[i] ?? 0x80) >= 0x80);
    if (refused.length > 0) {
      await client.end();
      const codes = reasonCodes.filter((code) => code >= 0x80).map((code) => `0x${code.toString(16)}`);
      throw new CommandError(`the server refused ${refused.join(" and ")}: ${text ?? `reason ${codes.join(", ")}`}`);
    }
    if (text !== undefined && text !== "") this.say(text);
  }

  private show(packet: PublishPacket): void {
    if (this.over) return;
    const message = readMessage(packet, this.broker.config.prefix, Date.now());
    this.io.out(this.json ? json(message, 0) : this.printer.line(message));
    if (--this.left <= 0) this.stop();
  }

  private say(text: string): void {
    this.io.err(`${colors(this.io.color).dim(`# ${visible(text)}`)}\n`);
  }
}

/** Not a CommandError, which ends the tail. */
function unreachable(why: string): Error {
  return Object.assign(new Error(why), { syscall: "connect" });
}
