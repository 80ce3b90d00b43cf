/** What DuckDB says, without the excerpt of the statement. */
export function reasonOf({ message }: Error): string {
  return message
    .replace(/^Failed to extract statements: /, '')
    .replace(/\n+LINE \d+:[\s\S]*$/, '')
    .replace(/\s*\n\s*/g, ' ')
    .trim();
}
