import type { Expected } from '../../engines/contract.ts';
import { type Failure, failure } from '../../engines/failure.ts';
import { steadyClock } from '../../engines/timing.ts';
import type { Clock } from '../../series/clock.ts';
import type { Admission } from '../admission.ts';
import type { DirectiveHolder } from '../directive.ts';
import { type Candidate, choose } from '../router/choose.ts';
import { type Estimate, estimate, type Shape } from '../router/estimate.ts';
import type { Member } from '../router/member.ts';
import type { Sessions } from '../router/sessions.ts';
import { ShareKeeper, sharesFor } from '../router/shares.ts';
import type { Ask } from './ask.ts';
import type { Route } from './roster.ts';
import type { Waiting } from './waiting.ts';

/** What a request that waits wants of the picker. */
type Wish = Pick<Waiting, 'ask' | 'shape' | 'tried'>;

/** Knows which engines can take a request now, and which of them should. */
export class Picker {
  readonly #directives: DirectiveHolder;
  readonly #admission: Admission;
  readonly #sessions: Sessions;
  readonly #clock: Clock;
  readonly #shares = new ShareKeeper();

  constructor(directives: DirectiveHolder, admission: Admission, sessions: Sessions, clock: Clock = steadyClock) {
    this.#directives = directives;
    this.#admission = admission;
    this.#sessions = sessions;
    this.#clock = clock;
  }

  /** What the controller expects of an engine now, or its configuration says; null = nothing. */
  expected(member: Member): Expected | null {
    return this.#directives.order(member.engine.deployment)?.expected ?? member.engine.nominal;
  }

  estimate(member: Member, shape: Shape): Estimate {
    return estimate(member, this.expected(member), shape);
  }

  /** Power that one request draws while it is answered, W: joules per token over time per token. */
  drawsW(member: Member): number {
    const expected = this.expected(member);
    return expected === null || expected.tpotS <= 0 ? 0 : expected.decodeJPerToken / expected.tpotS;
  }

  /** The engine for a request now; undefined when none has room. The site's own come first. */
  pick(route: Route, wish: Wish): Member | undefined {
    const { members } = route;
    const only = members[0]!;
    if (members.length === 1) return this.#free(only) && fits(only, wish) ? only : undefined;
    const found = choose(this.#candidates(route, wish, true), route.target);
    return (found ?? choose(this.#candidates(route, wish, false), route.target))?.member;
  }

  /** Whether any engine of a model has room. */
  hasRoom(route: Route): boolean {
    return route.members.some((member) => this.#free(member));
  }

  /** Whether an engine that was not tried could take a request, now or soon. */
  mayServe(route: Route, ask: Ask, tried: ReadonlySet<string>): boolean {
    const nowMs = this.#clock.nowMs();
    return route.members.some((member) => fits(member, { ask, tried }) && this.#up(member, nowMs) === null);
  }

  /** Why no engine of a model will have room soon: all are off, asleep, or down. Null when one may. */
  barred(route: Route, wish: Wish): Failure | null {
    const nowMs = this.#clock.nowMs();
    let why: Failure | null = null;
    for (const member of route.members) {
      if (!fits(member, wish)) continue;
      const found = this.#up(member, nowMs);
      if (found === null) return null;
      why ??= found;
    }
    return why ?? failure('JW_NO_ENGINE', { model: route.name }, { retryAfterS: 5, retry: true });
  }

  /** The shortest predicted time to the first token of a model's engines, s; 0 where nothing is known. */
  fastestTtftS(route: Route, shape: Shape): number {
    let fastest = Number.POSITIVE_INFINITY;
    for (const member of route.members) {
      const { ttftS } = this.estimate(member, shape);
      fastest = Math.min(fastest, ttftS ?? 0);
    }
    return Number.isFinite(fastest) ? fastest : 0;
  }

  /** Predicted wait of a request that has `ahead` others before it, s: what is ahead over the rate at which seats come free. */
  waitS(route: Route, ahead: number): number {
    const nowMs = this.#clock.nowMs();
    let freePerS = 0;
    let free = 0;
    for (const member of route.members) {
      if (this.#up(member, nowMs) !== null) continue;
      const limit = member.limit.at(nowMs);
      free += Math.max(0, limit - member.running);
      const serviceS = member.serviceS;
      // Before anything has ended there is no saying
      if (serviceS === null) return 0;
      freePerS += limit / Math.max(1e-3, serviceS);
    }
    const before = ahead + 1 - free;
    return before <= 0 || freePerS === 0 ? 0 : before / freePerS;
  }

  /** A request of a model has got its seat. */
  seated(route: Route | undefined, { engine: { deployment } }: Member): void {
    const shares = route && this.#sharesOf(route.name, route.members);
    if (route !== undefined && shares !== undefined) this.#shares.took(route.name, deployment, shares);
  }

  /** Shares that the controller asks of the site's own deployments that serve a model. */
  #sharesOf(model: string, members: readonly Member[]): ReadonlyMap<string, number> | undefined {
    const asked = this.#directives.shares;
    if (asked === undefined || members.length < 2) return undefined;
    const own = members.filter(({ engine }) => engine.outside === null);
    return sharesFor(asked, model, new Set(own.map(({ engine }) => engine.deployment)));
  }

  #candidates(route: Route, wish: Wish, onSite: boolean): Candidate[] {
    const shares = onSite ? this.#sharesOf(route.name, route.members) : undefined;
    const nowMs = this.#clock.nowMs();
    const { session } = wish.ask;
    const last = session === null ? undefined : this.#sessions.of(session);
    const found: Candidate[] = [];
    for (const member of route.members) {
      if ((member.engine.outside === null) !== onSite || !fits(member, wish) || !this.#free(member)) continue;
      const load = member.running / member.limit.at(nowMs);
      const held = member.engine.id === last;
      const { deployment } = member.engine;
      const full = this.#directives.order(deployment)?.fullRequests;
      const share = shares?.get(deployment);
      const owed = share === undefined ? undefined : this.#shares.owed(route.name, deployment, share);
      found.push({ member, estimate: this.estimate(member, wish.shape), load, full, owed, session: held });
    }
    return found;
  }

  #free(member: Member): boolean {
    const nowMs = this.#clock.nowMs();
    return this.#up(member, nowMs) === null && member.running < member.limit.at(nowMs);
  }

  /** Why an engine is not to be asked at all now. */
  #up(member: Member, nowMs: number): Failure | null {
    const { engine, breaker } = member;
    if (!breaker.allows(nowMs)) {
      const reason = 'it failed several times in a row and is left alone for a while';
      const wait = Math.max(1, breaker.waitMs(nowMs) / 1000);
      return failure('JW_ENGINE_DOWN', { engine: engine.id, reason }, { retryAfterS: wait, retry: true });
    }
    if (member.held) {
      const details = { engine: engine.id, state: 'asleep', seconds: 15 };
      return failure('JW_ENGINE_OFF', details, { retryAfterS: 15, retry: true });
    }
    return this.#admission.engine(engine.deployment, member.running);
  }
}

function fits(member: Member, { ask, tried }: Pick<Wish, 'ask' | 'tried'>): boolean {
  const { engine } = member;
  const { id, outside } = engine;
  const allowed = outside === null || ask.residency === null || ask.residency.includes(outside);
  return allowed && !tried.has(id) && ask.suits?.(engine) !== false;
}
