import { expect, it } from 'vitest';
import * as config from '../src/config/index.ts';
import * as exporting from '../src/export/index.ts';
import * as simtape from '../src/index.ts';
import * as plot from '../src/plot/index.ts';
import * as read from '../src/read/index.ts';
import * as testing from '../src/testing/index.ts';
import * as plume from '../worlds/plume/index.ts';

// A change to the public names is a change to be seen in review.
it('exports these names and no others', () => {
  expect(Object.keys(simtape).sort()).toMatchInlineSnapshot(`
    [
      "BaseRecorder",
      "DataRecorder",
      "HDF5Recorder",
      "Hdf5Dataset",
      "Hdf5Objects",
      "NullRecorder",
      "ParquetRecorder",
      "RecorderFactory",
      "RecorderManager",
      "RecordingSession",
      "SQLiteRecorder",
      "SimtapeError",
      "SimulationFrame",
      "array",
      "bool",
      "bytes",
      "createRecorder",
      "createRecorderSync",
      "defineTable",
      "describeRow",
      "enumOf",
      "f32",
      "f64",
      "i16",
      "i32",
      "i64",
      "i8",
      "interruptRecorder",
      "isSimtapeError",
      "joinRecorder",
      "json",
      "quat",
      "readValue",
      "ref",
      "timestamp",
      "u16",
      "u32",
      "u64",
      "u8",
      "utf8",
      "vec2",
      "vec3",
    ]
  `);
  expect(Object.keys(read).sort()).toMatchInlineSnapshot(`
    [
      "columnStatistics",
      "compareRecordings",
      "findRecordings",
      "framesOf",
      "openRecording",
      "recover",
      "replay",
      "statesAt",
      "trajectoryStatistics",
      "verify",
    ]
  `);
  expect(Object.keys(testing).sort()).toMatchInlineSnapshot(`
    [
      "RecordingAssertionError",
      "assertComesToRest",
      "assertEnergyConserved",
      "assertEqualRecordings",
      "assertMonotonicTime",
      "assertNeverBelow",
      "assertNoDanglingKeys",
      "readRows",
      "simtapeMatchers",
      "testBackend",
    ]
  `);
  expect(Object.keys(exporting).sort()).toMatchInlineSnapshot(`
    [
      "convertRecording",
      "exportRecording",
    ]
  `);
  expect(Object.keys(config).sort()).toMatchInlineSnapshot(`
    [
      "composeConfig",
      "describeConfig",
      "loadConfig",
      "originsOf",
    ]
  `);
  expect(Object.keys(plot).sort()).toMatchInlineSnapshot(`
    [
      "drawSvg",
      "drawText",
      "plotRecording",
      "readDrawing",
      "toPng",
    ]
  `);
  expect(Object.keys(plume).sort()).toMatchInlineSnapshot(`
    [
      "defaultPlumeOptions",
      "runPlume",
    ]
  `);
});
