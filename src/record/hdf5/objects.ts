import { SimtapeError } from '../../errors.ts';
import { textOfAttributes } from '../../formats/hdf5/attribute-text.ts';
import { type AttributeValues, refuseAttributes } from '../../formats/hdf5/messages/attribute.ts';
import { HDF5_OBJECTS } from '../../schema/hdf5-objects.ts';
import type { Recorder } from '../recorder.ts';
import type { Table } from '../table.ts';
import { Hdf5Dataset } from './dataset.ts';
import { type Hdf5DatasetOptions, ownDataset } from './dataset-options.ts';
import { hdf5TypeOf } from './dtype.ts';
import { Hdf5Paths } from './paths.ts';

/** What is known of the files of recorders, however many ask. */
const KNOWN = new WeakMap<Recorder, Hdf5Paths>();

/**
 * Groups, datasets and attributes of your own beside the recorded tables of an HDF5 file. They go the way of all rows: through
 * the writer thread and the journal, in commits, so that what `flush()` confirmed survives the end of the process.
 *
 * A path is absolute (`/calibration/camera`), or within the group of the run (`calibration/camera`). The recorder's
 * tables and episodes are its own, but may be given attributes. Each thread makes objects of its own.
 *
 * @example
 * const objects = new Hdf5Objects(recorder);
 * objects.createGroup('calibration', { camera: 'left' });
 * objects.createDataset('calibration/matrix', [3, 3], 'float64').write([[1, 0, 0], [0, 1, 0], [0, 0, 1]]);
 */
export class Hdf5Objects {
  readonly #recorder: Recorder;
  readonly #paths: Hdf5Paths;
  readonly #rows: Table<typeof HDF5_OBJECTS>;

  /** @throws `InvalidConfig` where the recorder writes no HDF5 file; one that records nothing takes all, and does nothing */
  constructor(recorder: Recorder) {
    const { backend } = recorder;
    if (backend !== 'hdf5' && backend !== 'none') {
      const message = `objects of HDF5 need the backend hdf5, and this recorder's is ${backend}: createRecorder({ backend: 'hdf5' })`;
      throw new SimtapeError('InvalidConfig', message, { key: 'backend', value: backend });
    }
    this.#recorder = recorder;
    this.#rows = recorder.table(HDF5_OBJECTS);
    let paths = KNOWN.get(recorder);
    if (paths === undefined) {
      paths = new Hdf5Paths(recorder.runId, recorder.makesParentGroups);
      KNOWN.set(recorder, paths);
    }
    this.#paths = paths;
  }

  /**
   * Makes a group, and groups on the way to it unless `createIntermediateGroups` is off.
   * @throws `InvalidConfig` for a path that is taken, the recorder's own or none, and for attributes that cannot be
   */
  createGroup(path: string, attributes: AttributeValues = {}): void {
    const place = this.#paths.absolute(path);
    this.#paths.add(place, 'group', () => {
      this.#refuseAttributes(place, attributes);
      this.#rows.append({ kind: 'group', path: place, attributes: textOfAttributes(attributes) });
    });
  }

  /**
   * Makes a dataset.
   *
   * @param shape sizes, of which a dataset that may grow has at least as many rows; `[]` for a single value
   * @param dtype type of the elements by NumPy's name: `float64` or `f8`, `int32`, `bool`, `str`, `S16`, `bytes` …
   * @throws `InvalidConfig` for a path, a type or an option that cannot be
   */
  createDataset(
    path: string,
    shape: readonly number[],
    dtype: string,
    options: Hdf5DatasetOptions = {},
  ): Hdf5Dataset {
    const place = this.#paths.absolute(path);
    const type = hdf5TypeOf(place, dtype);
    const { dataset, attributes } = ownDataset(place, type, [...shape], options);
    let id = 0;
    this.#paths.add(place, 'dataset', () => {
      this.#refuseAttributes(place, attributes);
      id = this.#rows.append({
        kind: 'dataset',
        path: place,
        attributes: textOfAttributes(attributes),
        definition: JSON.stringify(dataset),
      });
    });
    return new Hdf5Dataset(place, dtype, dataset, {
      unit: (action) => this.#recorder.unit(action),
      append: (element, data) => {
        this.#rows.append({ kind: 'values', path: place, dataset: id, element, data });
      },
    });
  }

  /**
   * Sets attributes of an object of your own, of the file's root (`/`), the run's group (`/<run id>`), or of recorded
   * groups and datasets, as they stand in the file when the writer comes to it. Where there is none by then, the row
   * counts as rejected: the recording goes on, and `flush()` rejects with `RowsRejected`.
   *
   * @throws `NotFound`; `InvalidConfig` for attributes that cannot be, or are the recorder's own
   */
  setAttributes(path: string, attributes: AttributeValues): void {
    const place = this.#paths.absolute(path);
    this.#paths.refuseNames(place, Object.keys(attributes));
    refuseAttributes(place, attributes);
    this.#rows.append({ kind: 'attributes', path: place, attributes: textOfAttributes(attributes) });
  }

  #refuseAttributes(place: string, attributes: AttributeValues): void {
    refuseAttributes(place, attributes);
    this.#paths.refuseReserved(place, Object.keys(attributes));
  }
}
