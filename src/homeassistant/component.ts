import type { Semantic } from "../fleet/types.ts";
import { binaryClass, sensorClass, stateClass, unitOf } from "./classes.ts";
import type { Component, DescribedDevice, DescribedField, Platform, Topics } from "./types.ts";

/** Home Assistant's longest state, in characters; a longer one is an error there. */
const LONGEST_STATE = 255;
/** The numbers that may be set: as far as a double counts whole numbers exactly. */
const FARTHEST = Number.MAX_SAFE_INTEGER;
/** Its smallest step of a number. */
const SMALLEST_STEP = 0.001;
const MOST_DECIMALS = 3;

/** What may be said of a field that can be set all the same; with any other semantic it is something that is measured. */
const SET = new Set<Semantic>(["device_powered", "hvac_active", "light_on", "valve_opened"]);

/**
 * Whether a field is to be set from Home Assistant: the account may record, and the field says so. One that says nothing is set when it has
 * neither a unit nor a semantic of something that is measured. A running total and a position are never set by hand.
 */
function isSet({ form, isTotal, ...field }: DescribedField, { mayRecord }: DescribedDevice): boolean {
  if (!mayRecord || isTotal || form === "position") return false;
  const { semantic, role, unit, settable } = field;
  if (settable !== undefined) return settable;
  if (role === "device_battery" || role === "device_signal" || unit !== null) return false;
  return semantic === undefined || SET.has(semantic);
}

/** The field of a device as a component, by its key; null: it takes no values any more. */
export function componentOf(
  device: DescribedDevice,
  field: DescribedField,
  topics: Topics,
): readonly [key: string, component: Component] | null {
  if (field.active === false) return null;
  const own = isSet(field, device) ? writable(device, field) : readOnly(device, field);
  const { product, id, uid } = device;
  const value = topics.value(product.slug, id, field.id);
  const component: Component = {
    p: own.p,
    name: field.name,
    uniq_id: `${idOf(product.uuid, uid)}_${field.id}`,
    ...(own.p === "device_tracker" ? { json_attr_t: value } : { stat_t: value }),
    ...(own.isSet ? { cmd_t: topics.command(product.slug, id, field.id) } : {}),
    ...(isDiagnostic(field) ? { ent_cat: "diagnostic" } : {}),
    ...own.more,
  };
  return [keyOf(field.id, own.p), component];
}
/** Another platform is another component: Home Assistant cannot change the one of an entity. */
function keyOf(field: string, platform: Platform): string {
  return `${field}_${platform}`;
}
/** How Home Assistant tells the device from all others, of this and of other instances; it stays when the device or its product is renamed. */
export function idOf(product: string, uid: number): string {
  return `fieldcast_${product.replaceAll("-", "")}_${uid}`;
}

interface Own {
  readonly p: Platform;
  readonly isSet: boolean;
  readonly more: Readonly<Record<string, string | number | boolean>>;
}

function readOnly(device: DescribedDevice, field: DescribedField): Own {
  const { form, semantic } = field;
  switch (form) {
    case "boolean": {
      const deviceClass = binaryClass(semantic);
      return seen("binary_sensor", { ...words(device), ...(deviceClass === null ? {} : { dev_cla: deviceClass }) });
    }
    case "text":
      return seen("sensor", { val_tpl: SHORTENED });
    case "position":
      return seen("device_tracker", { src_type: "gps", json_attr_tpl: POSITION });
    case "number":
      return seen("sensor", {
        ...numbers(field),
        stat_cla: stateClass(classOf(field), field.isTotal),
        ...(field.decimals === undefined ? {} : { sug_dsp_prc: field.decimals }),
      });
  }
}
function writable(device: DescribedDevice, field: DescribedField): Own {
  switch (field.form) {
    case "boolean":
      return set("switch", words(device));
    case "text":
      // an empty payload is no value (wire contract section 5)
      return set("text", { min: 1, max: LONGEST_STATE, val_tpl: SHORTENED });
    default:
      return set("number", {
        ...numbers(field),
        min: -FARTHEST,
        max: FARTHEST,
        step: field.isWhole ? 1 : stepOf(field),
        mode: "box",
      });
  }
}
function seen(p: Platform, more: Own["more"]): Own {
  return { p, isSet: false, more };
}
function set(p: Platform, more: Own["more"]): Own {
  return { p, isSet: true, more };
}

/** Unit and class of a field of numbers. */
function numbers(field: DescribedField): Own["more"] {
  const unit = unitOf(field.unit);
  const deviceClass = classOf(field);
  return {
    ...(unit === "" ? {} : { unit_of_meas: unit }),
    ...(deviceClass === null ? {} : { dev_cla: deviceClass }),
  };
}
function classOf({ semantic, unit, isTotal }: DescribedField): string | null {
  return sensorClass(semantic, unitOf(unit), isTotal);
}
function stepOf({ decimals = MOST_DECIMALS }: DescribedField): number {
  return Math.max(SMALLEST_STEP, 10 ** -decimals);
}
/** How true and false are published, which is taken in a publish, too. */
function words({ boolText }: DescribedDevice): Own["more"] {
  return boolText === "True" ? { pl_on: "True", pl_off: "False" } : { pl_on: "true", pl_off: "false" };
}
function isDiagnostic({ role, semantic }: DescribedField): boolean {
  if (role === "device_battery" || role === "device_signal") return true;
  return semantic === "battery" || semantic === "battery_low" || semantic === "signal" || semantic === "snr";
}

/** A longer text would be an error there, not a state. */
const SHORTENED = `{{ value[:${LONGEST_STATE}] }}`;
/** From `(lat,lng)` to the attributes of a tracker. */
const POSITION =
  "{% set at = value[1:-1].split(',') %}" +
  "{{ {'latitude': at[0] | float, 'longitude': at[1] | float, 'gps_accuracy': 0} | tojson }}";
