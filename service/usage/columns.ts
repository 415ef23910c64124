/** Columns of a raw record in Parquet, each with its key in the log and its type; billing reads them by these names. */
export const columns = [
  ['request_id', 'requestId', 'VARCHAR'],
  ['customer', 'customer', 'VARCHAR'],
  ['finished_at', 'finishedAt', 'BIGINT'],
  ['deadline_at', 'deadlineAt', 'BIGINT'],
  ['bytes_in', 'bytesIn', 'BIGINT'],
  ['bytes_out', 'bytesOut', 'BIGINT'],
  ['pixels', 'pixels', 'BIGINT'],
  ['cpu_microseconds', 'cpuMicroseconds', 'BIGINT'],
  ['outcome', 'outcome', 'VARCHAR'],
  ['worker', 'worker', 'VARCHAR'],
] as const;
