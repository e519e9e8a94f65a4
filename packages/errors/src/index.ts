// What a package says when something is wrong: one error class, one warning channel.
export {
  type ErrorFactory,
  type ErrorKind,
  errorFactory,
  isRpError,
  RpError,
  type RpErrorOptions,
} from './error.ts';
export { type MessageHandlers, notice, setMessageHandlers, warn } from './messages.ts';
