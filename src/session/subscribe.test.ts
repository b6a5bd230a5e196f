import { describe, expect, test } from "bun:test";
import { PlatformTopics } from "../topic/platform.ts";
import { decideSubscription, type SubscriberScope } from "./subscribe.ts";

const OFF = new PlatformTopics("dtck");
const ON = new PlatformTopics("dtck", true);
const NOBODY: SubscriberScope = { operate: false, couldEverView: () => false, free: null };
const VIEWER: SubscriberScope = { ...NOBODY, couldEverView: ({ product }) => product === null || product === "p" };
/** May receive free topics under `home`. */
const FREE: SubscriberScope = {
  ...NOBODY,
  free: { couldReceive: (filter) => ["#", "home/+"].includes(filter) },
};
const decide = (filter: string, who: SubscriberScope, topics = ON) => decideSubscription(filter, topics, who, 32);
const reason = (filter: string, who: SubscriberScope, topics = ON) => {
  const decision = decide(filter, who, topics);
  return decision.granted ? "granted" : `0x${decision.reason.toString(16)} ${decision.message}`;
};

describe("a filter is granted by what it could match in either world (sections 4, 7 and 8)", () => {
  const table: [string, SubscriberScope, RegExp][] = [
    ["home/+", FREE, /^granted$/],
    ["garden/+", FREE, /^0x87 .*leave nothing under this filter/],
    ["home/+", VIEWER, /^0x87 .*needs a grant \(free_topics\)/],
    ["+/x/+/+/+/+", NOBODY, /^0x87 .*no rights on free topics/],
    ["+/p/d/T", NOBODY, /^granted$/], // by dtck-errors
    ["#", NOBODY, /^granted$/], // by dtck-errors
    ["dtck/p/#", FREE, /^0x87 .*may not view any device/],
    ["dtck/p/#", VIEWER, /^granted$/],
    ["dtck-other/x", FREE, /^0x87 No topic matches this/],
    ["dtck-pub/#", FREE, /^0x87 .*subscribe to dtck\/… instead/],
    ["$other/#", FREE, /^0x87 No topic matches this/],
    ["$SYS/#", FREE, /^0x87 .*operate/],
    ["a#", FREE, /^0x8f /],
  ];
  for (const [filter, who, says] of table)
    test(`${filter}: ${says.source}`, () => expect(reason(filter, who)).toMatch(says));
});

describe("while free topics are off", () => {
  const table: [string, RegExp][] = [
    ["home/+", /^0x87 No topic matches this.* Free topics are off on this instance \(--free-topics\)\.$/],
    ["dtck-other/x", /^0x87 No topic matches this[^(]*$/],
    ["dtck/p/d/T", /^0x87 .*may not view any device/],
    ["#", /^granted$/],
  ];
  for (const [filter, says] of table)
    test(`${filter}: ${says.source}`, () => expect(reason(filter, FREE, OFF)).toMatch(says));
});

test("the answer names the filter as it is read", () => {
  expect(decide("dtck/p/*/t", VIEWER)).toEqual({
    granted: true,
    canonical: "dtck/p/+/T",
    note: "The filter is read as dtck/p/+/T",
  });
  expect(decide("home/+", FREE)).toEqual({ granted: true, canonical: "home/+", note: null });
});
