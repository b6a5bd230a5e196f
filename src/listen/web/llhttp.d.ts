/** llhttp as WebAssembly, which undici carries along (MIT). */
declare module "undici/lib/llhttp/llhttp_simd-wasm.js" {
  const bytes: Uint8Array<ArrayBuffer>;
  export default bytes;
}
