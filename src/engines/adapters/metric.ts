/** A metric by its name on the page, and the labels that it must have. */
export const metric = (name: string, labels?: Readonly<Record<string, string>>) =>
  labels === undefined ? { name } : { name, labels };
