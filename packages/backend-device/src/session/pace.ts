// How many steps go into one chunk: few enough that nobody waits long for the device, many enough that waiting for it
// costs little. Found out while running.

/** How long a chunk should take, in milliseconds. */
const aim = 20;

export class Pace {
  steps = 8;

  /** Learns from a chunk of some steps. */
  took(steps: number, milliseconds: number): void {
    if (steps === 0) return;
    if (milliseconds > 2 * aim) this.steps = Math.max(1, Math.floor((steps * aim) / milliseconds));
    else if (milliseconds < aim && steps === this.steps) this.steps *= 2;
  }
}
