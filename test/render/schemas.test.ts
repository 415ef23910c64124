import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { planDocument } from '../../src/render/plan-document.ts';

describe('the published schema of the plan', () => {
  it('is the one that the output is typed by', async () => {
    const schema = JSON.stringify(z.toJSONSchema(planDocument, { io: 'input' }), null, 2);
    await expect(`${schema}\n`).toMatchFileSnapshot('../../schemas/plan.json');
  });
});
