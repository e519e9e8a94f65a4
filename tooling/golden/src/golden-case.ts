// What the runner knows about a case, whatever its format.
import type { BackendPlugin } from '@rp/backend';
import type { Dtype } from '@rp/dynamics';
import type { CaseFile } from './case-files.ts';

/** How cases are to be run; a format uses what applies to it. */
export interface RunOptions {
  /** The backend to run on. Default: that of the library. */
  readonly backend?: BackendPlugin | undefined;
  /** The number type to compute in. Default: that of the library. */
  readonly dtype?: Dtype | undefined;
}

export interface GoldenCase {
  readonly id: string;
  /**
   * Runs the case. Returns what differs from the expectation (nothing if the case passes); throws `Waiting` if
   * something that the case needs does not exist yet.
   */
  readonly run: (options: RunOptions) => Promise<readonly string[]>;
}

/** Makes the cases of a file of one format. */
export type Format = (file: CaseFile) => GoldenCase[];
