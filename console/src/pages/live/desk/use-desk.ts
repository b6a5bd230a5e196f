import { useQuery } from "@tanstack/react-query";
import mqtt from "mqtt";
import { useEffect, useState, useSyncExternalStore } from "react";
import { ownRightsQuery } from "../../../api/session.ts";
import { api } from "../../../api/index.ts";
import { useInspector } from "../../../live/inspector.ts";
import type { InspectorEvent } from "../../../live/inspector.ts";
import { Desk } from "./desk.ts";
import type { DeskView } from "./desk-types.ts";

/** Of refusals that the server told; a publish at QoS 0 is answered by nothing else. */
const MOST_REFUSALS = 20;

/** The MQTT client of this page, while the part is there. */
export function useDesk(): { desk: Desk; view: DeskView; clientId: string } {
  const [clientId] = useState(() => `console-${crypto.getRandomValues(new Uint32Array(1))[0]?.toString(36)}`);
  const [desk] = useState(
    () =>
      new Desk({
        clientId,
        login: async () => {
          const { ticket, path } = (await api.createMqttTicket({})).data;
          return { url: `${location.origin.replace(/^http/, "ws")}${path}`, ticket };
        },
        connect: (url, options) => mqtt.connect(url, options),
        later: (run, ms) => {
          const timer = setTimeout(run, ms);
          return () => clearTimeout(timer);
        },
        now: () => Date.now(),
      }),
  );
  useEffect(() => {
    desk.start();
    return () => desk.stop();
  }, [desk]);
  const view = useSyncExternalStore(desk.watch, () => desk.view);
  return { desk, view, clientId };
}

/** What was refused of this account's publishes, newest first: with its code, by which it can be mended. */
export function useOwnRefusals(): readonly InspectorEvent[] {
  const { data } = useQuery(ownRightsQuery);
  const [refused, setRefused] = useState<readonly InspectorEvent[]>([]);
  useInspector(data === undefined ? null : { account: `u:${data.account.number}`, kind: "refused" }, (event) => {
    setRefused((before) => [event, ...before].slice(0, MOST_REFUSALS));
  });
  return refused;
}
