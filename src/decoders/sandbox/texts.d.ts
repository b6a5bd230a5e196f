/** Scripts for the sandbox's VM, as text. */
declare module "*.qjs" {
  const text: string;
  export default text;
}

/** Where the VM's binary lies, as a path. */
declare module "@jitl/quickjs-wasmfile-release-sync/wasm" {
  const path: string;
  export default path;
}
