import { type JsClient, mqttJs } from "../run/clients.ts";
import type { TestServer } from "../run/server.ts";
import { until } from "../run/until.ts";

/** A component as Home Assistant hears of it, as far as tests look. */
export interface Entity {
  readonly p: string;
  readonly name: string;
  readonly uniq_id: string;
  readonly stat_t?: string;
  readonly cmd_t?: string;
}
interface Config {
  readonly dev: { readonly ids: readonly string[]; readonly name: string };
  readonly avty_t: string;
  readonly cmps: Readonly<Record<string, Entity>>;
}

/**
 * A Home Assistant on a real MQTT client: it subscribes to what its integration subscribes to, keeps what it was told of each device, and
 * sends its birth message. What it holds is what a person would see there.
 */
export class HomeAssistant {
  /** By discovery topic. */
  readonly configs = new Map<string, Config>();
  /** Everything that came, oldest first. */
  readonly heard: { readonly topic: string; readonly payload: string; readonly retain: boolean }[] = [];

  private constructor(readonly js: JsClient) {}

  static async connect(server: TestServer, token: string, prefix = "homeassistant"): Promise<HomeAssistant> {
    const js = await mqttJs(`mqtt://127.0.0.1:${server.ports.mqtt}`, token, undefined, { protocolVersion: 4 });
    const one = new HomeAssistant(js);
    js.client.on("message", (topic, payload, { retain }) => one.took(topic, payload.toString(), retain));
    const granted = await js.client.subscribeAsync(
      [`${prefix}/+/+/config`, `${prefix}/+/+/+/config`, "tasmota/discovery/#"].map((topic) => topic),
      { qos: 0 },
    );
    if (granted.some(({ qos }) => qos > 2)) throw new Error("a subscription was refused");
    await js.client.publishAsync("homeassistant/status", "online", { qos: 0 });
    return one;
  }
  private took(topic: string, payload: string, retain: boolean): void {
    this.heard.push({ topic, payload, retain });
    if (!topic.endsWith("/config")) return;
    if (payload === "") this.configs.delete(topic);
    else this.configs.set(topic, JSON.parse(payload) as Config);
  }

  /** Names of the devices that it shows. */
  get devices(): string[] {
    return [...this.configs.values()].map(({ dev }) => dev.name).sort();
  }
  device(name: string): Config | undefined {
    return [...this.configs.values()].find(({ dev }) => dev.name === name);
  }
  /** The platforms of a device's fields: `DOOR switch`; one that was named to be removed is not there. */
  entities(name: string): string[] {
    const { cmps = {} } = this.device(name) ?? {};
    const there = Object.entries(cmps).filter(([, { uniq_id }]) => uniq_id !== undefined);
    return there.map(([key, { p }]) => `${key.slice(0, -p.length - 1)} ${p}`).sort();
  }
  entity(device: string, field: string): Entity {
    const found = Object.values(this.device(device)?.cmps ?? {}).find(({ uniq_id }) => uniq_id?.endsWith(`_${field}`));
    if (found === undefined) throw new Error(`${device} has no ${field}`);
    return found;
  }
  /** Waits until it shows these devices, and no others. */
  shows(...names: string[]): Promise<unknown> {
    return until(`Home Assistant shows ${names.join(", ") || "nothing"}`, () =>
      JSON.stringify(this.devices) === JSON.stringify([...names].sort()) ? true : null,
    );
  }
  /** Subscribes a topic, as Home Assistant does for each entity, and waits for a payload on it. */
  async hears(topic: string, payload: string): Promise<void> {
    await this.js.client.subscribeAsync(topic, { qos: 0 });
    await this.last(topic, payload);
  }
  /** Waits until a payload is the last that came on a topic. */
  async last(topic: string, payload: string): Promise<void> {
    await until(`${payload} on ${topic}`, () =>
      this.heard.findLast((one) => one.topic === topic)?.payload === payload ? true : null,
    );
  }
  end(): Promise<void> {
    return this.js.end();
  }
}
