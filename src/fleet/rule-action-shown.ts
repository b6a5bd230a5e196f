import type { RuleAction } from "./rule-action-rows.ts";
import { type ActionWish, KEPT } from "./rule-action-wish.ts";

/**
 * The actions of a row, as answers have them: no secrets.
 * @param nameOf `product/device`; undefined: it is gone
 */
export function actionsShown(
  actions: readonly RuleAction[],
  nameOf: (device: number) => string | undefined,
): readonly ActionWish[] {
  // of what is gone there is no name, and none that would be taken: a change has to name another
  const named = (device: number | null) => (device === null ? null : (nameOf(device) ?? `gone/${device}`));
  return actions.map((one): ActionWish => {
    const on = [...one.on];
    switch (one.type) {
      case "email":
        return { ...one, on, to: [...one.to] };
      case "webhook": {
        const headers = Object.fromEntries(Object.keys(one.headers).map((name) => [name, null]));
        return { ...one, on, headers, secret: one.secret === null ? null : KEPT };
      }
      case "field":
        return { ...one, on, device: named(one.device) };
      case "downlink":
        return { ...one, on, device: named(one.device), values: { ...one.values } };
      case "message":
      case "notification":
        return { ...one, on };
      default:
        return one satisfies never;
    }
  });
}
