/** A day and a week in relative numbers, before it is given a size. */
export interface ShapeTable {
  readonly about: string;
  /** Relative rate by hour, 24 values; value h is the mean over [h, h+1). */
  readonly hours: readonly number[];
  /** Relative rate by weekday, Monday first, 7 values. */
  readonly weekdays: readonly number[];
  /** Hours added to the table's clock to get local time. */
  readonly shiftH: number;
  readonly source: string;
}

const AZURE =
  'Azure LLM inference week of May 2024 (Azure/AzurePublicDataset, CC BY; Stojkovic et al., DynamoLLM, HPCA 2025), weekday hours in UTC digitised from the published plots';

/**
 * Named shapes. The two Azure tables are measured; their users’ zone is not published, so the shift to local time is our
 * reading: code peaks at noon for UTC-7 (Pacific daylight time), conversation at 10:00 for UTC-4 (Eastern). Weekend days use the weekday hours, scaled.
 * `office` and `consumer` are our own assumptions, bounded by the measured ones.
 */
export const SHAPES = {
  flat: {
    about: 'the same rate at every hour',
    hours: Array.from({ length: 24 }, () => 1),
    weekdays: [1, 1, 1, 1, 1, 1, 1],
    shiftH: 0,
    source: 'definition',
  },
  conversation: {
    about: 'chat, as measured at Azure in May 2024',
    hours: [
      1.01, 1.11, 1.09, 0.91, 0.92, 0.99, 1.16, 1.24, 1.28, 1.25, 1.13, 1.2, 1.34, 1.5, 1.58, 1.47, 1.34, 1.27, 1.29,
      1.23, 1.1, 0.92, 0.84, 0.88,
    ],
    // weekend days ran at 0.65 of the week's mean, weekdays at 1.169 of it (mean of the 24 values)
    weekdays: [1, 1, 1, 1, 1, 0.556, 0.556],
    shiftH: -4,
    source: AZURE,
  },
  code: {
    about: 'coding assistant, as measured at Azure in May 2024',
    hours: [
      0.9, 0.86, 0.83, 0.69, 0.54, 0.44, 0.38, 0.32, 0.3, 0.3, 0.32, 0.46, 0.84, 1.47, 2.11, 2.34, 2.22, 2.52, 2.84,
      2.92, 2.74, 2.07, 1.48, 1.11,
    ],
    // weekend days ran at 0.40 of the week's mean, weekdays at 1.29 of it
    weekdays: [1, 1, 1, 1, 1, 0.31, 0.31],
    shiftH: -7,
    source: AZURE,
  },
  office: {
    about: 'work in an office: 09-18 local with a lunch dip, weekdays 2.25 times a weekend day',
    hours: [
      0.15, 0.1, 0.1, 0.1, 0.1, 0.15, 0.25, 0.5, 1.1, 1.9, 2.2, 2.2, 1.8, 1.7, 2.1, 2.2, 2.1, 1.8, 1.2, 0.8, 0.6, 0.5,
      0.35, 0.2,
    ],
    weekdays: [1, 1, 1, 1, 1, 0.444, 0.444],
    shiftH: 0,
    source:
      'our choice for the hours, local time; weekdays over weekend 2 to 2.5 as in the heat map of BurstGPT (Wang et al. 2024, figure 2)',
  },
  consumer: {
    about: 'private use: low at night, a plateau by day, highest at 19-23 local, a little more at weekends',
    hours: [
      0.8, 0.5, 0.35, 0.25, 0.25, 0.3, 0.45, 0.65, 0.85, 1, 1.1, 1.1, 1.15, 1.15, 1.15, 1.15, 1.2, 1.25, 1.35, 1.5, 1.6,
      1.6, 1.45, 1.15,
    ],
    weekdays: [1, 1, 1, 1, 1, 1.1, 1.1],
    shiftH: 0,
    source: 'our choice; peak over trough 6, between the 3.8 (chat) and 40 (code) of the Azure week of May 2024',
  },
} as const satisfies Record<string, ShapeTable>;

/** Name of a built-in shape. */
export type ShapeName = keyof typeof SHAPES;

/** Names for schemas and messages. */
export const SHAPE_NAMES = Object.keys(SHAPES) as [ShapeName, ...ShapeName[]];
