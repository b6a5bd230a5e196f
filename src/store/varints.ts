/** How many bytes numbers take as varints. @param numbers whole, 0 to 2^53 - 1 */
export function varintBytes(numbers: readonly number[]): number {
  let bytes = numbers.length;
  for (let i = 0; i < numbers.length; i++) for (let n = numbers[i] as number; n >= 128; n /= 128) bytes++; // inside
  return bytes;
}
