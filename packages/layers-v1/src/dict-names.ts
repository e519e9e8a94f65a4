// The one place where names in files (Python's) and names in TypeScript meet: `tau_syn` and `tauSyn`.

/** `tau_syn` -> `tauSyn`. Names without underscores (`N`, `tTauBias`) stay as they are. */
export function camelCase(name: string): string {
  return name.replace(/(?<=.)_+([A-Za-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** `tauSyn` -> `tau_syn`. */
export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
