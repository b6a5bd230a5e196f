import { publishTopic, sampleOf, type Target } from "./target.ts";

/** A sketch for an ESP32 with PubSubClient. */
export function arduino(target: Target): string {
  const { host, port, tls, ownCa, ca, token, device, field } = target;
  const own = tls && ownCa;
  const client = tls ? "WiFiClientSecure" : "WiFiClient";
  const trust = own
    ? "net.setCACert(CA);"
    : tls
      ? "net.setInsecure();  // or setCACert with the root of your certificate"
      : "";
  return `// Library Manager: PubSubClient
#include <${tls ? "WiFiClientSecure" : "WiFi"}.h>
#include <PubSubClient.h>

const char* TOKEN = "${token}";
${own ? `const char* CA = R"(${(ca ?? "the text of ca.pem").trim()}\n)";\n` : ""}
${client} net;
PubSubClient mqtt(net);

void setup() {
  WiFi.begin("your network", "its password");
  while (WiFi.status() != WL_CONNECTED) delay(200);
${tls ? '  configTime(0, 0, "pool.ntp.org");  // certificates are checked against the time\n' : ""}${trust === "" ? "" : `  ${trust}\n`}  mqtt.setServer("${host}", ${port});
}

void loop() {
  if (!mqtt.connected() && !mqtt.connect("${device}", TOKEN, TOKEN)) return delay(2000);
  mqtt.loop();
  mqtt.publish("${publishTopic(target)}", "${sampleOf(field.type).replaceAll('"', '\\"')}");
  delay(10000);
}`;
}
