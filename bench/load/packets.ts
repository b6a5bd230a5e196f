/** MQTT packets made by hand: just the few that a load program sends. Nothing of the server is used here. */

/** 4 is MQTT 3.1.1, 5 is MQTT 5.0 (the protocol level bytes of CONNECT). */
export type MqttVersion = 4 | 5;

export type Qos = 0 | 1 | 2;

export interface Login {
  readonly username: string;
  readonly password: string;
}

const utf8 = new TextEncoder();

/** Bytes of a UTF-8 string with its two-byte length before it. [MQTT-1.5.4] */
function text(value: string): number[] {
  const bytes = utf8.encode(value);
  return [bytes.length >> 8, bytes.length & 0xff, ...bytes];
}

/** One packet: first byte, remaining length as a variable byte integer, body. */
function packet(first: number, body: readonly number[]): Uint8Array {
  const length: number[] = [];
  let rest = body.length;
  do {
    const more = rest > 127 ? 0x80 : 0;
    length.push((rest & 0x7f) | more);
    rest >>>= 7;
  } while (rest > 0);
  return Uint8Array.from([first, ...length, ...body]);
}

/**
 * CONNECT with a clean session (5: clean start, Receive Maximum 65,535 by leaving it out, no session expiry).
 * @param keepAlive seconds; @param comesBack with a session that stays instead (5: for a day), and is gone on with
 */
export function connectPacket(
  version: MqttVersion,
  clientId: string,
  login: Login | undefined,
  keepAlive: number,
  comesBack = false,
): Uint8Array {
  const flags = (comesBack ? 0 : 0x02) | (login ? 0xc0 : 0);
  const body = [...text("MQTT"), version, flags, keepAlive >> 8, keepAlive & 0xff];
  if (version === 5) body.push(...(comesBack ? [5, 0x11, 0, 1, 0x51, 0x80] : [0])); // Session Expiry Interval, or no properties
  body.push(...text(clientId));
  if (login) body.push(...text(login.username), ...text(login.password));
  return packet(0x10, body);
}

/** SUBSCRIBE to filters, all at the same QoS. */
export function subscribePacket(
  version: MqttVersion,
  filters: readonly string[],
  qos: Qos,
  packetId: number,
): Uint8Array {
  const body = [packetId >> 8, packetId & 0xff, ...(version === 5 ? [0] : [])];
  for (const filter of filters) body.push(...text(filter), qos);
  return packet(0x82, body);
}

/** UNSUBSCRIBE from filters. */
export function unsubscribePacket(version: MqttVersion, filters: readonly string[], packetId: number): Uint8Array {
  const body = [packetId >> 8, packetId & 0xff, ...(version === 5 ? [0] : [])];
  for (const filter of filters) body.push(...text(filter));
  return packet(0xa2, body);
}

/** PUBLISH; `packetId` (1–65,535) is written for QoS 1 and 2 only. */
export function publishPacket(
  version: MqttVersion,
  topic: string,
  payload: string,
  qos: Qos,
  packetId: number,
  retain = false,
): Uint8Array {
  const body = text(topic);
  if (qos > 0) body.push(packetId >> 8, packetId & 0xff);
  if (version === 5) body.push(0);
  body.push(...utf8.encode(payload));
  return packet(0x30 | (qos << 1) | (retain ? 1 : 0), body);
}

/** PINGREQ, which a server answers when it has read what came before. */
export function pingPacket(): Uint8Array {
  return packet(0xc0, []);
}

/** DISCONNECT, the ordinary one. */
export function disconnectPacket(): Uint8Array {
  return packet(0xe0, []);
}

/**
 * A walk of plausible readings with two decimals between 10 and 99, the same in every run and for every server.
 * @param seed a small number; two seeds walk differently
 */
export function* readings(seed: number): Generator<string, never> {
  let state = (seed * 2_654_435_761 + 12_345) >>> 0;
  let hundredths = 2_137 + (seed % 50) * 100;
  for (;;) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    hundredths += (state >>> 24) % 2 === 0 ? 7 : -6;
    if (hundredths < 1_000) hundredths = 5_000;
    if (hundredths > 9_999) hundredths = 5_001;
    yield (hundredths / 100).toFixed(2);
  }
}
