/** 80 bits in two numbers that stand for a session's key among nodes: nobody can find another key for those of a client. */
export type Digest = readonly [high: number, low: number];

/** @param key `<principal>\0<client identifier>`, or the same of a shared subscription's row */
export function digestOf(key: string): Digest {
  const digest = new Bun.CryptoHasher("sha256").update(key).digest();
  return [digest.readUIntBE(0, 6), digest.readUInt32BE(6)];
}
