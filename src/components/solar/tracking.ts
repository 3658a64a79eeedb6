/** Rotation of single-axis trackers. Angles in degrees. */

const RAD = Math.PI / 180;

/** A tracker and the rows beside it. */
export interface Tracker {
  /** Of the axis from the level, and where its lower end points, clockwise from north. */
  readonly axisTiltDeg: number;
  readonly axisAzimuthDeg: number;
  /** Largest rotation to either side, 0..90. */
  readonly maxAngleDeg: number;
  /** Width of a row over the distance of rows, 0..1; counts for backtracking. */
  readonly gcr: number;
  /** Turn away from the sun so that rows do not shade each other. */
  readonly backtrack: boolean;
}

/** Angle of the sun in the plane across the axis, from its normal, rad; positive to the right. */
function acrossRad(tracker: Tracker, zenithDeg: number, sunAzimuthDeg: number): number {
  const sinZ = Math.sin(zenithDeg * RAD);
  const turn = (sunAzimuthDeg - tracker.axisAzimuthDeg) * RAD;
  const axisTilt = tracker.axisTiltDeg * RAD;
  const up = sinZ * Math.cos(turn) * Math.sin(axisTilt) + Math.cos(zenithDeg * RAD) * Math.cos(axisTilt);
  return Math.atan2(sinZ * Math.sin(turn), up);
}

/**
 * Rotation of the rows, positive to the right of someone who looks along the axis azimuth with his back to the upper end (to the
 * west for an axis azimuth of 180); 0 = level across. 0 with the sun below the horizon. Slope across the rows is not counted.
 * Source: Lorenzo, Narvarte and Munoz 2011, Progress in Photovoltaics 19 (tracking and backtracking); Anderson and Mikofski
 * 2020, NREL/TP-5K00-76626, eq. 5, 14 to 16.
 */
export function trackerRotationDeg(tracker: Tracker, zenithDeg: number, sunAzimuthDeg: number): number {
  if (zenithDeg > 90) return 0;
  let rotation = acrossRad(tracker, zenithDeg, sunAzimuthDeg);
  if (tracker.backtrack) {
    const spread = Math.abs(Math.cos(rotation)) / tracker.gcr;
    if (spread < 1) rotation -= Math.sign(rotation) * Math.acos(spread);
  }
  const most = tracker.maxAngleDeg;
  return Math.max(-most, Math.min(most, rotation / RAD));
}

/**
 * Share of a row's width that the next row shades, 0..1, for rows on level ground; no more than about 1e-15 with backtracking.
 * Source: Anderson and Jensen 2024, Shaded fraction and backtracking in single-axis trackers on rolling terrain, J. Renewable
 * Sustainable Energy 16, as in pvlib.shading.
 */
export function rowShadeShare(tracker: Tracker, rotationDeg: number, zenithDeg: number, sunAzimuthDeg: number): number {
  const sun = acrossRad(tracker, zenithDeg, sunAzimuthDeg);
  const facing = Math.cos(sun - rotationDeg * RAD);
  if (facing <= 0) return 1;
  return Math.min(1, Math.max(0, 1 - Math.abs(Math.cos(sun)) / (tracker.gcr * facing)));
}

/** Tilt of rows with a rotation, 0..180 degrees. Source: Marion and Dobos 2013, NREL/TP-6A20-58891. */
export function trackerTiltDeg(tracker: Tracker, rotationDeg: number): number {
  return Math.acos(Math.cos(rotationDeg * RAD) * Math.cos(tracker.axisTiltDeg * RAD)) / RAD;
}

/** Where rows with a rotation face, 0 .. < 360 degrees. Source: Marion and Dobos 2013. */
export function trackerAzimuthDeg(tracker: Tracker, rotationDeg: number): number {
  const rotation = rotationDeg * RAD;
  const east = Math.sin(rotation);
  const along = Math.cos(rotation) * Math.sin(tracker.axisTiltDeg * RAD);
  // A level plane faces nowhere; it is given the side that a small turn to the right would face
  const turn = east === 0 && along === 0 ? 90 : Math.atan2(east, along) / RAD;
  return (tracker.axisAzimuthDeg + turn + 360) % 360;
}
