/** The topics of a device, as they go into a client (wire contract section 4). */
export interface DeviceTopics {
  /** `FIELD` stands for one of the identifiers. */
  readonly publish: string;
  /** All fields in one message. */
  readonly publishAll: string;
  readonly subscribe: string;
  readonly errors: string;
}

export function topicsOf(prefix: string, product: string, device: string, field = "FIELD"): DeviceTopics {
  return {
    publish: `${prefix}-pub/${product}/${device}/${field}`,
    publishAll: `${prefix}-pub/${product}/${device}`,
    subscribe: `${prefix}/${product}/${device}/+`,
    errors: `${prefix}-errors/${product}/${device}/#`,
  };
}

/** The same for one field. */
export function fieldTopics(
  { publishAll, subscribe }: DeviceTopics,
  field: string,
): Pick<DeviceTopics, "publish" | "subscribe"> {
  return { publish: `${publishAll}/${field}`, subscribe: subscribe.replace(/\+$/, field) };
}
