/** Slots per id at least; half of them stay empty, so that a look-up touches one or two. */
const ROOM = 2;
const LEAST = 1024;

/**
 * Ids of series by device and field, both by uid (32 bits), in packed arrays: as a Map of a million numbers it took 100 MB, and a
 * pause of the garbage collector whenever it was looked through. Open addressing; what goes is closed up behind it.
 */
export class SeriesIds {
  /** Ids; 0: the slot is empty. Their number is a power of 2. */
  private slots = new Uint32Array(LEAST * ROOM);
  private count = 0;
  /** Of each id. */
  private devices = new Uint32Array(LEAST);
  private fields = new Uint32Array(LEAST);

  /** undefined: there is none. */
  get(device: number, field: number): number | undefined {
    const id = this.slots[this.slotOf(device, field)];
    return id === 0 ? undefined : id;
  }
  /** @param id above 0 */
  set(device: number, field: number, id: number): void {
    if (id >= this.devices.length) this.grow(id + 1);
    this.devices[id] = device;
    this.fields[id] = field;
    const slot = this.slotOf(device, field);
    const isNew = this.slots[slot] === 0;
    this.slots[slot] = id;
    if (isNew && ++this.count * ROOM > this.slots.length) this.spread();
  }
  delete(device: number, field: number): void {
    const { slots } = this;
    const mask = slots.length - 1;
    let hole = this.slotOf(device, field);
    if (slots[hole] === 0) return;
    this.count--;
    // whoever was pushed on by what goes comes closer to its own slot
    for (let at = (hole + 1) & mask; ; at = (at + 1) & mask) {
      const id = slots[at] as number; // the mask keeps inside
      if (id === 0) break;
      const home = this.home(this.devices[id] as number, this.fields[id] as number); // `set` entered them
      if (((at - home) & mask) < ((at - hole) & mask)) continue;
      slots[hole] = id;
      hole = at;
    }
    slots[hole] = 0;
  }

  private home(device: number, field: number): number {
    const mixed = Math.imul(device, 0x9e3779b1) ^ Math.imul(field, 0x85ebca6b);
    return (mixed ^ (mixed >>> 15)) & (this.slots.length - 1);
  }
  /** Where the two are, or would be. */
  private slotOf(device: number, field: number): number {
    const { slots, devices, fields } = this;
    for (let at = this.home(device, field); ; at = (at + 1) & (slots.length - 1)) {
      const id = slots[at] as number; // the mask keeps inside
      if (id === 0 || (devices[id] === device && fields[id] === field)) return at;
    }
  }
  private spread(): void {
    const before = this.slots;
    this.slots = new Uint32Array(before.length * 2);
    for (const id of before)
      if (id !== 0) this.slots[this.slotOf(this.devices[id] as number, this.fields[id] as number)] = id; // `set` entered them
  }
  private grow(least: number): void {
    const bigger = (old: Uint32Array) => {
      const next = new Uint32Array(Math.max(least, old.length * 2));
      next.set(old);
      return next;
    };
    this.devices = bigger(this.devices);
    this.fields = bigger(this.fields);
  }
}
