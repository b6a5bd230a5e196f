import { createCipheriv, createDecipheriv } from "node:crypto";
import type { Random } from "../fleet/token.ts";

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** More than anything that is sealed here. */
const MOST_CHARACTERS = 4096;

/**
 * Texts that somebody else keeps for us and can neither read nor change: AES-256-GCM (NIST SP 800-38D) with a key that lives
 * as long as the process, or is that of all nodes of a store.
 */
export class Sealed {
  private readonly key: Uint8Array;

  /** @param key of whoever opens it; a new one when absent */
  constructor(
    private readonly random: Random,
    key?: Uint8Array,
  ) {
    this.key = key ?? random(KEY_BYTES);
  }
  /** @returns base64url of nonce, tag and ciphertext */
  seal(text: string): string {
    const nonce = this.random(NONCE_BYTES);
    const cipher = createCipheriv("aes-256-gcm", this.key, nonce);
    const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString("base64url");
  }
  /** The text; null: it was not sealed here, or was changed. */
  open(sealed: string): string | null {
    if (sealed.length > MOST_CHARACTERS || !/^[A-Za-z0-9_-]+$/.test(sealed)) return null;
    const bytes = Buffer.from(sealed, "base64url");
    if (bytes.length < NONCE_BYTES + TAG_BYTES) return null;
    const decipher = createDecipheriv("aes-256-gcm", this.key, bytes.subarray(0, NONCE_BYTES));
    decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    try {
      return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]).toString(
        "utf8",
      );
    } catch {
      return null; // the tag does not fit
    }
  }
}
