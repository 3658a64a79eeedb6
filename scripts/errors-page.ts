import { type ErrorRow, TABLE } from '../src/errors/table.ts';

/** Where the page lives in the checkout. */
export const ERRORS_PAGE = 'docs/reference/errors.md';

const INTRO = `# Errors

Every error of Joulewright has a stable code. A command prints \`where: message; hint [CODE]\` and ends with the exit code; the
HTTP API answers with the status and a body that carries the code. Words in braces are filled in. This page is made from
\`src/errors/table.ts\` by \`npm run build\`; do not edit it by hand.

Exit codes are those of sysexits.h: 64 usage, 65 data, 66 no input, 69 unavailable, 70 internal, 73 cannot create, 77 no permission,
78 configuration.
`;

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('\n', ' ');
}

function line([code, row]: readonly [string, ErrorRow]): string {
  return `| <a id="${code.toLowerCase()}"></a>\`${code}\` | ${cell(row.message)} | ${cell(row.hint)} | ${row.exit} | ${row.http} |`;
}

/** The reference page of all errors, by code. */
export function errorsPage(): string {
  const rows = Object.entries<ErrorRow>(TABLE).sort(([a], [b]) => (a < b ? -1 : 1));
  return `${INTRO}
| code | message | what to do | exit | HTTP |
|---|---|---|---:|---:|
${rows.map(line).join('\n')}
`;
}
