import type { Network } from "../../../../sdk/operations.js";

/** What the form of a network holds. */

export type NetworkType = Network["type"];
export type NetworkSetting = "server" | "application" | "webhook" | "key";
export const NETWORK_TYPES: Readonly<Record<NetworkType, string>> = {
  tti: "The Things Stack",
  chirpstack: "ChirpStack 4 (gRPC)",
  chirpstack_rest: "ChirpStack 4 (REST)",
  chirpstack_v3: "ChirpStack 3",
  helium: "Helium Console",
  loriot: "LORIOT",
  actility: "Actility ThingPark",
  http: "HTTP",
};

/** What each type needs, and what it takes beside (docs/downlinks.md "Networks"); the server says so, too. */
const SETTINGS: Readonly<Record<NetworkType, Readonly<Partial<Record<NetworkSetting, "needed" | "taken">>>>> = {
  tti: { server: "needed", application: "taken", webhook: "taken", key: "taken" },
  chirpstack: { server: "needed", key: "needed" },
  chirpstack_rest: { server: "needed", key: "needed" },
  chirpstack_v3: { server: "needed", key: "needed" },
  helium: { server: "taken" },
  loriot: { server: "needed", application: "needed", key: "needed" },
  actility: { server: "needed", application: "taken", key: "taken" },
  http: { server: "taken", key: "taken" },
};
/** An address as each type's look, to show the form of it. */
export const SERVER_EXAMPLES: Readonly<Record<NetworkType, string>> = {
  tti: "https://eu1.cloud.thethings.network",
  chirpstack: "https://chirpstack.example.com:8080",
  chirpstack_rest: "https://chirpstack.example.com:8090",
  chirpstack_v3: "https://chirpstack.example.com:8080",
  helium: "https://console.helium.com",
  loriot: "https://eu1.loriot.io",
  actility: "https://api.thingpark.com/thingpark/lrc/rest",
  http: "https://api.example.com",
};

export interface NetworkForm {
  readonly name: string;
  readonly type: NetworkType;
  readonly server: string;
  readonly application: string;
  readonly webhook: string;
  /** What is typed; "": the one that there is stays. */
  readonly key: string;
  /** The key that there is is taken away. */
  readonly dropsKey: boolean;
}
export const NEW_NETWORK: NetworkForm = {
  name: "",
  type: "tti",
  server: "",
  application: "",
  webhook: "",
  key: "",
  dropsKey: false,
};

export function networkFormOf({ name, type, server, application, webhook }: Network): NetworkForm {
  return {
    ...NEW_NETWORK,
    ...{ name, type },
    server: server ?? "",
    application: application ?? "",
    webhook: webhook ?? "",
  };
}

/** Whether a type of network takes a setting; undefined: it has no use for it. */
export function demandOf(type: NetworkType, setting: NetworkSetting): "needed" | "taken" | undefined {
  return SETTINGS[type][setting];
}

/** What the API takes: what the type has no use for is taken away, and a key that was not typed stays. */
export function networkBodyOf(form: NetworkForm, isNew: boolean) {
  const { type } = form;
  const text = (setting: "server" | "application" | "webhook") => {
    const said = form[setting].trim();
    return said === "" || demandOf(type, setting) === undefined ? null : said;
  };
  const settings = { server: text("server"), application: text("application"), webhook: text("webhook") };
  const given = isNew ? Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== null)) : settings;
  const takesKey = demandOf(type, "key") !== undefined;
  const key =
    takesKey && form.key !== "" ? { key: form.key } : !isNew && (form.dropsKey || !takesKey) ? { key: null } : {};
  return { type, ...given, ...key };
}
