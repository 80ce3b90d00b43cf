export { type ConvertReport, convertRecording } from './convert-recording.ts';
export { exportRecording } from './export-recording.ts';
export type { ExportFormat } from './formats.ts';
export type { ConvertOptions, CsvOptions, ExportOptions, ExportProgress } from './options.ts';
export type { ExportReport } from './report.ts';
export type { RecordingFormat } from './write-runs.ts';
