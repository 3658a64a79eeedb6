/** How far a figure can be trusted: A vendor documentation; B a maintained public table; C press or derived; D named only, never planned with. */
export type Confidence = 'A' | 'B' | 'C' | 'D';

/** Number formats a chip computes in and a model's weights may be held in. */
export type Format = 'fp16' | 'fp8' | 'fp4' | 'int8' | 'int4';

/** Formats in the order of tables. */
export const FORMATS = ['fp16', 'fp8', 'fp4', 'int8', 'int4'] as const satisfies readonly Format[];

/** What is known of an accelerator (one device). Rates are dense (no sparsity). Absent = nobody published it. */
export interface AcceleratorRow {
  readonly id: string;
  readonly vendor: string;
  readonly name: string;
  readonly year?: number;
  readonly memoryGb?: number;
  readonly memoryType?: string;
  readonly bandwidthGbPerS?: number;
  /** TFLOP/s (TOP/s) by format that the chip computes natively. */
  readonly tflops: Readonly<Partial<Record<Format, number>>>;
  /** Board power limit. */
  readonly tdpW?: number;
  readonly idleW?: number;
  /** Scale-up link, both directions together, GB/s. */
  readonly interconnectGbPerS?: number;
  readonly formFactor?: string;
  readonly cooling?: string;
  /** Achievable share of the published memory and compute rate, where measured. */
  readonly memoryShare?: number;
  readonly computeShare?: number;
  /** Price of one when it came out. */
  readonly priceUsd?: number;
  /** Context on export rules, never a judgement: what may be bought is an input of the site. */
  readonly exportNote?: string;
  readonly confidence: Confidence;
  /** Sources divided by "; ". "tdpW idleW: text" is the source of these figures, a text without keys that of all others. */
  readonly source: string;
  readonly note?: string;
}

/** An accelerator of which enough is known for the arithmetic of inference. */
export interface Accelerator extends AcceleratorRow {
  readonly memoryGb: number;
  readonly bandwidthGbPerS: number;
  /** Has at least fp16: formats that are not native run at that rate. */
  readonly tflops: Readonly<Partial<Record<Format, number>>>;
  readonly tdpW: number;
}

/** What a model is for; only `text` and `multimodal` models generate tokens as the arithmetic of inference has it. */
export type ModelKind = 'text' | 'multimodal' | 'embedding' | 'speech' | 'encoder-decoder';

/** What is known of a model. Absent = not published, or not found in a source that may be shipped. */
export interface ModelRow {
  readonly id: string;
  /** Name on the Hugging Face hub, "Qwen/Qwen3-235B-A22B". */
  readonly hub?: string;
  readonly family: string;
  readonly kind: ModelKind;
  readonly totalParamsB?: number;
  readonly activeParamsB?: number;
  readonly layers?: number;
  /** Width of the residual stream. */
  readonly hidden?: number;
  /** Width of the feed-forward layer. */
  readonly intermediate?: number;
  readonly heads?: number;
  readonly kvHeads?: number;
  /** Width of a head; with latent attention that of its value. */
  readonly headDim?: number;
  readonly vocab?: number;
  /** Longest context, tokens. */
  readonly context?: number;
  /** Mixture of experts: experts per layer, experts a token uses, parameters (billion) held in experts. */
  readonly moe?: {
    readonly experts: number;
    readonly active: number;
    readonly expertParamsB: number;
    readonly sharedExperts?: number;
    /** Layers without experts. */
    readonly denseLayers?: number;
  };
  /** Latent attention (MLA): what is cached per token and layer instead of keys and values. */
  readonly mla?: { readonly rank: number; readonly ropeDim: number };
  /** Layers that look back at most `tokens` tokens; `kvBytesPerToken` is what they all cache per token of the window, at 16 bit. */
  readonly window?: { readonly tokens: number; readonly layers: number; readonly kvBytesPerToken: number };
  /** Layers with a recurrent state instead of a cache; `stateBytes` of all of them per sequence, whatever its length. */
  readonly linear?: { readonly layers: number; readonly stateBytes: number };
  /** KV cache per token at 16 bit of the layers that look back over everything, bytes. */
  readonly kvBytesPerToken?: number;
  readonly licence?: string;
  readonly year?: number;
  readonly confidence: Confidence;
  readonly source: string;
}

/** A model of which enough is known for the arithmetic of inference. */
export interface Model extends ModelRow {
  readonly totalParamsB: number;
  readonly activeParamsB: number;
  readonly layers: number;
  readonly hidden: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headDim: number;
  readonly context: number;
  readonly kvBytesPerToken: number;
}

