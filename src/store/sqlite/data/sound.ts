/** What could be read; null when it is damaged, which is for the one who reads it to hear. */
export function sound<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
