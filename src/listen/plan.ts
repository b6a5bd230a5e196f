/** Listeners as the settings ask for them. */

export type DoorName = "mqtt" | "mqtts" | "http" | "https" | "wss";
export interface DoorPlan {
  readonly name: DoorName;
  readonly host: string;
  readonly port: number;
}
