/** What one bench found out. Plain data: it crosses from the bench's process. */
export interface Report {
  readonly title: string;
  /** What is measured, and how: one paragraph each. */
  readonly text: readonly string[];
  readonly tables: readonly ReportTable[];
  readonly targets: readonly Target[];
}

export interface ReportTable {
  readonly caption: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A target of the design, and how it came out. */
export interface Target {
  readonly what: string;
  readonly target: string;
  readonly figure: string;
  readonly met: boolean;
}

/** A report as Markdown. `setting` says on what machine, when, and at which commit it was made. */
export function toMarkdown(report: Report, setting: string): string {
  const parts = [`## ${report.title}`, ...report.text];
  for (const { caption, head, rows } of report.tables) parts.push(`**${caption}**`, grid(head, rows));
  if (report.targets.length > 0) {
    const rows = report.targets.map(({ what, target, figure, met }) => [
      what,
      target,
      figure,
      met ? 'met' : '**missed**',
    ]);
    parts.push('**Targets**', grid(['what', 'target', 'measured', ''], rows));
  }
  parts.push(`*${setting}*`);
  return parts.join('\n\n');
}

function grid(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((cell, i) => Math.max(cell.length, 3, ...rows.map((row) => row[i]!.length)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join(' | ')} |`;
  const rule = widths.map((width, i) => (i === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}

const HEADING = `# Benchmarks

Written by \`npm run bench\`; \`npm run bench -- append step\` measures some again and leaves the other sections as
they are, \`--quick\` takes a fraction of the time. Each figure of ours stands next to its peer's of the same run: the
ratio carries over to another machine, the figure does not. Figures are those of the commit that stands beside their
section here, and at its end; what came later was not measured.`;

/**
 * Puts a bench's section into the page, in place of the one that is there.
 * @param order names of all benches, in the order of the page
 */
export function replaceSection(
  page: string,
  name: string,
  section: string,
  order: readonly string[],
): string {
  const sections = sectionsOf(page).set(name, section);
  const names = order.filter((known) => sections.has(known));
  const blocks = names.map(
    (known) => `<!-- bench: ${known} -->\n\n${sections.get(known)}\n\n<!-- end: ${known} -->`,
  );
  const contents = names.map((known) => contentsRow(sections.get(known)!));
  return `${[HEADING, grid(['section', 'commit', 'targets met'], contents), ...blocks].join('\n\n')}\n`;
}

/** The sections of a page by the names of their benches. */
function sectionsOf(page: string): Map<string, string> {
  const found = page.matchAll(/<!-- bench: (\S+) -->\n\n(.*?)\n\n<!-- end: \1 -->/gs);
  return new Map(Array.from(found, ([, name, section]) => [name!, section!]));
}

/** What the list at the top of the page says of a section. */
function contentsRow(section: string): string[] {
  const title = section.match(/^## (.+)/)![1]!;
  const anchor = title
    .toLowerCase()
    .replace(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-');
  const commit = section.match(/; commit ([^;*]+)/)?.[1] ?? 'unknown';
  const met = section.match(/ met \|$/gm)?.length ?? 0;
  const missed = section.match(/ \*\*missed\*\* \|$/gm)?.length ?? 0;
  return [`[${title}](#${anchor})`, commit, met + missed === 0 ? '-' : `${met} of ${met + missed}`];
}

/** `54.1`, `1,240`: three digits that mean something. */
export function figure(value: number): string {
  if (Number.isNaN(value)) return '-';
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

export function times(ratio: number): string {
  return Number.isNaN(ratio) ? '-' : `${figure(ratio)} x`;
}

/** How much of a bench is run. */
export interface Scale {
  readonly quick: boolean;
  /** Rows to measure with, where a bench takes another number of them. */
  readonly rows?: number;
}
