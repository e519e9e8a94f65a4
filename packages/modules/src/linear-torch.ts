// Weights as the reference's torch backend has them: with a batch axis.

import type { ArrayInput } from '@rp/ndarray';
import { Linear } from './linear.ts';
import type { InputRows } from './program-module.ts';
import type { StepModel } from './step-model.ts';

/** {@link Linear} that always gives out a batch axis, and copies a single channel to all inputs. */
export class LinearTorch extends Linear {
  static override readonly className: string = 'LinearTorch';

  override get keepsRank(): boolean {
    return false;
  }

  protected override inputRows(input: ArrayInput): InputRows {
    const { data } = this.autoBatch(input);
    return { data, lead: data.shape.slice(0, 2) };
  }

  override stepModel(parts = 1): StepModel {
    return { ...super.stepModel(parts), keepsRank: false };
  }
}
