import { resolve } from 'node:path';
import { z } from 'zod';
import { JoulewrightError } from '../../errors/error.ts';
import { nearestWord } from '../../units/nearest.ts';
import { byDefault, plain, text } from '../../units/schema.ts';
import type { Complaint, SiteContext } from '../contract.ts';
import { readCalibration, shippedPredictor } from './predict/calibrationFile.ts';
import { Predictor } from './predict/predict.ts';

const WORDS = ['shipped', 'none'] as const;

/** What an operator measured on a deployment of the kind, over what `calibration: none` simulates. */
const ownFactors = z.strictObject({
  speed: plain('measured throughput over that of data sheets alone', { min: 0.05, max: 20 }),
  power: plain('measured power of boards while they run over that of data sheets alone; 1 when left out', {
    min: 0.1,
    max: 10,
  }).optional(),
  source: text('where and when it was measured'),
});

/** `calibration` of a deployment. */
export const calibrationKey = byDefault(
  z.union([text('shipped, none, or a file of `joulewright calibrate`'), ownFactors]).meta({
    description:
      'what measurements add to data sheets: shipped, none, a file of `joulewright calibrate` relative to this file, or factors that you measured',
  }),
  'shipped',
  'learnt from public measurements; how good it is stands in docs/validation.md',
);

/** What a correction rests on: a predictor, or an operator's own factors. */
export type Basis =
  | { readonly predictor: Predictor }
  | { readonly predictor?: undefined; readonly speed: number; readonly draw: number; readonly source: string };

/** The basis that a site file asks for; complains about a file that is none. */
export function basisGiven(
  given: z.output<typeof calibrationKey>,
  context: Pick<SiteContext, 'folder'>,
  complain: (c: Complaint) => void,
): Basis {
  if (typeof given !== 'string') return { speed: given.speed, draw: given.power ?? 1, source: given.source };
  if (given === 'none') return { predictor: shippedPredictor('specification') };
  if (given === 'shipped') return { predictor: shippedPredictor('calibrated') };
  try {
    return { predictor: new Predictor(readCalibration(resolve(context.folder ?? '.', given))) };
  } catch (error) {
    if (!(error instanceof JoulewrightError)) throw error;
    const near = nearestWord(given, WORDS);
    const meant = near === undefined ? '' : `did you mean ${near}? `;
    for (const { message, hint } of error.faults) {
      complain({
        path: ['calibration'],
        message,
        hint: `${meant}${WORDS.join(' and ')} are words, all else is a file; ${hint}`,
      });
    }
    return { predictor: shippedPredictor('specification') };
  }
}
