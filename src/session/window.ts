/** What became of a delivery that bears a packet identifier. */
export const SLOT_ACKED = 0;
/** QoS 1 or 2: sent, or about to be; awaits PUBACK or PUBREC. */
export const SLOT_SENT = 1;
/** QoS 2: PUBREC received; awaits PUBCOMP. */
export const SLOT_RECEIVED = 2;
/** QoS 2: its packet identifier is being made durable; not sent yet. */
export const SLOT_ASSIGNED = 3;

const START = 16;
/** Most sessions have nothing in flight, and there may be very many of them. */
const NO_STATES = new Uint8Array(0);
const NO_POSITIONS = new Float64Array(0);

/**
 * The QoS 1 and 2 deliveries of one session that await their acknowledgement, in the order they were sent, as a ring.
 * Packet identifiers run 1..65535 and round again, so that an identifier tells its slot without a search. A slot is
 * given free only when all before it are: a client that never answers one delivery stops its own stream, nobody else's.
 */
export class Window {
  private state: Uint8Array = NO_STATES;
  /** Position of the delivery's entry in the queue. */
  private position: Float64Array = NO_POSITIONS;
  /** Ring index of the oldest slot; the ring's size is a power of two, or 0. */
  private head = 0;
  private used = 0;

  /** @param firstId identifier of the next slot, less one (0..65534) */
  constructor(private firstId = 0) {}

  /** Deliveries that await something (and acknowledged ones behind such). */
  get count(): number {
    return this.used;
  }
  /** Identifier of the slot at `i` from the oldest. */
  packetId(i: number): number {
    return 1 + ((this.firstId + i) % 65535);
  }
  stateAt(i: number): number {
    return this.state[(this.head + i) & (this.state.length - 1)] as number; // inside the ring
  }
  positionAt(i: number): number {
    return this.position[(this.head + i) & (this.position.length - 1)] as number; // inside the ring
  }
  setState(i: number, state: number): void {
    this.state[(this.head + i) & (this.state.length - 1)] = state;
  }
  /** The entries of all slots moved up by so many bytes. */
  shift(bytes: number): void {
    const mask = this.position.length - 1;
    for (let i = 0; i < this.used; i++) {
      const n = (this.head + i) & mask;
      this.position[n] = (this.position[n] as number) + bytes; // inside the ring
    }
  }
  /** Takes the next slot; returns its packet identifier [MQTT-2.2.1-4], [MQTT-4.3.2-1], [MQTT-4.3.3-1]. The caller keeps `count` below 65535. */
  push(position: number, state: number): number {
    if (this.used === this.state.length) this.grow();
    const n = (this.head + this.used) & (this.state.length - 1);
    this.state[n] = state;
    this.position[n] = position;
    return this.packetId(this.used++);
  }
  /** Index of the slot with this identifier; -1 when none is in use under it. */
  find(packetId: number): number {
    const i = (packetId - 1 - this.firstId + 65535) % 65535;
    return i < this.used ? i : -1;
  }
  /** Frees acknowledged slots at the beginning; returns how many. */
  release(): number {
    let n = 0;
    const mask = this.state.length - 1;
    while (this.used > 0 && this.state[this.head] === SLOT_ACKED) {
      this.head = (this.head + 1) & mask;
      this.used--;
      n++;
    }
    this.firstId = (this.firstId + n) % 65535;
    return n;
  }
  private grow(): void {
    const size = Math.max(START, this.state.length * 2);
    const state = new Uint8Array(size);
    const position = new Float64Array(size);
    for (let i = 0; i < this.used; i++) {
      state[i] = this.stateAt(i);
      position[i] = this.positionAt(i);
    }
    this.state = state;
    this.position = position;
    this.head = 0;
  }
  /** For a checkpoint: what the constructor takes to go on. */
  get nextId(): number {
    return this.firstId;
  }
}
