/**
 * The batch job as SQL that DuckDB and Spark both run, letter for letter. How an engine names its files and writes
 * its output is the engine's own affair (engine-duckdb.ts, engine-spark.ts). Views that must be there: `raw` (records
 * of the window), `earlier` (request ids that earlier chapters of the window billed), `settled` (rows of `settleSql`),
 * `totals` (rows of `totalsSql` of all chapters, every value as text).
 */

/**
 * Keeps one record a request: a served one before all others, then the earliest; the other columns only make the
 * choice independent of the order of reading. What became of each record is its `result`.
 */
export const settleSql = `
SELECT customer, result, CAST(count(*) AS BIGINT) AS records,
  CAST(sum(cpu_microseconds) AS BIGINT) AS cpu_microseconds, CAST(sum(bytes_in) AS BIGINT) AS bytes_in,
  CAST(sum(bytes_out) AS BIGINT) AS bytes_out, CAST(sum(pixels) AS BIGINT) AS pixels
FROM (
  SELECT customer, cpu_microseconds, bytes_in, bytes_out, pixels,
    CASE WHEN place > 1 OR billed_before THEN 'duplicate' WHEN outcome = 'served' THEN 'billed' ELSE outcome END AS result
  FROM (
    SELECT raw.*, earlier.request_id IS NOT NULL AS billed_before,
      ROW_NUMBER() OVER (PARTITION BY raw.request_id ORDER BY CASE WHEN outcome = 'served' THEN 0 ELSE 1 END,
        finished_at, worker, cpu_microseconds, bytes_out, bytes_in, pixels, outcome, customer) AS place
    FROM raw LEFT JOIN earlier ON raw.request_id = earlier.request_id
  ) ranked
) judged
GROUP BY customer, result`;

/** Request ids that were billed before, of those in question. `chapters` are the records of earlier chapters. */
export const earlierSql = `
SELECT DISTINCT request_id FROM chapters
WHERE outcome = 'served' AND request_id IN (SELECT request_id FROM raw)`;

/** Where there is no earlier chapter. */
export const nothingEarlierSql = 'SELECT CAST(NULL AS STRING) AS request_id WHERE 1 = 0';

const billed = (column: string) =>
  `CAST(CAST(sum(CASE WHEN result = 'billed' THEN ${column} ELSE 0 END) AS BIGINT) AS STRING)`;
const counted = (result: string) =>
  `CAST(CAST(sum(CASE WHEN result = '${result}' THEN records ELSE 0 END) AS BIGINT) AS STRING)`;

/** Whole numbers per customer, as text; they add up over chapters without any rounding. */
export const totalsSql = `
SELECT customer, ${billed('records')} AS requests, ${billed('cpu_microseconds')} AS cpu_microseconds,
  ${billed('bytes_in')} AS bytes_in, ${billed('bytes_out')} AS bytes_out, ${billed('pixels')} AS pixels,
  ${counted('duplicate')} AS duplicate, ${counted('late')} AS late, ${counted('unanswered')} AS unanswered
FROM settled GROUP BY customer ORDER BY customer`;

export interface PriceTexts {
  /** USD per second of one core, at most nine decimals, below a million. */
  readonly cpuSecond: string;
  /** USD per byte, at most fifteen decimals, below one. */
  readonly byte: string;
}

/**
 * Lines of a bill. Sums are whole numbers of at most 19 digits and prices have 15 decimals, so both products are exact
 * in DECIMAL(38), and so is their sum; the one rounding is that of `total_usd` to cents, half away from zero.
 * Amounts leave as text, because engines write small decimals differently.
 */
export function billSql(prices: PriceTexts): string {
  const perMicrosecond = shiftDown(checkPrice(prices.cpuSecond, 'cpuSecond', 6, 9), 6);
  const perByte = checkPrice(prices.byte, 'byte', 0, 15);
  const sum = (column: string) => `sum(CAST(${column} AS BIGINT))`;
  const amount = (column: string, price: string) =>
    `CAST(${column} AS DECIMAL(19, 0)) * CAST('${price}' AS DECIMAL(15, 15))`;
  return `
SELECT customer, CAST(requests AS STRING) AS requests,
  CAST(CAST(cpu_microseconds AS DECIMAL(19, 0)) * CAST('0.000001' AS DECIMAL(6, 6)) AS STRING) AS cpu_seconds,
  CAST(bytes_in AS STRING) AS bytes_in, CAST(bytes_out AS STRING) AS bytes_out, CAST(pixels AS STRING) AS pixels,
  CAST(cpu_amount AS STRING) AS cpu_usd, CAST(bytes_amount AS STRING) AS bytes_usd,
  CAST(cpu_amount + bytes_amount AS STRING) AS exact_usd,
  CAST(CAST(ROUND(cpu_amount + bytes_amount, 2) AS DECIMAL(22, 2)) AS STRING) AS total_usd
FROM (
  SELECT *, ${amount('cpu_microseconds', perMicrosecond)} AS cpu_amount,
    ${amount('(bytes_in + bytes_out)', perByte)} AS bytes_amount
  FROM (
    SELECT customer, CAST(${sum('requests')} AS BIGINT) AS requests,
      CAST(${sum('cpu_microseconds')} AS BIGINT) AS cpu_microseconds, CAST(${sum('bytes_in')} AS BIGINT) AS bytes_in,
      CAST(${sum('bytes_out')} AS BIGINT) AS bytes_out, CAST(${sum('pixels')} AS BIGINT) AS pixels
    FROM totals GROUP BY customer
  ) added
) priced
WHERE requests > 0
ORDER BY customer`;
}

/** The price with all its decimals. Throws a RangeError for one that the arithmetic could not keep exact. */
function checkPrice(text: string, name: string, mostWhole: number, mostDecimals: number): string {
  const match = /^0*(\d*?)(?:\.(\d*?)0*)?$/.exec(text);
  const [whole = '', decimals = ''] = match?.slice(1) ?? [];
  if (!match || whole.length > mostWhole || decimals.length > mostDecimals) {
    throw new RangeError(
      `billing.prices.${name}: ${text} has more than ${mostWhole} digits or ${mostDecimals} decimals`,
    );
  }
  return `${whole || '0'}.${decimals || '0'}`;
}

/** The decimal point moved to the left. */
function shiftDown(decimal: string, places: number): string {
  const [whole = '', decimals = ''] = decimal.split('.');
  return `0.${whole.padStart(places, '0')}${decimals}`;
}
