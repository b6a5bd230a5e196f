import type { Snippet } from "./snippet.ts";
import { deviceTopics, publishTopic, sampleOf, type Target } from "./target.ts";

/** A flow to import: a button that publishes, and what comes back. Node-RED takes no passwords by import, so the token is given apart. */
export function nodeRed(target: Target): readonly Snippet[] {
  const { host, port, tls, token, field } = target;
  const flow = [
    {
      id: "fc1",
      type: "mqtt-broker",
      name: "fieldcast",
      broker: host,
      port,
      usetls: tls,
      tls: tls ? "fc2" : "",
      protocolVersion: "5",
    },
    ...(tls ? [{ id: "fc2", type: "tls-config", name: "fieldcast", verifyservercert: true }] : []),
    {
      id: "fc3",
      type: "inject",
      z: "fc0",
      name: "publish",
      payload: sampleOf(field.type),
      payloadType: "str",
      x: 120,
      y: 80,
      wires: [["fc4"]],
    },
    {
      id: "fc4",
      type: "mqtt out",
      z: "fc0",
      topic: publishTopic(target),
      qos: "1",
      retain: "false",
      broker: "fc1",
      x: 340,
      y: 80,
      wires: [],
    },
    {
      id: "fc5",
      type: "mqtt in",
      z: "fc0",
      topic: deviceTopics(target),
      qos: "1",
      datatype: "auto-detect",
      broker: "fc1",
      x: 140,
      y: 140,
      wires: [["fc6"]],
    },
    { id: "fc6", type: "debug", z: "fc0", active: true, x: 340, y: 140, wires: [] },
    { id: "fc0", type: "tab", label: "fieldcast" },
  ];
  return [
    { what: "flow", code: JSON.stringify(flow) },
    { what: "broker", code: `${token}\n${token}` },
  ];
}
