import { AcknowledgedFlood, FLOOD_ROWS } from "./acknowledged-flood.ts";
import { allDevices, type Scenario } from "./scenario.ts";

const [acknowledged, delivered, ...others] = FLOOD_ROWS;

/** Publishers at QoS 1, and members of one shared subscription that share what they publish. */
export const shared: Scenario = {
  id: "shared",
  group: "core",
  title: ({ publishers, members, window }) =>
    `${publishers} publishers → 1 shared subscription of ${members} members, QoS 1, ${window} in flight each`,
  rows: [
    acknowledged,
    ...(delivered ? [delivered] : []),
    { key: "least", label: "least of a member, of an even share", unit: "percent" },
    ...others,
  ],
  aim: "–",
  cannot: { aedes: "knows no shared subscriptions" },
  load: async (options) => {
    const filter = `$share/bench/${allDevices(options)}`;
    const flood = await AcknowledgedFlood.start(options, { qos: 1, subscribers: options.members, filter });
    const rates = await flood.measure();
    const share = await flood.finish();
    const least = (Math.min(...flood.received) / flood.counters.delivered) * options.members;
    return { ...rates, share, least };
  },
};
