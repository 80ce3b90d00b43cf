"""Answers a question with another program: `python peer.py NAME PATH QUESTION FRAMES`, the result as JSON."""
import glob
import json
import re
import sys
import time

name, path, question, count = sys.argv[1:]
frame = int(int(count) * 0.7)
RANGE = 100
at = (frame + 0.5) / 64
files = sorted(glob.glob(path + '/tables/body_state-*.parquet'))
frames = sorted(glob.glob(path + '/tables/simulation_frame-*.parquet'))
ids = (frame + 1, frame + RANGE)


def duckdb_parquet():
    import duckdb
    def ask(connection):
        state, times = 'read_parquet(%r)' % files, 'read_parquet(%r)' % frames
        if question == 'column':
            found = connection.sql('select energy from ' + state).fetchnumpy()
        elif question == 'range':
            found = connection.sql(f'select * from {state} where frame_id between {ids[0]} and {ids[1]} order by id').fetchnumpy()
        else:
            found = connection.sql(
                f'select * from {state} where frame_id = (select max(id) from {times} where simulation_time <= {at}) order by id'
            ).fetchnumpy()
        return found['energy']
    return lambda: duckdb.connect(), ask


def pandas_parquet():
    import pandas
    def ask(_):
        if question == 'column':
            return pandas.read_parquet(files, columns=['energy'])['energy'].to_numpy()
        if question == 'range':
            where = [('frame_id', '>=', ids[0]), ('frame_id', '<=', ids[1])]
        else:
            times = pandas.read_parquet(frames, filters=[('simulation_time', '<=', at)], columns=['id'])
            where = [('frame_id', '==', int(times['id'].max()))]
        return pandas.read_parquet(files, filters=where)['energy'].to_numpy()
    return lambda: None, ask


def pandas_sqlite():
    import sqlite3
    import pandas
    def ask(connection):
        if question == 'column':
            sql = 'select energy from body_state'
        elif question == 'range':
            sql = f'select * from body_state where frame_id between {ids[0]} and {ids[1]}'
        else:
            sql = f'''select * from body_state where frame_id =
                (select id from simulation_frame where simulation_time <= {at} order by simulation_time desc limit 1)'''
        return pandas.read_sql(sql, connection)['energy'].to_numpy()
    return lambda: sqlite3.connect(path), ask


def pandas_h5py():
    import h5py
    import numpy
    import pandas
    def ask(file):
        tables = next(iter(file.values()))['tables']
        state = tables['body_state']
        if question == 'column':
            return state['energy'][:]
        if question == 'range':
            wanted = ids
        else:
            found = int(numpy.searchsorted(tables['simulation_frame']['simulation_time'][:], at, 'right'))
            wanted = (found, found)
        column = state['frame_id'][:]
        first, end = numpy.searchsorted(column, wanted[0], 'left'), numpy.searchsorted(column, wanted[1], 'right')
        return pandas.DataFrame({key: state[key][first:end] for key in state})['energy'].to_numpy()
    return lambda: h5py.File(path), ask


def bytes_read():
    with open('/proc/self/io') as file:
        return int(re.search(r'rchar: (\d+)', file.read())[1])


def resident(key):
    with open('/proc/self/status') as file:
        return int(re.search(key + r':\s+(\d+) kB', file.read())[1]) * 1024


open_it, ask = {
    'duckdb-parquet': duckdb_parquet,
    'pandas-parquet': pandas_parquet,
    'pandas-sqlite': pandas_sqlite,
    'pandas-hdf5': pandas_h5py,
}[name]()
before, start_bytes, start = resident('VmRSS'), bytes_read(), time.perf_counter()
connection = open_it()
values = ask(connection)
seconds, bytes = time.perf_counter() - start, bytes_read() - start_bytes
memory = (resident('VmHWM') - before) / 1e6
start = time.perf_counter()
ask(connection)
again = time.perf_counter() - start
print(json.dumps({'seconds': seconds, 'again': again, 'bytes': bytes, 'memory': memory, 'rows': len(values), 'sum': float(values.sum())}))
