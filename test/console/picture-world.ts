import type { TestServer } from "../run/server.ts";
import { until } from "../run/until.ts";
import { Visitor } from "./browser.ts";

/** What the demo fleet has not by itself, so that pictures show pages with something in them: rules, alerts, a broker elsewhere. */
const RULES = [
  {
    name: "A cold room in the old warehouse at the harbour is warmer than its goods can bear",
    description: "Call the service desk, then look whether the door is closed.",
    scope: { products: ["cold-storage"], tags: ["plant-1", "plant-2", "headquarters"] },
    trigger: { type: "measurement", fields: ["TEMPERATURE"] },
    condition: {
      all: [
        { field: "TEMPERATURE", operator: ">", value: -15, hysteresis: 1 },
        { field: "DOOR", operator: "=", value: false },
      ],
    },
    ...{ for: "10m", repeat: "1h", alert: { severity: "critical", text: "{{ device.name }} is at {{ value }}" } },
    actions: [{ type: "email", to: ["service@example.com"] }],
  },
  {
    name: "Says nothing",
    trigger: { type: "silence" },
    alert: { severity: "warning", text: "{{ device.name }} says nothing any more" },
    actions: [{ type: "notification", text: "Look after {{ device.name }}" }],
  },
  {
    name: "Has left the yard",
    scope: { products: ["tracker"] },
    trigger: { type: "geofence", field: "POSITION", lat: 52.52, lng: 13.405, radius: 500, event: "leave" },
    active: false,
  },
];

/** Makes them in the workspace of the demo fleet, and waits until silent devices have opened alerts. */
export async function fillForPictures(server: TestServer): Promise<void> {
  const visitor = await Visitor.open(server);
  await visitor.signIn();
  for (const rule of RULES) await visitor.api("POST", "/workspaces/demo/rules", rule);
  await visitor.api("POST", "/workspaces/demo/brokers", {
    name: "Broker of the plant in Bremerhaven",
    addresses: ["mqtts://broker.example.com:8883"],
    account: "Wall display",
    routes: [{ direction: "forward", pattern: "plant/#", way: "in" }],
  });
  await until("alerts of silent devices", async () => {
    const { items } = await visitor.api("GET", "/workspaces/demo/alerts");
    return (items as readonly unknown[]).length > 3;
  });
  await visitor.close();
}
