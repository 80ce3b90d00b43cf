import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../make-folder.ts';
import type { Layout } from './layout.ts';

/** Gives the files of a table their names: the next in its sequence, or the next of an episode. */
export class PartNames {
  readonly #folder: string;
  readonly #layout: Layout;
  readonly #table: string;
  #folderMade = false;
  #lastPart = 0;
  #highestEpisode = -1;

  constructor(folder: string, layout: Layout, table: string) {
    this.#folder = folder;
    this.#layout = layout;
    this.#table = table;
  }

  /** Goes on behind files that are there already. */
  resume(lastPart: number): void {
    this.#lastPart = lastPart;
    // Any episode may have files.
    this.#highestEpisode = Number.POSITIVE_INFINITY;
  }

  /** A name that no file has. Makes the folder that it is in. */
  next(episode: number | null): { path: string; part: number } {
    if (!this.#folderMade) makeFolder(join(this.#folder, this.#layout.folderOf(this.#table)));
    this.#folderMade = true;
    const part = this.#nextPart(episode);
    return { path: this.#pathOf(episode, part), part };
  }

  #nextPart(episode: number | null): number {
    if (episode === null) return ++this.#lastPart;
    if (episode > this.#highestEpisode) {
      this.#highestEpisode = episode;
      return 1;
    }
    // Rows that come after the episode's end, as a rule.
    let part = 1;
    while (existsSync(this.#pathOf(episode, part))) part++;
    return part;
  }

  #pathOf(episode: number | null, part: number): string {
    return join(this.#folder, this.#layout.fileOf({ table: this.#table, episode, part }));
  }
}
