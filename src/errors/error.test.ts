import { describe, expect, it } from 'vitest';
import { fail, fault, JoulewrightError, printFault, reasonOf } from './error.ts';

describe('errors', () => {
  it('fills the row, keeps the place and prints one line', () => {
    const f = fault('JW_FILE_MISSING', { file: 'x.yaml' }, 'x.yaml:1:2');
    expect(printFault(f)).toBe(
      'x.yaml:1:2: there is no file x.yaml; check the path; relative paths start at the current folder [JW_FILE_MISSING]',
    );
  });

  it('carries exit code and HTTP status of the first fault', () => {
    try {
      fail('JW_QUANTITY', { text: '2 MX', dimension: 'power', example: '"2 MW"' });
    } catch (error) {
      expect(error).toBeInstanceOf(JoulewrightError);
      expect((error as JoulewrightError).exit).toBe(65);
      expect((error as JoulewrightError).http).toBe(400);
    }
  });

  it('prints one line without control characters, whatever a file held', () => {
    const f = fault('JW_FILE_MISSING', { file: 'a\nb\u001b[31m\u0000c' });
    expect(printFault(f)).toMatch(/^there is no file a b \[31m c;/);
  });

  it('reads anything thrown', () => {
    expect(reasonOf(new Error('a'))).toBe('a');
    expect(reasonOf('b')).toBe('b');
  });
});
