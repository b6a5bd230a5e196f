import { Refusal } from "../../base/errors.ts";
import { NO_DEVICE_THERE } from "../../fleet/named.ts";
import { type GraphContext, codeOf, mustBeSomebody } from "./context.ts";

/** Records a value as a measurement. Refusals are told as by every other way: in the device's log and on `dtck-errors/…`. */
export async function setValue(
  _: unknown,
  { input }: { input: { readonly deviceId: string; readonly fieldName: string; readonly value: unknown } },
  context: GraphContext,
) {
  const { deps } = context;
  const { principal } = mustBeSomebody(context);
  try {
    const device = deps.directory
      .devicesNamed(input.deviceId)
      .find((one) => principal.mayView(one) || principal.mayRecord(one));
    if (!device) throw new Refusal("unknown_device", NO_DEVICE_THERE);
    const payload = new TextEncoder().encode(JSON.stringify(input.value));
    const seconds = deps.brakes.record(principal.key, payload.length);
    if (seconds > 0)
      throw new Refusal("rate_limited", `This account records faster than it may. Try again in ${seconds} s.`);
    const field = input.fieldName.toUpperCase();
    const topic = `${deps.prefix}-pub/${device.product.row.slug}/${device.row.id}/${field}`;
    await deps.recorder.submit({
      principal,
      device,
      rows: [{ index: 0, field, value: input.value, time: null }],
      topic,
      payload,
    });
    return { ok: true, error: null };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const [bad] = error.rows ?? [];
    const code = codeOf(bad ? new Refusal(bad.code, bad.message) : error);
    return { ok: false, error: { code, details: bad?.message ?? error.message } };
  }
}
