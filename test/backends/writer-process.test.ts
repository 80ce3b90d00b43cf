import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { isWriterAlive, thisProcess } from '../../src/backends/writer-process.ts';

it('knows that this process lives', () => {
  expect(isWriterAlive(thisProcess())).toBe(true);
});

it('knows a process that is gone', async () => {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  expect(isWriterAlive({ ...thisProcess(), pid: child.pid! })).toBe(false);
});

it.runIf(process.platform === 'linux')('knows a process number that was given out again', () => {
  const { startTicks, ...rest } = thisProcess();
  expect(startTicks).toBeGreaterThan(0);
  expect(isWriterAlive({ ...rest, startTicks: startTicks! - 1 })).toBe(false);
  expect(isWriterAlive({ ...rest, startTicks: null })).toBe(true);
});

it.runIf(process.platform === 'linux')('knows that nothing lives on when the machine starts again', () => {
  expect(isWriterAlive({ ...thisProcess(), bootId: 'another' })).toBe(false);
});

it('takes a process of another machine for one that lives', () => {
  expect(isWriterAlive({ ...thisProcess(), host: 'elsewhere', pid: 2 ** 22 + 1, bootId: 'another' })).toBe(
    true,
  );
});
