/** Thrown when a case needs something that this repository doesn't have yet. Never used to pass a case. */
export class Waiting extends Error {
  readonly what: string;

  constructor(what: string) {
    super(`waits for ${what}`);
    this.what = what;
  }
}
