// Prints the closing line, and fails if anything failed or nothing ran.
import { readTally, tallyLine } from './counts.mjs';

const tally = readTally();
console.log(tallyLine(tally));
process.exitCode = tally.passed > 0 && tally.failed === 0 ? 0 : 1;
