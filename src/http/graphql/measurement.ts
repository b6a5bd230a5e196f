import type { Cell } from "../../history/types.ts";
import { specOf } from "../../measure/types.ts";
import type { GraphContext } from "./context.ts";
import type { Current } from "./current.ts";
import { figuresOf, windowOf } from "./history.ts";
import { numberOf, textOf, timeText } from "./values.ts";

interface Window {
  readonly timeRangeStart: string;
  readonly timeRangeEnd: string;
}
function asFloat(cell: Cell): number | null {
  return cell === null ? null : numberOf(cell);
}
/** A figure of a window that the arguments say. */
function figure(aggregation: string) {
  return async (now: Current, { timeRangeStart, timeRangeEnd }: Window, context: GraphContext) => {
    const [cell = null] = await figuresOf(context, now.device, now.field, windowOf(timeRangeStart, timeRangeEnd), [
      aggregation,
    ]);
    return asFloat(cell);
  };
}
/** How much the total grew with its newest reading. */
async function lastIncrease(context: GraphContext, { device, field, time }: Current): Promise<number | null> {
  const [cell = null] = await figuresOf(context, device, field, { from: time, to: time + 1 }, ["CHANGE"]);
  return asFloat(cell);
}

/** DeviceCurrentMeasurementType. */
export const MEASUREMENT = {
  id: ({ device, field }: Current) => `${device.row.id}:${field.row.id}`,
  field: ({ field }: Current) => field,
  modified: ({ time }: Current) => timeText(time),
  async value(now: Current, given: Partial<Window>, context: GraphContext) {
    const { timeRangeStart, timeRangeEnd } = given;
    if (timeRangeStart != null && timeRangeEnd != null)
      return figure("LAST")(now, { timeRangeStart, timeRangeEnd }, context);
    return specOf(now.field.row.type).isTotal ? lastIncrease(context, now) : numberOf(now.value);
  },
  valueString: ({ field, value }: Current) => textOf(field.row.type, value),
  valueCounterAbs: ({ field, value }: Current) => (specOf(field.row.type).isTotal ? (numberOf(value) ?? 0) : 0),
  sum: figure("SUM"),
  average: figure("AVG"),
  minimum: figure("MIN"),
  maximum: figure("MAX"),
  async change(now: Current, { timeRangeStart, timeRangeEnd }: Window, context: GraphContext) {
    const range = windowOf(timeRangeStart, timeRangeEnd);
    const [first = null, last = null] = await figuresOf(context, now.device, now.field, range, ["FIRST", "LAST"]);
    const [from, to] = [asFloat(first), asFloat(last)];
    return from === null || to === null ? null : to - from;
  },
};
