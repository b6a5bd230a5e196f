import { type Json, numberOf, positionOf, textOf, textsOf, Unreadable } from "../../../networks/values.ts";
import { nothing, objectOfPayload, ofDevice, onlineRow, type ReadyMap } from "../kit.ts";
import { place, row, type Values, valuesOf } from "../values.ts";
import { sureTime } from "../time.ts";
import type { Mapped, MapMessage, Parts } from "../types.ts";

/** OwnTracks on phones: where somebody is, and which places they enter and leave. */
export const owntracks: ReadyMap = {
  name: "owntracks",
  title: "OwnTracks",
  base: "owntracks",
  example: {
    topic: "owntracks/jane/pixel",
    payload: '{"_type":"location","lat":48.1372,"lon":11.5756,"acc":12,"batt":78,"tst":1772619070}',
  },
  subscribe: ["+/+", "+/+/event", "+/+/step"],
  topics: [
    { filter: "{user}/{device}", read },
    { filter: "{user}/{device}/event", read },
    { filter: "{user}/{device}/step", read },
  ],
};

const BATTERY = ["unknown", "unplugged", "charging", "full"] as const;
const CONNECTION: Readonly<Record<string, string>> = { w: "wifi", m: "mobile", o: "offline" };
const TRIGGER: Readonly<Record<string, string>> = {
  p: "ping",
  c: "region",
  C: "followed region",
  b: "beacon",
  r: "report location",
  u: "manual",
  t: "timer",
  v: "frequent locations",
};

function read(message: MapMessage, { user = "", device = "" }: Parts): Mapped {
  const body = objectOfPayload(message);
  const name = `${user}-${device}`;
  const label = `${user} ${device}`;
  switch (body._type) {
    case "location":
      return ofDevice([name], location(body), { label, time: sureTime(body.tst) });
    case "transition":
      return ofDevice([name], transition(body), { label, time: sureTime(body.tst) });
    case "steps":
      return ofDevice([name], valuesOf(row("STEPS", body.steps), row("DISTANCE", body.distance, "m")), {
        label,
        time: sureTime(body.tst),
      });
    // its `tst` is when the app connected; it is gone now
    case "lwt":
      return ofDevice([name], valuesOf([onlineRow(false)]), { label });
    case "encrypted":
      throw new Unreadable(
        "The payload is encrypted: take the secret out of the app's settings, and let TLS protect it.",
      );
    default:
      return nothing(`${(textOf(body._type) ?? "A message without _type").slice(0, 40)} is no value.`);
  }
}

function location(body: Json): Values {
  const { lat, lon } = body;
  const connection = textOf(body.conn);
  const trigger = textOf(body.t);
  const battery = numberOf(body.bs);
  return valuesOf(
    place(positionOf(lat, lon)),
    row("ACCURACY", body.acc, "m"),
    row("ALTITUDE", body.alt, "m"),
    row("VERTICAL_ACCURACY", body.vac, "m"),
    row("VELOCITY", body.vel, "km/h"),
    row("COURSE", body.cog, "°"),
    row("BATTERY", body.batt, "%"),
    row("BATTERY_STATUS", battery === null ? undefined : BATTERY[battery]),
    row("PRESSURE", body.p, "kPa"),
    row("CONNECTION", connection === null ? undefined : (CONNECTION[connection] ?? connection)),
    row("TRIGGER", trigger === null ? undefined : (TRIGGER[trigger] ?? trigger)),
    row("REGIONS", textsOf(body.inregions).join(", ") || undefined),
  );
}

function transition(body: Json): Values {
  return valuesOf(
    row("EVENT", body.event),
    row("REGION", body.desc),
    place(positionOf(body.lat, body.lon)),
    row("ACCURACY", body.acc, "m"),
  );
}
