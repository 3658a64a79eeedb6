/** Forecasts of demand, weather, prices and loads from their own history. */
export {
  evenEdges,
  FARTHEST_H,
  type Flag,
  type Forecast,
  type Forecaster,
  type History,
  LEVELS,
  median,
} from './contract.ts';
export { LearningForecaster } from './forecaster.ts';
export { perfectForecaster } from './perfect.ts';
export { demandPrior, lengthPrior, weatherPrior } from './prior.ts';
export {
  irradianceQuantity,
  lengthQuantity,
  loadQuantity,
  type Prior,
  priceQuantity,
  type Quantity,
  requestsQuantity,
  temperatureQuantity,
  windQuantity,
} from './quantity.ts';
export { Recorder } from './recorder.ts';
export { rollingScore, type Score } from './score.ts';
export { type SeriesName, SiteForecasts } from './siteForecasts.ts';
