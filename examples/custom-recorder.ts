// A backend of one's own, as a class: it gets plain objects on the simulation's thread, here to keep summaries of
// episodes in a CSV file and no steps at all.
//   node examples/custom-recorder.ts
import { appendFileSync, closeSync, copyFileSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import {
  BaseRecorder,
  type PlainRow,
  type RecorderConfig,
  RecorderFactory,
  RecorderManager,
} from '../src/index.ts';

class SummaryRecorder extends BaseRecorder {
  readonly #path: string;
  readonly #columns: readonly string[];
  readonly #file: number;

  constructor(config: RecorderConfig) {
    super(config);
    // What `keys` of the registration declares arrives here.
    const { summary_path = 'recordings/summaries.csv', columns = ['total_steps', 'total_reward'] } =
      (config.options ?? {}) as { summary_path?: string; columns?: readonly string[] };
    this.#path = summary_path;
    this.#columns = ['episode_id', ...columns];
    mkdirSync(dirname(summary_path), { recursive: true });
    this.#file = openSync(summary_path, 'w');
    appendFileSync(this.#file, `${this.#columns.join(',')}\n`);
  }

  /** Steps only count towards their episode. */
  protected override writeStepData(): number {
    return 0;
  }

  /** Called with episodes that have ended. What it throws is a write error: `flush` rejects, the rows count as failed. */
  protected override writeEpisodeData(rows: readonly PlainRow[]): number {
    const lines = rows.map((row) => this.#columns.map((column) => row[column] ?? '').join(','));
    const text = `${lines.join('\n')}\n`;
    appendFileSync(this.#file, text);
    return Buffer.byteLength(text);
  }

  protected override exportDataBackend(outputPath: string): boolean {
    copyFileSync(this.#path, outputPath);
    return true;
  }

  protected override closeStorage(): void {
    closeSync(this.#file);
  }
}

RecorderFactory.registerBackend('summary', SummaryRecorder, { keys: ['summary_path', 'columns'] });

const recorder = RecorderFactory.createRecorder({
  backend: 'summary',
  columns: ['total_steps', 'total_reward', 'success'],
});
await using manager = new RecorderManager(recorder);
for (let episode = 1; episode <= 5; episode++) {
  await manager.managedRecordingSession({ episodeId: episode }, (session) => {
    let tries = 0;
    for (; tries < 100 && Math.random() < 0.9; tries++) session.recordStep({ reward: -1 }, tries);
    session.recordEpisode({ success: tries < 100 });
  });
}
await recorder.exportData('recordings/exported.csv');
console.log(`recorded ${recorder.bytesWritten} bytes of summaries, exported to recordings/exported.csv`);
