import { errorText } from "../../base/errors.ts";
import { type Broker, findBroker } from "../broker.ts";
import { CommandError } from "../failure.ts";
import { MqttClient } from "../mqtt-client.ts";
import { showMqttUrl } from "../mqtt-url.ts";
import { colors, json, plural, visible } from "../text.ts";
import type { Io } from "../types.ts";
import { makePlan, type Plan } from "./plan.ts";
import { progress, renderSummary, summarise } from "./render.ts";
import { Simulation } from "./run.ts";

/** `simulate`: exit code 1 when something was refused, lost or not answered. */
export async function simulate(
  io: Io,
  _args: readonly string[],
  flags: Readonly<Record<string, unknown>>,
): Promise<number> {
  const broker = await findBroker(io, flags);
  const plan = await makePlan(flags, broker.local, broker.absent);
  await broker.local?.close();
  const where = showMqttUrl(broker.url);
  const simulation = new Simulation(
    plan,
    broker.config.prefix,
    connector(broker),
    () => performance.now(),
    Math.random,
  );
  io.err(
    `${plural(plan.devices.length, "device")} of ${visible(plan.product)}: ${visible(plan.field.id)} (${plan.field.type}) ` +
      `to ${where}, ${plural(plan.rate, "message")}/s at QoS ${plan.qos} for ${plan.duration} s, Ctrl-C ends\n`,
  );
  let interrupted = 0;
  const quiet = io.onSignal(() => {
    if (interrupted++ > 0) io.exit(130);
    simulation.stop();
  });
  const meter = startMeter(io, simulation, plan);
  try {
    await simulation.run();
  } catch (error) {
    throw new CommandError(`${where}: ${errorText(error)}${broker.absent === null ? "" : ` (${broker.absent})`}`);
  } finally {
    meter();
    quiet();
  }
  const summary = summarise(simulation.figures, plan, simulation.elapsed);
  io.out(flags.json === true ? json(summary) : renderSummary(summary, colors(io.color)));
  return summary.refused + summary.unanswered + summary.connectionsLost + summary.notConnected > 0 ? 1 : 0;
}

function connector({ url, token, ca }: Broker) {
  return (device: string, onClose: (why: string) => void) =>
    MqttClient.connect({ url, token, ca, clientId: `simulated-${device}`, keepAlive: 60, onClose });
}

/** Says how far it is: on a terminal on one line four times a second, otherwise a line every 5 s. @returns stops it */
function startMeter(io: Io, simulation: Simulation, plan: Plan): () => void {
  const live = io.errTerminal;
  const period = live ? 250 : 5000;
  let begun = 0;
  let before = 0;
  const timer = setInterval(() => {
    const { figures } = simulation;
    if (begun === 0 && figures.sent > 0) begun = performance.now() - period;
    const seconds = begun === 0 ? 0 : (performance.now() - begun) / 1000;
    const rate = ((figures.sent - before) / period) * 1000;
    before = figures.sent;
    const line = progress(figures, plan, seconds, rate);
    io.err(live ? `\r\x1b[2K${line}` : `${line}\n`);
  }, period);
  return () => {
    clearInterval(timer);
    if (live) io.err("\r\x1b[2K");
  };
}
