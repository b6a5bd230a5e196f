import type { Snippet } from "./snippet.ts";
import type { Target } from "./target.ts";

/** What Home Assistant's MQTT integration is told: the broker, and who it is. Devices appear there by themselves then. */
export function homeAssistant({ host, port, token }: Target): readonly Snippet[] {
  return [{ what: "broker", code: `${host}\n${port}\n${token}\n${token}` }];
}
