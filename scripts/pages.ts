import { ERRORS_PAGE, errorsPage } from './errors-page.ts';
import { SITE_PAGE, sitePage } from './site-reference.ts';

/** The pages of the docs that are made from the source: `npm run build` writes them, `npm test` looks that they are current. */
export const PAGES: readonly { readonly path: string; readonly make: () => string }[] = [
  { path: ERRORS_PAGE, make: errorsPage },
  { path: SITE_PAGE, make: sitePage },
];
