import { describe, expect, it } from 'vitest';
import { ThriftWriter } from '../../../src/formats/parquet/thrift.ts';
import { hex } from './bytes.ts';

function written(write: (out: ThriftWriter) => void): string {
  const out = new ThriftWriter();
  write(out);
  return hex(out.finish());
}

/** Expected bytes by hand from Thrift's thrift-compact-protocol.md. */
describe('Thrift compact protocol', () => {
  it('writes integers in zigzag', () => {
    expect(written((out) => out.i32(1, 0))).toBe('15 00 00');
    expect(written((out) => out.i32(1, -1))).toBe('15 01 00');
    expect(written((out) => out.i32(1, 1))).toBe('15 02 00');
    expect(written((out) => out.i32(1, 150))).toBe('15 ac 02 00');
    expect(written((out) => out.i32(1, -(2 ** 31)))).toBe('15 ff ff ff ff 0f 00');
    expect(written((out) => out.i64(1, 2 ** 40))).toBe('16 80 80 80 80 80 40 00');
    expect(written((out) => out.i64(1, Number.MAX_SAFE_INTEGER))).toBe('16 fe ff ff ff ff ff ff 1f 00');
    expect(written((out) => out.i8(1, 64))).toBe('13 40 00');
    expect(written((out) => out.i16(1, -2))).toBe('14 03 00');
  });

  it('writes field ids as steps, and whole where a step is too long', () => {
    expect(written((out) => [1, 3, 18].forEach((id) => void out.i32(id, 0)))).toBe('15 00 25 00 f5 00 00');
    expect(written((out) => out.i32(16, 0))).toBe('05 20 00 00');
  });

  it('keeps booleans in the field header', () => {
    expect(written((out) => out.bool(1, true))).toBe('11 00');
    expect(written((out) => out.bool(1, false))).toBe('12 00');
  });

  it('begins to count ids anew in a nested struct, and goes on behind it', () => {
    const nested = written((out) => {
      out.struct(2, () => out.i32(1, 1));
      out.i32(3, 2);
    });
    expect(nested).toBe('2c 15 02 00 15 04 00');
    expect(written((out) => out.struct(1))).toBe('1c 00 00');
  });

  it('writes strings and lists, short and long', () => {
    expect(written((out) => out.string(1, 'é'))).toBe('18 02 c3 a9 00');
    expect(written((out) => out.i32s(1, [1, -1]))).toBe('19 25 02 01 00');
    expect(written((out) => out.i64s(1, Array(15).fill(0)))).toBe(`19 f6 0f${' 00'.repeat(15)} 00`);
    expect(written((out) => out.strings(1, ['a', '']))).toBe('19 28 01 61 00 00');
    expect(written((out) => out.bools(1, [true, false]))).toBe('19 21 01 02 00');
    expect(written((out) => out.structs(1, [5], (item) => out.i32(2, item)))).toBe('19 1c 25 0a 00 00');
  });
});
