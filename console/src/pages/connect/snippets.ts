import { arduino } from "./snippets-arduino.ts";
import { homeAssistant } from "./snippets-home-assistant.ts";
import { chirpstack, theThingsStack } from "./snippets-lorawan.ts";
import { nodeRed } from "./snippets-node-red.ts";
import { shell } from "../../parts/shell.ts";
import type { Snippet } from "./snippet.ts";
import type { Way } from "./search.ts";
import { deviceTopics, jsonSample, publishTopic, sampleOf, type Target } from "./target.ts";

/** The code of a way, with everything filled in. It is code: it has no language but its own. */
export function snippetsOf(way: Way, target: Target): readonly Snippet[] {
  switch (way) {
    case "mosquitto":
      return [...caFile(target), ...mosquitto(target)];
    case "python":
      return [...caFile(target), { what: "program", code: python(target) }];
    case "javascript":
      return [...caFile(target), { what: "program", code: javascript(target) }];
    case "arduino":
      return [{ what: "sketch", code: arduino(target) }];
    case "node-red":
      return nodeRed(target);
    case "http":
      return http(target);
    case "tti":
      return theThingsStack(target);
    case "chirpstack":
      return chirpstack(target);
    case "home-assistant":
      return [...caFile(target), ...homeAssistant(target)];
  }
}

const json = (value: unknown) => JSON.stringify(value);

function caFile({ tls, ownCa, origin, token }: Target): Snippet[] {
  if (!tls || !ownCa) return [];
  // the first time nobody can check the certificate by which the file comes, unless it comes from this page
  const insecure = origin.startsWith("https:") ? " -k" : "";
  const code = `curl${insecure} -o ca.pem -H ${shell(`Authorization: Token ${token}`)} ${origin}/api/v1/connection/ca`;
  return [{ what: "ca", code }];
}

function mosquitto(target: Target): Snippet[] {
  const { host, port, tls, ownCa, token, field } = target;
  const trust = !tls ? "" : ownCa ? " --cafile ca.pem" : " --tls-use-os-certs";
  const way = `-V 5 -h ${host} -p ${port}${trust} -u ${shell(token)} -P ${shell(token)}`;
  return [
    {
      what: "publish",
      code: `mosquitto_pub ${way} \\\n  -q 1 -t ${shell(publishTopic(target))} -m ${shell(sampleOf(field.type))}`,
    },
    { what: "listen", code: `mosquitto_sub ${way} \\\n  -v -t ${shell(deviceTopics(target))}` },
  ];
}

function python(target: Target): string {
  const { host, port, tls, ownCa, token, field } = target;
  const trust = !tls ? "" : `\n    tls={${ownCa ? '"ca_certs": "ca.pem"' : ""}},`;
  return `# pip install paho-mqtt
import paho.mqtt.publish as publish

publish.single(
    ${json(publishTopic(target))}, ${json(sampleOf(field.type))}, qos=1,
    hostname=${json(host)}, port=${port},${trust}
    auth={"username": ${json(token)}, "password": ${json(token)}},
)`;
}

function javascript(target: Target): string {
  const { host, port, tls, ownCa, token, field } = target;
  const own = tls && ownCa;
  const address = `${tls ? "mqtts" : "mqtt"}://${host.includes(":") ? `[${host}]` : host}:${port}`;
  return `// npm install mqtt
${own ? `import { readFileSync } from ${json("node:fs")};\n` : ""}import mqtt from ${json("mqtt")};

const client = await mqtt.connectAsync(${json(address)}, {
  protocolVersion: 5,
  username: ${json(token)},
  password: ${json(token)},${own ? '\n  ca: readFileSync("ca.pem"),' : ""}
});
await client.publishAsync(${json(publishTopic(target))}, ${json(sampleOf(field.type))}, { qos: 1 });
await client.endAsync();`;
}

function http({ origin, token, product, device, field, integrationKey }: Target): Snippet[] {
  const value = jsonSample(field.type);
  const insecure = origin.startsWith("https:") ? " -k" : "";
  const post = (address: string, body: unknown) =>
    `curl${insecure} -X POST ${address} \\\n  -H 'Content-Type: application/json' -d ${shell(json(body))}`;
  const request = post(`${origin}/api/v1/products/${product}/devices/${encodeURIComponent(device)}/measurements`, {
    [field.id]: value,
  });
  return [
    { what: "request", code: `${request} \\\n  -H ${shell(`Authorization: Token ${token}`)}` },
    ...(integrationKey === null
      ? []
      : [
          {
            what: "keyRequest" as const,
            code: post(`${origin}/integrations/api/${integrationKey}/`, { device, [field.id.toLowerCase()]: value }),
          },
        ]),
  ];
}
