import { JOINED, REQUEST, REQUEST_CLOSED, STATE_CLOSED, WRITER_STATE } from './buffer/words.ts';
import { SimtapeError } from './errors.ts';
import { liveQuery } from './read/live-query.ts';
import { Lane } from './record/lane.ts';
import type { LaneHandle } from './record/lane-handle.ts';
import { NoneRecorder } from './record/none-recorder.ts';
import type { Recorder } from './record/recorder.ts';
import { closed } from './record/requests.ts';
import { recorderOf, unheard } from './recorder-of.ts';
import { JoinedWriter } from './writer/join.ts';

/**
 * Joins a recorder of another thread: what this thread records goes into the same recording. The lane ends with
 * `close`, and with the thread.
 *
 * @param handle what `attach` gave to that thread, posted here with its port
 * @throws `RecorderClosed` where that recorder is closed; `InvalidConfig` where the handle came without its port, or
 *   was used before
 */
export function joinRecorder(handle: LaneHandle): Recorder {
  const { runId, path, shared, options, backend } = handle;
  if (shared === null || options === null) return new NoneRecorder(runId, unheard);
  claim(handle.port, shared);
  const writer = new JoinedWriter({ ...shared, port: handle.port, patienceMs: handle.patienceMs });
  const lane = new Lane(writer.link, shared.lane, options);
  lane.join();
  return recorderOf({
    runId,
    path,
    backend,
    lane,
    writer,
    options,
    query: liveQuery(backend, path),
    others: null,
    attach: () => {
      throw new SimtapeError(
        'InvalidConfig',
        'a lane makes no lanes: call attach on the recorder that createRecorder gave',
        { key: 'attach', value: runId },
      );
    },
  });
}

/** Sees to it that a lane has one thread, and a recorder. */
function claim(port: unknown, { control, lane }: NonNullable<LaneHandle['shared']>): void {
  if (!(port instanceof MessagePort)) {
    throw new SimtapeError(
      'InvalidConfig',
      'a lane handle came without its port: pass [handle.port] as the transfer list of the message or worker that takes it to its thread',
      { key: 'port', value: port },
    );
  }
  const words = new Int32Array(lane);
  const isOver = Atomics.load(new Int32Array(control), WRITER_STATE) === STATE_CLOSED;
  if (isOver || Atomics.load(words, REQUEST) === REQUEST_CLOSED) {
    port.close();
    throw closed('the recorder that this lane belongs to is closed');
  }
  if (Atomics.exchange(words, JOINED, 1) === 1) {
    throw new SimtapeError(
      'InvalidConfig',
      'a lane handle was used twice: one thread joins with it, once; call attach for each thread, and for each task of a pool',
      { key: 'handle', value: 'used before' },
    );
  }
}
