// WebGPU devices, as a backend.
export { type DeviceBackendOptions, deviceBackend } from './device-backend.ts';
