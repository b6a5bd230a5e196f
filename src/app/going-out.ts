import type { Sandbox } from "../decoders/sandbox.ts";
import type { InboundParts } from "../integrations/open.ts";
import type { Rules } from "../integrations/rules/rules.ts";
import { decodedTo, downlinksTo } from "../integrations/webhooks/outside.ts";
import { openAlerts } from "./alerts.ts";
import { brokersOf } from "./brokers.ts";
import type { Core } from "./core.ts";
import { openDownlinks } from "./downlinks.ts";
import { openFormulas } from "./formulas.ts";
import { homeAssistantsOf } from "./home-assistant.ts";
import { mailerOf } from "./people.ts";
import { rulesOf } from "./rules.ts";
import { sparkplugOf } from "./sparkplug.ts";
import { webhooksOf } from "./webhooks.ts";

/** Builds what goes out: to devices, to addresses and brokers elsewhere, to people. Nothing does before it is started. */
export async function openGoingOut(core: Core, sandbox: Sandbox, inbound: InboundParts) {
  const { config, clock, engine } = core;
  const { directory } = engine;
  const downlinks = await openDownlinks(core, sandbox);
  inbound.inbound.listen({ event: downlinks.heard });
  const sparkplug = sparkplugOf(core, inbound);
  downlinks.toSparkplug((device, writes) => sparkplug.send(device, writes));
  const webhooks = webhooksOf(core);
  const brokers = brokersOf(core, sandbox, inbound.inbound);
  downlinks.toBrokers((device, topic, payload) => brokers.publish(device, topic, payload));
  const known: { rules: Rules | null } = { rules: null };
  const { alerts, depthOf } = await openAlerts(core, downlinks.downlinks, await mailerOf(config), (rule, one) =>
    known.rules?.log.note(rule, { ...one, device: one.device || null, time: clock.micros(), values: [] }),
  );
  const rules = rulesOf(core, { taker: alerts, depthOf });
  known.rules = rules;
  const outgoing = [webhooks, brokers, homeAssistantsOf(core), rules, await openFormulas(core)];
  inbound.inbound.listen(decodedTo(webhooks, directory));
  downlinks.downlinks.book.onChange(downlinksTo(webhooks, directory, clock));
  return { downlinks, sparkplug, webhooks, alerts, brokers, rules, outgoing };
}
