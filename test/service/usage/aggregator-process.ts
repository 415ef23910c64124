import { readFileSync } from 'node:fs';
import { pino } from 'pino';
import type { UsageConfig } from '../../../service/shared/config-types.ts';
import { createMetrics } from '../../../service/shared/metrics.ts';
import { startUsage } from '../../../service/usage/start.ts';

/** The aggregator as a process of its own, for tests that kill it: prints its address, ends on SIGTERM. */
const config = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as UsageConfig;
const logger = pino({ level: process.env['LOG_LEVEL'] ?? 'error' }, pino.destination(2));
// Sent with a limit on the size of files; without a handler it ends a process that has loaded DuckDB.
process.on('SIGXFSZ', () => {});
const usage = await startUsage(config, { logger, metrics: createMetrics('usage') });
process.once('SIGTERM', () => usage.drain().then(() => process.exit(0)));
// Last: who reads it may send a signal at once.
process.stdout.write(`${usage.addresses['listen']}\n`);
