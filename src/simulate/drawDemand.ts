import type { Requests } from '../components/inference/replay/index.ts';
import type { Service } from '../workload/service.ts';
import { Arrivals } from './arrivals.ts';
import { merge, RequestColumns } from './requestColumns.ts';

/**
 * Single requests of services over a window of the calendar, at random: arrivals follow each service's rate, its pace and its
 * burstiness; input and output lengths are drawn independently. The same seed gives the same requests.
 *
 * @param lengthS of the window, s, > 0
 */
export function drawDemand(services: readonly Service[], startMs: number, lengthS: number, seed: number): Requests {
  return merge(
    services.map((service) => {
      const columns = new RequestColumns();
      new Arrivals(service, startMs, seed).until(lengthS, (arrivalS, input, output, cached) =>
        columns.add(arrivalS, input, output, cached),
      );
      return columns;
    }),
  );
}
