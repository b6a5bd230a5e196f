/** Whether an address of the network, as sockets give it, is this machine's own (127.0.0.0/8, ::1, also mapped). */
export function isLoopback(address: string): boolean {
  const plain = address.startsWith("::ffff:") ? address.slice(7) : address;
  return plain.startsWith("127.") || plain === "::1";
}
