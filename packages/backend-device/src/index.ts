// WebGPU devices, as a backend.
export { type DeviceBackendOptions, deviceBackend } from './device-backend.ts';
export type { GpuEntry } from './gpu/find.ts';
