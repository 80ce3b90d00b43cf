import type { FilePatterns } from './options.ts';
import { NamePattern } from './pattern.ts';

/** Tables that are split into files by their `episode_id`, and which pattern names those. */
const BY_EPISODE = { steps: 'trajectory', episodes: 'summary' } as const;
const TABLES_FOLDER = 'tables';

/** What a file of a run holds. */
export interface FileContent {
  readonly table: string;
  /** Null where the file is not of one episode. */
  readonly episode: number | null;
  readonly part: number;
}

/** How the files of a run are named. Plain data, relative to the run's folder; the manifest carries it. */
export interface LayoutData {
  /** Folder of the episodes' files, `''` for the run's own. */
  readonly episodesFolder: string;
  readonly patterns: FilePatterns;
}

/** Names the files of a run, and tells from a name what the file holds. Paths are relative, with `/`. */
export class Layout {
  readonly data: LayoutData;
  readonly metadata: string;
  readonly statistics: string;
  readonly #patterns: { readonly [K in keyof FilePatterns]: NamePattern };
  readonly #runId: string;

  /** @throws `InvalidConfig` */
  constructor(data: LayoutData, runId: string) {
    this.data = data;
    this.#runId = runId;
    const { trajectory, summary, metadata, statistics, table } = data.patterns;
    this.#patterns = {
      trajectory: new NamePattern(trajectory),
      summary: new NamePattern(summary),
      metadata: new NamePattern(metadata),
      statistics: new NamePattern(statistics),
      table: new NamePattern(table),
    };
    this.metadata = this.#patterns.metadata.format({ run_id: runId });
    this.statistics = this.#patterns.statistics.format({ run_id: runId });
  }

  /** Whether each episode of a table has files of its own. */
  isByEpisode(table: string): boolean {
    return isSplit(table) && this.#patterns[BY_EPISODE[table]].has('episode_id');
  }

  folderOf(table: string): string {
    return isSplit(table) ? this.data.episodesFolder : TABLES_FOLDER;
  }

  fileOf({ table, episode, part }: FileContent): string {
    const pattern = this.#patterns[isSplit(table) ? BY_EPISODE[table] : 'table'];
    const name = pattern.format({
      run_id: this.#runId,
      table,
      part,
      ...(episode === null ? {} : { episode_id: episode }),
    });
    const folder = this.folderOf(table);
    return folder === '' ? name : `${folder}/${name}`;
  }

  /** What a file holds, or null where it is none of a table. */
  contentOf(path: string): FileContent | null {
    const slash = path.lastIndexOf('/');
    const folder = path.slice(0, Math.max(0, slash));
    const name = path.slice(slash + 1);
    if (folder === '' && (name === this.metadata || name === this.statistics)) return null;
    if (folder === this.data.episodesFolder) {
      for (const [table, pattern] of Object.entries(BY_EPISODE)) {
        const values = this.#patterns[pattern].parse(name);
        if (values !== null) return { table, episode: values.episode_id ?? null, part: values.part! };
      }
    }
    const values = folder === TABLES_FOLDER ? this.#patterns.table.parse(name) : null;
    return values === null ? null : { table: values.table!, episode: null, part: values.part! };
  }
}

function isSplit(table: string): table is keyof typeof BY_EPISODE {
  return Object.hasOwn(BY_EPISODE, table);
}
