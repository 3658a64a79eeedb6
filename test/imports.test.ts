import { describe, expect, it } from 'vitest';
import { cycles, importsOf, type Module } from './imports.ts';

describe('reading imports', () => {
  it('sees every form, and tells types from values', () => {
    const text = `
      import type { A } from './a.ts';
      import b, { type B } from '../b/index.ts';
      import './c.ts';
      export * from './d.ts';
      export type { E } from './e.ts';
      const f = await import('./f.ts');
      type G = import('./g.ts').G;
      import { z } from 'zod';
      // import './not-this.ts';
    `;
    expect(importsOf('src/x/y.ts', text).map((i) => `${i.target}${i.isType ? ' type' : ''}`)).toEqual([
      'src/x/a.ts type',
      'src/b/index.ts',
      'src/x/c.ts',
      'zod',
      'src/x/d.ts',
      'src/x/e.ts type',
      'src/x/f.ts',
      'src/x/g.ts type',
    ]);
  });

  it('marks a computed import', () => {
    const computed = ["const x = await import('./' + name);", 'const y = await import(`./$', '{name}.ts`);'].join('');
    expect(importsOf('src/x/y.ts', computed).map((i) => i.target.startsWith('computed: '))).toEqual([true, true]);
  });

  it('refuses what it cannot parse', () => {
    expect(() => importsOf('src/x/y.ts', 'import {')).toThrow(/src\/x\/y\.ts/);
  });

  it('finds cycles, direct and through others', () => {
    const of = (path: string, ...targets: string[]): Module => ({
      path,
      imports: targets.map((target) => ({ target, isFile: true, isType: false })),
      lines: 1,
      text: '',
    });
    const graph = [of('a', 'b'), of('b', 'c'), of('c', 'b', 'd'), of('d'), of('e', 'e')];
    expect(cycles(graph, () => true)).toEqual([
      ['b', 'c', 'b'],
      ['e', 'e'],
    ]);
  });
});
