import { expect, test } from 'vitest';
import { REQUEST, REQUEST_CLOSED, REQUEST_EACH, REQUEST_STOP } from '../../src/buffer/words.ts';
import { interruptRecorder } from '../../src/record/recorder.ts';
import { array, bytes, f64 } from '../../src/schema/columns.ts';
import { defineTable } from '../../src/schema/table.ts';
import { betweenAtomics } from '../support/between-atomics.ts';
import { refusal } from '../support/errors.ts';
import { FakeLanes } from '../support/fake-lanes.ts';

test('a lane that others join publishes each unit, whenever the writer asks it to publish', () => {
  const lanes = new FakeLanes();
  const { main } = lanes;
  betweenAtomics(
    () => main.lane.addLane(),
    () => main.reader!.requestPublication(),
  );
  expect(main.lane.words[REQUEST]).toBe(REQUEST_EACH);
});

test('a stop of the recorder reaches lanes that leave the writer no rest, but for those that are told of its end', () => {
  const lanes = new FakeLanes();
  const joined = lanes.attach();
  lanes.drain();
  interruptRecorder(lanes.main.lane.words.buffer as SharedArrayBuffer);
  lanes.drain();
  expect(joined.lane.words[REQUEST]).toBe(REQUEST_STOP);
  lanes.close();
  lanes.drain();
  expect(joined.lane.words[REQUEST]).toBe(REQUEST_CLOSED);
});

test('a lane that is attached after the writer has failed hears of it as the others do', () => {
  const item = defineTable('item', { n: f64() });
  const lanes = new FakeLanes({ throwOnFailure: true });
  lanes.backend.onWrite = () => {
    throw new Error('disk gone');
  };
  lanes.main.open(item).append({ n: 1 });
  lanes.flush();
  const { append } = lanes.attach().open(item);
  refusal('WriteFailed', () => append({ n: 2 }));
});

test('a large row of an open frame waits for the memory of other lanes, and does not keep the writer from it', () => {
  const LIMIT = 4 * 2 ** 20;
  const body = defineTable('body', { state: array('f64', 128) });
  // The other lane has filled the memory again before the writer looks a second time.
  const waits = [
    () => {
      lanes.drain();
      fill();
    },
    () => lanes.drain(),
  ];
  const lanes = new FakeLanes({ memoryLimitBytes: LIMIT, onWait: () => waits.shift()?.() });
  const { append } = lanes.attach().open(body);
  const state = new Float64Array(128);
  const fill = () => {
    while (lanes.metrics().buffer.bytesAllocated < LIMIT - 700 * 1024) append({ state });
  };
  const camera = lanes.attach();
  const images = camera.open(defineTable('image', { data: bytes() }));
  lanes.drain();
  camera.lane.beginUnit();
  fill();
  images.append({ data: new Uint8Array(2 ** 20) });
  camera.lane.endUnit();
  lanes.flush();
  expect(lanes.backend.rows('image')).toHaveLength(1);
});

test('a unit in parts goes on in parts where its rows have come round to the segment in which it began', () => {
  const body = defineTable('body', { n: f64(), state: array('f64', 128) });
  const lanes = new FakeLanes({ memoryLimitBytes: 256 * 1024 });
  lanes.attach();
  lanes.drain();
  const { append } = lanes.main.open(body);
  const state = new Float64Array(128);
  lanes.main.lane.beginUnit();
  for (let n = 0; n < 4000; n++) append({ n, state });
  lanes.main.lane.endUnit();
  lanes.flush();
  expect(lanes.backend.rows('body')).toHaveLength(4000);
});
