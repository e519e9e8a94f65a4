// The WebAssembly backend.
export { type WasmBackendOptions, wasmBackend } from './wasm-backend.ts';
