import { expect, test } from "bun:test";
import fc from "fast-check";
import { requestOf } from "./bodies/all.testing.ts";
import { Double, message, type Part, Single, structOf } from "./bodies/protobuf.testing.ts";
import { hexOf } from "./bytes.ts";
import { readNetwork } from "./index.ts";
import { readMessage } from "./protobuf.ts";
import type { NetworkEvent } from "./types.ts";

function read(event: string, parts: readonly Part[]): NetworkEvent {
  const bytes = Buffer.from(message(...parts)).toString("hex");
  const reading = readNetwork("chirpstack", requestOf({ bytes, query: { event } }));
  if (!reading.ok) throw new Error(reading.problem);
  return reading.events[0]!; // ChirpStack sends one
}

const TIME: Part = [
  2,
  [
    [1, 1_709_547_072],
    [2, 345_000_000],
  ],
];
const DEVICE: readonly Part[] = [
  [1, "52f14cd4"],
  [7, "Barn door"],
  [8, "0101010101010101"],
  [
    9,
    [
      [1, "row"],
      [2, "4"],
    ],
  ],
  [10, 2],
];
const AT = Date.parse("2024-03-04T10:11:12.345Z");

test("an uplink of ChirpStack 4", () => {
  const event = read("up", [
    [1, "3ac7e3c4"],
    TIME,
    [3, DEVICE],
    [4, "00189440"],
    [5, true],
    [7, 70_000],
    [8, 10],
    [9, true],
    [10, new Uint8Array([1, 2, 255])],
    [11, structOf({ open: true, deep: { list: [1.5, "a", null] } })],
    [
      12,
      [
        [1, "0016c001f153a14c"],
        [2, 4_217_106_255],
        [3, [[1, 1_709_547_072]]],
        [6, -36n],
        [7, new Single(10.5)],
        [8, 2],
        [
          12,
          [
            [1, new Double(46.1)],
            [2, new Double(6.2)],
            [3, new Double(410)],
            [4, 1],
          ],
        ],
        [
          15,
          [
            [1, "region_common_name"],
            [2, "EU868"],
          ],
        ],
        [16, 2],
      ],
    ],
    [
      12,
      [
        [1, "0016c001f153a14d"],
        [6, -90n],
      ],
    ],
    [
      13,
      [
        [1, 868_100_000],
        [
          2,
          [
            [
              3,
              [
                [1, 125_000],
                [2, 7],
                [5, 1],
                [4, true],
              ],
            ],
          ],
        ],
      ],
    ],
    [99, "of a later version"],
  ]);
  expect(event).toMatchObject({ kind: "up", devEui: "0101010101010101", deviceId: "Barn door", time: AT });
  expect(event.uplink).toMatchObject({
    port: 10,
    counter: 70_000,
    confirmed: true,
    encrypted: false,
    decoded: { open: true, deep: { list: [1.5, "a", null] } },
    rssi: -36,
    snr: 10.5,
    dataRate: "SF7BW125",
    codingRate: "4/5",
    frequencyHz: 868_100_000,
    gateways: [
      { id: "0016c001f153a14c", rssi: -36, channel: 2, lat: 46.1, lng: 6.2, alt: 410, time: AT - 345 },
      { id: "0016c001f153a14d", rssi: -90 },
    ],
  });
  expect(hexOf(event.uplink?.bytes ?? new Uint8Array())).toBe("0102ff");
  expect(event.raw).toMatchObject({
    deviceInfo: { tags: { row: "4" }, deviceClassEnabled: "CLASS_C" },
    rxInfo: [{ metadata: { region_common_name: "EU868" }, crcStatus: "CRC_OK" }, {}],
  });
});

const WORDS = "max payload size";
test.each([
  [
    "join",
    [
      [3, DEVICE],
      [4, "00189440"],
    ],
    { kind: "join" },
  ],
  [
    "ack",
    [TIME, [3, DEVICE], [4, "item"], [5, true], [6, 4]],
    { kind: "ack", time: AT, downlink: { ids: ["item"], counter: 4 } },
  ],
  [
    "ack",
    [
      [3, DEVICE],
      [4, "item"],
    ],
    { kind: "nack", downlink: { ids: ["item"], counter: 0 } },
  ],
  [
    "txack",
    [[1, 7], TIME, [3, DEVICE], [4, "item"], [5, 4], [6, "0016"]],
    { kind: "txack", downlink: { ids: ["item"], counter: 4 } },
  ],
  [
    "status",
    [
      [3, DEVICE],
      [5, -3n],
      [8, new Single(98.43)],
    ],
    { kind: "status", battery: 98.43, text: "Status of the device: battery 98.43 %, margin -3 dB." },
  ],
  [
    "log",
    [
      [1, [[1, 1_709_547_072]]],
      [2, DEVICE],
      [3, 2],
      [4, 1],
      [5, WORDS],
      [
        6,
        [
          [1, "queue_item_id"],
          [2, "item"],
        ],
      ],
    ],
    { kind: "failed", time: AT - 345, downlink: { ids: ["item"], reason: `DOWNLINK_PAYLOAD_SIZE: ${WORDS}` } },
  ],
  [
    "log",
    [
      [2, DEVICE],
      [3, 1],
      [4, 2],
      [5, "boom"],
    ],
    { kind: "log", text: "WARNING UPLINK_CODEC: boom" },
  ],
  [
    "location",
    [
      [3, DEVICE],
      [
        4,
        [
          [1, new Double(1.5)],
          [2, new Double(-2.25)],
        ],
      ],
    ],
    { kind: "location", location: { lat: 1.5, lng: -2.25 } },
  ],
  [
    "integration",
    [
      [3, DEVICE],
      [4, "loracloud"],
      [5, "DAS"],
    ],
    { kind: "log" },
  ],
] as [string, Part[], object][])("%s of ChirpStack 4: %#", (event, parts, expected) => {
  expect(read(event, parts)).toMatchObject({ devEui: "0101010101010101", deviceId: "Barn door", ...expected });
});

