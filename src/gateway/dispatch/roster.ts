import type { Engine } from '../../engines/contract.ts';
import { type Failure, failure } from '../../engines/failure.ts';
import { fail } from '../../errors/error.ts';
import type { ModelEntry } from '../contract.ts';
import { NO_TARGET, type Target } from '../router/choose.ts';
import { Member } from '../router/member.ts';

/** A model's engines. */
export interface Route {
  readonly name: string;
  readonly members: readonly Member[];
  readonly target: Target;
  /** The model's name at its engines where it is not their own. */
  readonly upstream?: string;
}

/** The engines and the models that they serve. */
export class Roster {
  readonly members: readonly Member[];
  readonly #routes = new Map<string, Route>();

  /**
   * Throws JW_ENGINE_CONFIG when a model names an engine that is not there, or none.
   * @param before the roster whose place it takes: what was learnt of engines that stay is kept
   */
  constructor(engines: readonly Engine[], models: readonly ModelEntry[], before?: Roster) {
    const known = new Map(before?.members.map((member) => [member.engine, member]));
    this.members = engines.map((engine) => known.get(engine) ?? new Member(engine));
    for (const { name, engines: ids, target = NO_TARGET, upstream } of models) {
      const members = ids.map((id) => {
        const reason = `model "${name}" needs it, and it is not there`;
        return this.member(id) ?? fail('JW_ENGINE_CONFIG', { engine: id, reason });
      });
      if (members.length === 0) fail('JW_ENGINE_CONFIG', { engine: name, reason: 'no engine serves this model' });
      this.#routes.set(name, { name, members, target, ...(upstream === undefined ? {} : { upstream }) });
    }
  }

  route(model: string): Route | undefined {
    return this.#routes.get(model);
  }

  /** What is said of a model that nobody serves. */
  unknown(model: string, may: ReadonlySet<string> | null = null): Failure {
    const seen = may === null ? this.modelNames : this.modelNames.filter((name) => may.has(name));
    const details = { model: model.slice(0, 100), models: seen.length === 0 ? 'none for this key' : seen.join(', ') };
    return failure('JW_MODEL_UNKNOWN', details, { where: 'model' });
  }

  member(id: string): Member | undefined {
    return this.members.find(({ engine }) => engine.id === id);
  }

  get modelNames(): string[] {
    return [...this.#routes.keys()];
  }
}
