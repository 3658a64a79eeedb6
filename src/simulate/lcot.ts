import { lcotByService, marketPerMtoken, type ServiceLcot } from '../finance/lcot.ts';
import { projectPayments } from '../finance/project.ts';
import { perYear, projectOf } from '../kpi/cost.ts';
import { usersOf } from '../site/assets.ts';
import type { Site } from '../site/site.ts';
import { moneyOf } from './kpis.ts';
import type { Run } from './simulate.ts';

/** A market price beside the cost of a service, per million output tokens with their input. */
export interface MarketBeside {
  readonly perMtoken: number;
  readonly source: string;
}

/** Cost per token of a service, with what APIs of the like would charge. */
export interface RunLcot extends ServiceLcot {
  readonly markets: readonly MarketBeside[];
}

/**
 * LCOT by service and part of a run: the run repeated to a year and every year of the project, beside the market prices that
 * the site file names. @throws JW_FINANCE
 */
export function lcotOf(site: Site, run: Run): readonly RunLcot[] {
  const totals = run.tally.totals();
  const times = perYear(totals);
  const services = run.tally.services().map((s) => ({
    id: s.id,
    inputTokens: s.inputTokens * times,
    outputTokens: s.outputTokens * times,
    itKwh: s.itKwh * times,
  }));
  const payments = projectPayments(projectOf(totals, moneyOf(site)), site.finance);
  return lcotByService(payments, services, site.finance, (id) => usersOf(site, id)).map((cost, i) => ({
    ...cost,
    markets: site.finance.market
      .filter((m) => m.service === cost.id)
      .flatMap((m): MarketBeside[] => {
        const perMtoken = marketPerMtoken(services[i]!, m);
        return perMtoken === undefined ? [] : [{ perMtoken, source: m.source }];
      }),
  }));
}
