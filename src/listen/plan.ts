/** Listeners as the settings ask for them. */

export type ListenerName = "mqtt" | "mqtts" | "http" | "https" | "wss";
export interface ListenerPlan {
  readonly name: ListenerName;
  readonly host: string;
  readonly port: number;
}
