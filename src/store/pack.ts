import { fail } from '../errors/error.ts';
import type { PackedRows } from './protocol.ts';
import type {
  AccountRow,
  AuditRow,
  ChangeRow,
  CheckpointRow,
  Json,
  RowsByTable,
  SettlementRow,
  TableName,
  TelemetryRow,
  UsageRow,
} from './rows.ts';
import { settlementSheet, usageSheet } from './usageSheet.ts';

/** JSON drops NaN and infinities to null without a word; a twin that starts again from such a state would be wrong silently. */
function toText(table: TableName, value: Json): string {
  return JSON.stringify(value, (key, part: unknown) => {
    if (typeof part === 'number' && !Number.isFinite(part)) {
      fail('JW_STORE_ROW', { table, reason: `${key === '' ? 'the value' : key} is ${part}` });
    }
    return part;
  });
}

type PackedCall = { [T in TableName]: { readonly table: T; readonly rows: PackedRows[T] } }[TableName];

/** Makes the rows of one call ready to cross to the thread. Throws JW_STORE_ROW when a value cannot be said in JSON. */
export function packRows<T extends TableName>(table: T, rows: readonly RowsByTable[T][]): PackedCall {
  const call = { table, rows } as Unpacked;
  switch (call.table) {
    case 'checkpoint':
      return {
        table: 'checkpoint',
        rows: call.rows.map((row) => ({ ...row, value: toText('checkpoint', row.value) })),
      };
    case 'audit':
      return { table: 'audit', rows: call.rows.map((row) => ({ ...row, detail: toText('audit', row.detail) })) };
    case 'change':
      return {
        table: 'change',
        rows: call.rows.map((row) => ({
          ...row,
          detail: toText('change', row.detail),
          objects: row.objects.map((o) => ({ ...o, value: toText('change', o.value) })),
        })),
      };
    case 'usage':
      return { table: 'usage', rows: usageSheet(call.rows) };
    case 'settlement':
      return { table: 'settlement', rows: settlementSheet(call.rows) };
    default:
      return call;
  }
}

type Unpacked =
  | { readonly table: 'telemetry'; readonly rows: readonly TelemetryRow[] }
  | { readonly table: 'usage'; readonly rows: readonly UsageRow[] }
  | { readonly table: 'settlement'; readonly rows: readonly SettlementRow[] }
  | { readonly table: 'account'; readonly rows: readonly AccountRow[] }
  | { readonly table: 'change'; readonly rows: readonly ChangeRow[] }
  | { readonly table: 'checkpoint'; readonly rows: readonly CheckpointRow[] }
  | { readonly table: 'audit'; readonly rows: readonly AuditRow[] };