const V3: readonly Part[] = [
  [1, 4],
  [2, "Stables"],
  [3, "trough"],
  [4, new Uint8Array(Buffer.from("70b3d549927101f2", "hex"))],
];
test.each([
  [
    "up",
    [
      ...V3,
      [
        5,
        [
          [1, new Uint8Array(Buffer.from("b827ebfffe0d02aa", "hex"))],
          [2, [[1, 1_709_547_072]]],
          [5, -57n],
          [6, new Double(9.8)],
          [7, 1],
          [
            11,
            [
              [1, new Double(50)],
              [2, new Double(8)],
            ],
          ],
        ],
      ],
      [
        6,
        [
          [1, 868_300_000],
          [
            3,
            [
              [1, 125],
              [2, 9],
              [3, "4/5"],
            ],
          ],
        ],
      ],
      [9, 31],
      [10, 85],
      [11, new Uint8Array([7])],
      [12, '{"level":64}'],
      [14, true],
    ],
    {
      kind: "up",
      time: AT - 345,
      uplink: {
        port: 85,
        counter: 31,
        confirmed: true,
        decoded: { level: 64 },
        rssi: -57,
        snr: 9.8,
        dataRate: "SF9BW125",
        codingRate: "4/5",
        gateways: [{ id: "b827ebfffe0d02aa", lat: 50, lng: 8 }],
      },
    },
  ],
  ["join", [...V3, [5, new Uint8Array(4)]], { kind: "join" }],
  ["ack", [...V3, [5, true], [6, 12]], { kind: "ack", downlink: { counter: 12 } }],
  ["txack", [...V3, [5, 12]], { kind: "txack", downlink: { counter: 12 } }],
  [
    "error",
    [...V3, [5, 1], [6, WORDS], [7, 3]],
    { kind: "failed", downlink: { counter: 3, reason: `DOWNLINK_PAYLOAD_SIZE: ${WORDS}` } },
  ],
  ["status", [...V3, [5, 7], [8, new Single(50)]], { kind: "status", battery: 50 }],
  [
    "location",
    [
      ...V3,
      [
        5,
        [
          [1, new Double(50)],
          [2, new Double(8)],
        ],
      ],
    ],
    { kind: "location", location: { lat: 50, lng: 8 } },
  ],
] as [string, Part[], object][])("%s of ChirpStack 3: %#", (event, parts, expected) => {
  expect(read(event, parts)).toMatchObject({ devEui: "70b3d549927101f2", deviceId: "trough", ...expected });
});

test("whole numbers, texts and bytes come back as they were written", () => {
  const table = {
    1: ["n", "int"],
    2: ["u", "uint"],
    3: ["t", "text"],
    4: ["b", "bytes"],
    5: ["m", "text", "repeated"],
  } as const;
  const values = fc.record({
    n: fc.maxSafeInteger(),
    u: fc.maxSafeNat(),
    t: fc.string({ unit: "grapheme" }),
    b: fc.uint8Array(),
    m: fc.array(fc.string()),
  });
  fc.assert(
    fc.property(values, ({ n, u, t, b, m }) => {
      const bytes = message([1, n], [2, u], [3, t], [4, b], ...m.map((one): Part => [5, one]));
      const expected = { n, u, t, b: Buffer.from(b).toString("base64"), ...(m.length === 0 ? {} : { m }) };
      expect(readMessage(bytes, table)).toEqual(expected);
    }),
  );
});

test("what is cut off anywhere is no message, or a shorter one, and never throws anything else", () => {
  const whole = message(TIME, [3, DEVICE], [10, new Uint8Array(50)]);
  for (let length = 0; length < whole.length; length++) {
    const reading = readNetwork("chirpstack", {
      ...requestOf({ bytes: "", query: { event: "up" } }),
      body: whole.subarray(0, length),
    });
    if (!reading.ok) expect(reading.problem).toMatch(/protobuf|DevEUI/);
  }
});

test("messages inside messages end somewhere", () => {
  let struct: Part = [1, "end"];
  for (let depth = 0; depth < 200; depth++)
    struct = [
      1,
      [
        [1, "k"],
        [2, [[5, [struct]]]],
      ],
    ];
  const bytes = Buffer.from(message([3, DEVICE], [11, [struct]])).toString("hex");
  expect(readNetwork("chirpstack", requestOf({ bytes, query: { event: "up" } }))).toMatchObject({ ok: false });
});
