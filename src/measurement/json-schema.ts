import { z } from 'zod';
import { measurementSchema } from './schema.ts';

/** JSON Schema (2020-12) of the measurement file, for other programs that read it. */
export function measurementJsonSchema(): object {
  return { title: 'headroom measurement', ...z.toJSONSchema(measurementSchema, { io: 'input' }) };
}
