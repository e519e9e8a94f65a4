import { defineDynamics, lowerProgram, printEquations, printProgram } from '@rp/dynamics';
import { describe, expect, it } from 'vitest';
import { recRateEuler } from './programs.ts';

const spiking = defineDynamics('spiking', {
  dims: ['n'],
  params: { threshold: ['n'], enabled: { shape: ['n'], type: 'bool' } },
  state: { v: ['n'] },
  inputs: { input: ['n'] },
  lines: { sent: [2, 'n'] },
  step: ({ params, state, inputs, lines, op }) => {
    const fires = op.and(op.ge(state.v, params.threshold), params.enabled);
    const noise = op.normal(['n']);
    return {
      state: { v: op.select(fires, -0.5, op.max(op.add(state.v, op.add(inputs.input, noise)), -1)) },
      events: { spikes: op.delay(lines.sent, op.toFloat(fires)) },
    };
  },
});

describe('a listing', () => {
  it('shows declarations, each value with its type when it is computed, and results', () => {
    expect(printProgram(recRateEuler)).toMatchInlineSnapshot(`
      "program rec-rate-euler(n)
        params  weights: float[n, n]  bias: float[n]  tau: float[n]
        state   x: float[n]
        inputs  input: float[n]
        prelude:
          %0 = param weights                  : float[n, n]
          %1 = param bias                     : float[n]
          %2 = param tau                      : float[n]
          %3 = dt                             : float[]
          %4 = div %3 %2                      : float[n]
          %7 = const 0                        : float[]
        observe:
          %5 = state x                        : float[n]
          %6 = add %5 %1                      : float[n]
          %8 = gt %7 %6                       : bool[n]
          %9 = select %8 %7 %6                : float[n]
          %12 = matvec %9 %0                  : float[n]
        step:
          %10 = input input                   : float[n]
          %11 = sub %10 %5                    : float[n]
          %13 = add %11 %12                   : float[n]
          %14 = mul %13 %4                    : float[n]
          %15 = add %5 %14                    : float[n]
        observe ← activity = %9
        records ← drive = %13
        state ← x = %15"
    `);
  });

  it('shows delay lines, truth values, streams and constants', () => {
    expect(printProgram(spiking)).toMatchInlineSnapshot(`
      "program spiking(n)
        params  threshold: float[n]  enabled: bool[n]
        state   v: float[n]
        lines   sent: float[2, n]
        inputs  input: float[n]
        prelude:
          %0 = param threshold                : float[n]
          %1 = param enabled                  : bool[n]
          %5 = const false                    : bool[]
          %10 = const -1                      : float[]
          %12 = const -0.5                    : float[]
        observe:
          %2 = state v                        : float[n]
          %4 = ge %2 %0                       : bool[n]
          %6 = select %4 %1 %5                : bool[n]
          %14 = cast %6                       : float[n]
        step:
          %3 = input input                    : float[n]
          %7 = normal stream 0                : float[n]
          %8 = add %3 %7                      : float[n]
          %9 = add %2 %8                      : float[n]
          %11 = max %9 %10                    : float[n]
          %13 = select %6 %12 %11             : float[n]
          %15 = delay %14 sent                : float[n]
        events ← spikes = %15
        state ← v = %13"
    `);
  });

  it('has a line for every value, also of a lowered program', () => {
    const lowered = lowerProgram(spiking, 'float64');
    const listed = printProgram(lowered).match(/^ {4}%\d+ = /gm) ?? [];
    expect(listed.length).toBe(lowered.values.length);
    expect(printProgram(lowered)).toMatch(/= uniform stream 0 word 1 +: float\[n\]/);
  });
});

describe('equations', () => {
  it('read as one would write them: results by name, shared values once, the next state with a prime', () => {
    expect(printEquations(recRateEuler)).toMatchInlineSnapshot(`
      "v6 = x + bias
      activity = (0 > v6) ? 0 : v6
      drive = (input − x) + (activity @ weights)
      x' = x + (drive · (dt / tau))"
    `);
  });

  it('name delay lines and random streams', () => {
    expect(printEquations(spiking)).toMatchInlineSnapshot(`
      "v6 = (v ≥ threshold) ? enabled : false
      spikes = delay[sent](cast(v6))
      v' = v6 ? −0.5 : max(v + (input + normal[0]()), −1)"
    `);
  });

  it('give a value that is two results both names', () => {
    const program = defineDynamics('twice', {
      dims: [],
      inputs: { x: [] },
      step: ({ inputs, op }) => {
        const y = op.mul(inputs.x, 2);
        return { state: {}, outputs: { y }, events: { same: y, input: inputs.x } };
      },
    });
    expect(printEquations(program)).toMatchInlineSnapshot(`
      "y = x · 2
      same = y
      input = x"
    `);
  });
});
