import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import {
  createRecorder,
  defineTable,
  enumOf,
  f64,
  json,
  ref,
  SimulationFrame,
  utf8,
  vec3,
} from '../../src/index.ts';

const FRAMES = 60 * 60 * 60;

it('an hour of frames at 60 a second, in fast motion, takes no more memory at the end than early on', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'simtape-hour-'));
  const recorder = await createRecorder({ path: join(folder, 'hour.db') });
  const table = recorder.table(
    defineTable('probe', {
      frame_id: ref(SimulationFrame),
      position: vec3(),
      label: utf8(),
      mode: enumOf(['surge', 'cast']),
      info: json({ nullable: true }),
      value: f64({ nullable: true }),
    }),
  );
  let early = 0;
  let most = 0;
  for (let frame = 0; frame < FRAMES; frame++) {
    recorder.recordFrame(frame / 60);
    table.append({
      position: [frame, 0.5, -1],
      label: `frame ${frame % 100}`,
      mode: frame % 2 === 0 ? 'surge' : 'cast',
      info: frame % 10 === 0 ? { frame } : null,
      value: frame % 3 === 0 ? null : frame,
    });
    // As a paced simulation does, let the writer keep up, so that what would grow is a leak and not the backlog.
    if (frame % 500 === 0) {
      await recorder.flush();
      const { bytesAllocated } = recorder.metrics().buffer;
      if (frame === 5000) early = bytesAllocated;
      if (frame > 5000) most = Math.max(most, bytesAllocated);
    }
  }
  await recorder.flush();
  expect(recorder.metrics().tables.probe).toMatchObject({ written: FRAMES, dropped: 0, pending: 0 });
  expect(early).toBeGreaterThan(0);
  expect(most).toBeLessThanOrEqual(2 * early);
  await recorder.close();
  rmSync(folder, { recursive: true, force: true });
});
