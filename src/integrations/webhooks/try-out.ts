import { errorText, Refusal } from "../../base/errors.ts";
import type { Webhook, WebhookEvent } from "../../fleet/types.ts";
import { type Sent, SAMPLES } from "../../fleet/webhooks.ts";
import { printTime } from "../../measure/time.ts";
import { attempt } from "./attempt.ts";
import { Form } from "./forms.ts";
import { deviceOf, wantsDevice } from "./items.ts";
import type { WebhookNeeds } from "./needs.ts";
import type { OpenHook } from "./open-hook.ts";
import { viewOf } from "./rights.ts";
import { signedHeaders } from "./sign.ts";
import type { WebhookPreview, WebhookTest } from "./types.ts";

/** Sends a sample, once: of a device that the webhook would tell of, where there is one. @throws Refusal invalid_request the template cannot be filled */
export async function tryOut(
  needs: WebhookNeeds,
  hook: OpenHook,
  event: WebhookEvent | undefined,
): Promise<WebhookTest> {
  const { row } = hook;
  const { clock, post } = needs;
  const id = `${row.uid}-test-${clock.micros().toString(36)}`;
  const rendered = filled(row, sampleOf(needs, row, event, id).sample);
  const { body } = rendered;
  const signed = signedHeaders(row, id, body, clock.micros());
  const result = await attempt(post, clock, row.url, {
    body,
    headers: { "user-agent": "fieldcast", ...rendered.headers, ...signed },
  });
  hook.teller.called({ id, events: 1, tries: 1, rendered }, result);
  const { status, ms, error, answer } = result;
  const own = Object.keys(row.headers).map((name) => [name.toLowerCase(), "…"] as const);
  const headers = { ...rendered.headers, ...signed, ...Object.fromEntries(own) };
  return { accepted: error === null, status, ms, error, answer, request: { headers, body } };
}

/** What a request of a webhook would hold, unsent: of a device that it would tell of, where there is one. @throws Refusal invalid_request the template cannot be filled */
export function preview(needs: WebhookNeeds, row: Webhook, event: WebhookEvent | undefined): WebhookPreview {
  const { sample, real } = sampleOf(needs, row, event, `1-preview-${needs.clock.micros().toString(36)}`);
  return { event: sample, real, ...filled(row, sample) };
}
function filled(row: Webhook, sample: Sent): ReturnType<Form["render"]> {
  try {
    return new Form(row).render([sample]);
  } catch (error) {
    throw new Refusal("invalid_request", `The template cannot be filled: ${errorText(error)}`);
  }
}
function sampleOf(needs: WebhookNeeds, row: Webhook, event: WebhookEvent | undefined, id: string) {
  const kind = event ?? row.events[0] ?? "device_measurement";
  const workspace = needs.directory.workspace(row.workspace)?.slug ?? "";
  const own = ownSample(needs, row, kind);
  const sample: Sent = { ...SAMPLES[kind], ...own, id, workspace };
  return { sample, real: own.data !== undefined };
}

/** The newest measurement of a device that it may tell of. */
function ownSample(needs: WebhookNeeds, row: Webhook, kind: WebhookEvent): Partial<Sent> {
  const mayView = viewOf(needs, row);
  if (mayView === null || (kind !== "device_measurement" && kind !== "device_online" && kind !== "device_offline"))
    return {};
  for (const product of needs.directory.productsOf(row.workspace))
    for (const device of product.devicesById.values()) {
      if (!wantsDevice(row, device) || !mayView(device)) continue;
      for (const { row: field } of product.fields.values()) {
        const current = needs.series.current(needs.series.idOf(device.row.uid, field.uid) ?? 0);
        if (current === null || (row.filter.fields.length > 0 && !row.filter.fields.includes(field.id))) continue;
        const timestamp = printTime(current.time);
        if (kind !== "device_measurement")
          return {
            timestamp,
            data: { device: deviceOf(device), online: kind === "device_online", last_heard: timestamp },
          };
        const unit = field.unit === null ? {} : { unit: field.unit };
        const { value, time } = current;
        return {
          timestamp,
          data: { device: deviceOf(device), field: field.id, value, timestamp: time / 1e6, ...unit },
        };
      }
    }
  return {};
}
