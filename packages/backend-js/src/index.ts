// The JavaScript backend.
export { type JsBackendOptions, jsBackend } from './js-backend.ts';
