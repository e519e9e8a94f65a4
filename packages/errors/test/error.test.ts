// The error class, its factory, and telling one from other errors.
import { describe, expect, it } from 'vitest';
import { errorFactory, isRpError, RpError } from '../src/index.ts';

const fail = errorFactory('graph');

describe('an error from a factory', () => {
  it('says its package, and carries kind and code', () => {
    const error = fail('ValueError', 'size', 'a node takes 2 inputs, got 3');
    expect(error).toBeInstanceOf(RpError);
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({
      message: '[rp:graph] a node takes 2 inputs, got 3',
      kind: 'ValueError',
      name: 'ValueError',
      code: 'size',
    });
  });

  it('keeps the error that led to it', () => {
    const cause = new Error('disk full');
    expect(fail('RuntimeError', 'save', 'not saved', { cause }).cause).toBe(cause);
    expect('cause' in fail('RuntimeError', 'save', 'not saved')).toBe(false);
  });

  it('prints its kind first, as people expect of a stack', () => {
    expect(String(fail('KeyError', 'missing', 'no w'))).toBe('KeyError: [rp:graph] no w');
  });
});

describe('isRpError', () => {
  it('knows one of this copy of the package', () => {
    expect(isRpError(fail('TypeError', 'x', 'y'))).toBe(true);
  });

  it('knows one that another copy made', () => {
    const foreign = Object.assign(new Error('[rp:graph] y'), { kind: 'TypeError', code: 'x' });
    expect(isRpError(foreign)).toBe(true);
  });

  it('knows no other: plain errors, errors of Node, look-alikes, nothing', () => {
    const ofNode = Object.assign(new Error('ENOENT'), { code: 'ENOENT' });
    const numbered = Object.assign(new Error('x'), { kind: 'TypeError', code: 3 });
    const lookAlike = { kind: 'TypeError', code: 'x', message: 'y' };
    for (const value of [new Error('x'), ofNode, numbered, lookAlike, null, undefined, 'TypeError']) {
      expect(isRpError(value), String(value)).toBe(false);
    }
  });
});
