import { describe, expect, it } from 'vitest';
import { loadCatalog } from '../catalog/load.ts';
import { printFault } from '../errors/error.ts';
import { initSite } from './init.ts';
import { checkText } from './load.ts';
import { deniedBecause, type Procurement } from './procurement.ts';

const site = (procurement: string) =>
  checkText(
    `${initSite({}, loadCatalog())}\nprocurement:\n  source: letter of the ministry, 2026-03-01\n${procurement}`,
    '/tmp',
  );
const faults = (procurement: string) => site(procurement).faults.map(printFault);

describe('what a site may buy', () => {
  it('is any accelerator unless the site says otherwise', () => {
    expect(faults('')).toEqual([]);
    expect(faults('  allow_vendors: [nvidia]\n')).toEqual([]);
  });

  it('is told at the pool, with the reason and the source of the site', () => {
    const [said, ...more] = faults('  deny_accelerators: [nvidia-h100-sxm-80gb]\n');
    expect(more).toEqual([]);
    expect(said).toMatch(/pools\[0\]\.accelerator: nvidia-h100-sxm-80gb may not be bought here/);
    expect(said).toMatch(/deny_accelerators; .*letter of the ministry, 2026-03-01.*\[JW_SITE_PROCUREMENT\]/);
    expect(faults('  allow_vendors: [Huawei, AMD]\n')[0]).toMatch(/NVIDIA is not among allow_vendors/);
    expect(faults('  allow_accelerators: [nvidia-l4]\n')[0]).toMatch(/not among allow_accelerators/);
  });

  it('is a warning where the hardware stands there already', () => {
    const { faults: none, warnings } = site('  deny_vendors: [NVIDIA]\n  enforce: warning\n');
    expect(none).toEqual([]);
    expect(warnings.map(printFault).join()).toMatch(/NVIDIA is among deny_vendors/);
  });

  it('knows a misspelt name', () => {
    expect(faults('  deny_accelerators: [nvidia-h100-smx-80gb]\n')[0]).toMatch(/did you mean "nvidia-h100-sxm-80gb"/);
    expect(faults('  deny_vendors: [Nvidea]\n')[0]).toMatch(/did you mean "NVIDIA"/);
  });

  it('lets a list of accelerators go before one of makers', () => {
    const says = (over: Partial<Procurement>): Procurement => ({ enforce: 'error', source: 'test', ...over });
    const l4 = { id: 'nvidia-l4', vendor: 'NVIDIA' };
    expect(deniedBecause(says({ deny_vendors: ['NVIDIA'], allow_accelerators: ['nvidia-l4'] }), l4)).toBeUndefined();
    expect(deniedBecause(says({ allow_vendors: ['NVIDIA'], deny_accelerators: ['nvidia-l4'] }), l4)).toBeDefined();
    expect(deniedBecause(says({ allow_vendors: ['AMD'], allow_accelerators: ['nvidia-l4'] }), l4)).toBeUndefined();
  });
});
