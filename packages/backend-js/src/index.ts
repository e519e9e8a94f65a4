// The JavaScript backend.
export { jsBackend } from './js-backend.ts';
