import { SimtapeError, show } from '../../errors.ts';
import type { Hdf5Type } from '../../formats/hdf5/types.ts';

/** Types of elements, by the names that NumPy has for them. Sizes stand in bytes in the short ones, as there. */
const NAMES: Readonly<Record<string, Hdf5Type>> = {
  float64: 'f64',
  double: 'f64',
  f8: 'f64',
  float32: 'f32',
  single: 'f32',
  f4: 'f32',
  int8: 'i8',
  i1: 'i8',
  int16: 'i16',
  i2: 'i16',
  int32: 'i32',
  i4: 'i32',
  int64: 'i64',
  uint8: 'u8',
  u1: 'u8',
  uint16: 'u16',
  u2: 'u16',
  uint32: 'u32',
  u4: 'u32',
  uint64: 'u64',
  bool: 'bool',
  bool_: 'bool',
  '?': 'bool',
  str: 'utf8',
  utf8: 'utf8',
  string: 'utf8',
  bytes: 'bytes',
  'datetime64[ns]': 'timestamp',
};

/** What an unclear name could mean. */
const UNCLEAR: Readonly<Record<string, string>> = {
  i8: 'int64 in NumPy and int8 in simtape: say int64 or int8',
  u8: 'uint64 in NumPy and uint8 in simtape: say uint64 or uint8',
};

const TAKES =
  'it takes float64 (f8), float32 (f4), int8 to int64, uint8 to uint64, bool, str (text of any length), ' +
  'S16 (text of at most 16 bytes of UTF-8), bytes, V16 (16 bytes each) or datetime64[ns]';

/**
 * The type of a dataset's elements by its name. Little-endian ones may have NumPy's `<` or `|` before them.
 * @throws `InvalidConfig` for a name that is none, or that could be two
 */
export function hdf5TypeOf(path: string, dtype: string): Hdf5Type {
  const name = typeof dtype === 'string' ? dtype.replace(/^[<|=]/, '') : '';
  const unclear = UNCLEAR[name];
  // With NumPy's mark of byte order it is NumPy's name.
  if (unclear !== undefined && name !== dtype) return name === 'i8' ? 'i64' : 'u64';
  if (unclear !== undefined) refuse(path, dtype, `${name} is ${unclear}`);
  const sized = /^([SV])(\d+)$/.exec(name);
  if (sized !== null) return { kind: sized[1] === 'S' ? 'utf8' : 'bytes', length: Number(sized[2]) };
  return NAMES[name] ?? refuse(path, dtype, TAKES);
}

function refuse(path: string, dtype: unknown, why: string): never {
  throw new SimtapeError('InvalidConfig', `${path} cannot have the dtype ${show(dtype)}: ${why}`, {
    key: 'dtype',
    value: dtype,
  });
}
