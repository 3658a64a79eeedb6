/** Tenants that are remembered per band before those that would be lifted anyway are forgotten. */
const REMEMBERED = 4096;

/**
 * Virtual token counters of the tenants of one band (VTC: Sheng et al., "Fairness in Serving Large Language Models", OSDI
 * 2024): a tenant's counter grows by what is served to it, divided by its weight, and whoever has the lowest is next. A
 * tenant that comes back after a pause is lifted to the level of those who stayed, so that nobody saves up.
 */
export class Counters {
  readonly #values = new Map<string, number>();
  readonly #weightOf: (tenant: string) => number;
  /** Level of whoever was served last: where a tenant starts that finds nobody waiting. */
  #level = 0;

  /** @param weightOf share of a tenant beside others, above 0 */
  constructor(weightOf: (tenant: string) => number) {
    this.#weightOf = weightOf;
  }

  of(tenant: string): number {
    return this.#values.get(tenant) ?? this.#level;
  }

  /** A tenant with nothing waiting comes to wait. @param lowest lowest counter of those who wait; undefined = nobody does */
  arrive(tenant: string, lowest: number | undefined): void {
    const value = Math.max(this.of(tenant), lowest ?? this.#level);
    this.#values.set(tenant, value);
  }

  /** A tenant is served. */
  serve(tenant: string, cost: number): void {
    const value = this.of(tenant);
    this.#level = Math.max(this.#level, value);
    this.#values.set(tenant, value + cost / this.#weightOf(tenant));
    if (this.#values.size > REMEMBERED) this.#forget();
  }

  /** Sets right what `serve` took, once the true cost is known. */
  settle(tenant: string, difference: number): void {
    const value = this.#values.get(tenant);
    if (value !== undefined) this.#values.set(tenant, value + difference / this.#weightOf(tenant));
  }

  /** A tenant below the level would be lifted to it on its return: nothing is lost. */
  #forget(): void {
    for (const [tenant, value] of this.#values) if (value <= this.#level) this.#values.delete(tenant);
  }
}
