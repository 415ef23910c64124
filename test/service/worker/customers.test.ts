import { describe, expect, it } from 'vitest';
import { createCustomerLabels } from '../../../service/worker/customers.ts';

describe('the label of a customer', () => {
  it('is its name while there are at most a hundred customers', () => {
    const labelOf = createCustomerLabels();
    for (let i = 0; i < 100; i++) expect(labelOf(`customer-${i}`, 1)).toBe(`customer-${i}`);
    expect(labelOf('one-more', 1)).toBe('other');
    expect(labelOf('customer-7', 1)).toBe('customer-7');
  });

  it('becomes its name when a customer outgrows the smallest that has one', () => {
    const labelOf = createCustomerLabels();
    for (let i = 0; i < 100; i++) labelOf(`customer-${i}`, 100 + i);
    expect(labelOf('growing', 150)).toBe('other');
    expect(labelOf('growing', 150)).toBe('growing');
    expect(labelOf('customer-0', 1)).toBe('other');
  });

  it('makes few names of very many small customers', () => {
    const labelOf = createCustomerLabels();
    for (let i = 0; i < 100; i++) labelOf(`large-${i}`, 1_000_000);
    const labels = new Set<string>();
    for (let i = 0; i < 20_000; i++) labels.add(labelOf(`small-${i}`, 10));
    expect([...labels]).toEqual(['other']);
  });
});