/** Monthly statistics of a place; arrays have 12 entries, January first. */
export interface Climate {
  readonly id: string;
  readonly place: string;
  readonly country: string;
  readonly latDeg: number;
  readonly lonDeg: number;
  readonly elevationM: number;
  /** IANA zone. */
  readonly zone: string;
  readonly tempMeanC: readonly number[];
  readonly tempMaxMeanC: readonly number[];
  readonly tempMinMeanC: readonly number[];
  /** Day-to-day standard deviation and lag-1 autocorrelation of the daily mean. */
  readonly tempSdC: readonly number[];
  readonly tempLag1: readonly number[];
  readonly rhPct: readonly number[];
  readonly dewC: readonly number[];
  readonly ghiKwhM2Day: readonly number[];
  /** Daily clearness index: mean, standard deviation, lag-1 autocorrelation. */
  readonly ktMean: readonly number[];
  readonly ktSd: readonly number[];
  readonly ktLag1: readonly number[];
  readonly wind10Ms: readonly number[];
  readonly wind10SdMs: readonly number[];
  readonly wind10Lag1: readonly number[];
  readonly source: string;
}

/** Kinds of day that a price may tell apart; a holiday is none of the other two. */
export type DayType = 'weekday' | 'weekend' | 'holiday';

/** When a price holds; what is left out does not restrict. */
export interface TariffWindow {
  /** Local hours [from, to); [22, 6] goes over midnight. */
  readonly hours?: readonly (readonly [number, number])[];
  /** Months 1..12. */
  readonly months?: readonly number[];
  readonly days?: readonly DayType[];
}

/** A surcharge on energy bought in a month above a share of what was contracted for it. */
export interface OverContract {
  readonly aboveShare: number;
  /** What the energy above costs, as a multiple of its price. */
  readonly factor: number;
}

/** What a tariff asks of its customer beside money: data for reports, never enforced by the grid. */
export interface TariffDuties {
  /** Consumption in peak hours is to be this share lower. */
  readonly peakReductionShare?: number;
  /** Storage that is to be held, as a share of the load: least and most named. */
  readonly storageShare?: readonly [number, number];
  readonly source: string;
}

/** An electricity tariff. Prices in `currency` per kWh without VAT unless `vatIncluded`. */
export interface Tariff {
  readonly id: string;
  /** Rows with the same word are versions of one tariff, which a site file may name by it. */
  readonly versionOf?: string;
  readonly name: string;
  readonly country: string;
  readonly currency: string;
  /** ISO date from which it holds. */
  readonly validFrom: string;
  readonly vatIncluded: boolean;
  readonly energyPerKwh: number;
  /** Multipliers by local hour for time of use; hours outside every period cost `energyPerKwh`, later periods win. */
  readonly periods: readonly (TariffWindow & {
    readonly name: string;
    readonly hours: readonly (readonly [number, number])[];
    readonly factor: number;
  })[];
  /** Days of the type `holiday`: ISO dates, or MM-DD for every year. */
  readonly holidays?: readonly string[];
  readonly demandPerKwMonth: number;
  readonly fixedPerMonth?: number;
  readonly overContract?: OverContract;
  readonly duties?: TariffDuties;
  readonly source: string;
}

/** CO2 of a country's electricity, g/kWh. */
export interface GridCarbon {
  readonly country: string;
  readonly gPerKwh: number;
  readonly lowGPerKwh: number;
  readonly highGPerKwh: number;
  readonly source: string;
}

/** A price of equipment or fuel. */
export interface Price {
  readonly id: string;
  readonly about: string;
  readonly value: number;
  /** As printed: "USD/kW". */
  readonly unit: string;
  /** Year of the money. */
  readonly year: number;
  /** Accelerators that it is the rent of, one for an hour, by their ids. */
  readonly accelerators?: readonly string[] | undefined;
  readonly source: string;
}

/** A wind turbine and its power curve at 1.225 kg/m3. */
export interface Turbine {
  readonly id: string;
  readonly name: string;
  readonly maker: string;
  /** Top of the curve. */
  readonly ratedKw: number;
  readonly rotorM: number;
  /** A usual hub height. */
  readonly hubM: number;
  /** Wind at the hub, rising; the last is the cut-out. */
  readonly speedsMs: readonly number[];
  readonly powersKw: readonly number[];
  readonly source: string;
}

/** Everything the product knows out of the box, by id. Each kind is read when it is first asked for. */
export interface Catalog {
  /** Accelerators that can be planned with: complete, and not of grade D. */
  readonly accelerators: ReadonlyMap<string, Accelerator>;
  /** All accelerators that are known, with what is known of each. */
  readonly acceleratorRows: ReadonlyMap<string, AcceleratorRow>;
  /** Models that can be planned with: complete, text out, and not of grade D. */
  readonly models: ReadonlyMap<string, Model>;
  readonly modelRows: ReadonlyMap<string, ModelRow>;
  readonly climates: ReadonlyMap<string, Climate>;
  readonly tariffs: ReadonlyMap<string, Tariff>;
  readonly carbon: ReadonlyMap<string, GridCarbon>;
  readonly prices: ReadonlyMap<string, Price>;
  readonly turbines: ReadonlyMap<string, Turbine>;
}
