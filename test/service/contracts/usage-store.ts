import { afterEach, describe, expect, it } from 'vitest';
import type { UsageRow, UsageStore } from '../../../service/contracts/usage.ts';

const minute = 60_000;
/** A whole minute two hours ago: inside every retention. */
const start = Math.floor((Date.now() - 7_200_000) / minute) * minute;

function row(more: Partial<UsageRow> = {}): UsageRow {
  const sums = { requests: 2, bytesIn: 400, bytesOut: 60, pixels: 8000, cpuMicroseconds: 40_000 };
  return { customer: 'acme', window: start, source: 'log/1', ...sums, ...more };
}

/** What every usage store must do. `open` gives a store without rows of the customers that these cases use. */
export function usageStoreContract(name: string, open: () => Promise<UsageStore>): void {
  describe(`the usage store of ${name}`, () => {
    const opened: UsageStore[] = [];
    const openOne = async () => {
      const store = await open();
      opened.push(store);
      return store;
    };
    afterEach(async () => {
      for (const store of opened.splice(0)) await store.close();
    });
    // The store of a server stays between cases, so each case has a customer of its own.
    let count = 0;
    const someone = () => `customer-${name.replaceAll(/\W/g, '')}-${process.pid}-${Date.now()}-${count++}`;
    const requests = async (store: UsageStore, customer: string, from = start, to = start + minute) =>
      (await store.total(customer, from, to)).requests;

    it('returns zeros for a customer without rows', async () => {
      const customer = someone();
      const zeros = { customer, requests: 0, bytesIn: 0, bytesOut: 0, pixels: 0, cpuMicroseconds: 0 };
      expect(await (await openOne()).total(customer, start, start + minute)).toEqual(zeros);
    });

    it('returns what was written', async () => {
      const store = await openOne();
      const customer = someone();
      await store.write([row({ customer })]);
      const { window: _, source: __, ...total } = row({ customer });
      expect(await store.total(customer, start, start + minute)).toEqual(total);
    });

    it('changes nothing when a row is written again', async () => {
      const store = await openOne();
      const customer = someone();
      for (let time = 0; time < 3; time++) await store.write([row({ customer })]);
      expect(await requests(store, customer)).toBe(2);
    });

    it('keeps the larger sums of a source, whichever comes last', async () => {
      const store = await openOne();
      const customer = someone();
      const larger = row({
        customer,
        requests: 5,
        bytesIn: 1000,
        bytesOut: 150,
        pixels: 20_000,
        cpuMicroseconds: 99_000,
      });
      await store.write([larger]);
      await store.write([row({ customer })]);
      const { window: _, source: __, ...total } = larger;
      expect(await store.total(customer, start, start + minute)).toEqual(total);
    });

    it('adds sources, windows and days up', async () => {
      const store = await openOne();
      const customer = someone();
      await store.write([
        row({ customer }),
        row({ customer, source: 'log/2' }),
        row({ customer, window: start + minute }),
        row({ customer, window: start - 86_400_000 }),
      ]);
      expect(await requests(store, customer)).toBe(4);
      expect(await requests(store, customer, start - 86_400_000, start + 2 * minute)).toBe(8);
    });

    it('takes windows from the beginning of a span up to its end, the end left out', async () => {
      const store = await openOne();
      const customer = someone();
      await store.write([-1, 0, 1, 2].map((at) => row({ customer, window: start + at * minute })));
      expect(await requests(store, customer, start, start + 2 * minute)).toBe(4);
      expect(await requests(store, customer, start, start)).toBe(0);
    });

    it('keeps customers apart, whatever their names', async () => {
      const store = await openOne();
      const customer = someone();
      const odd = `${customer}'; -- "é漢🙂`;
      await store.write([row({ customer }), row({ customer: odd, requests: 7 })]);
      expect(await requests(store, odd)).toBe(7);
      expect(await requests(store, customer)).toBe(2);
    });

    it('keeps sums beyond 32 bits exact', async () => {
      const store = await openOne();
      const customer = someone();
      const bytesIn = Number.MAX_SAFE_INTEGER - 1;
      await store.write([row({ customer, bytesIn })]);
      expect((await store.total(customer, start, start + minute)).bytesIn).toBe(bytesIn);
    });

    it('takes many rows at once and in many writes', async () => {
      const store = await openOne();
      const customer = someone();
      const sources = Array.from({ length: 300 }, (_, id) => row({ customer, source: `log/${id}` }));
      await store.write(sources);
      for (let time = 0; time < 20; time++)
        await store.write([row({ customer, source: 'log/0', requests: 2 + time })]);
      expect(await requests(store, customer)).toBe(2 * 299 + 21);
    });

    it('still has rows after it was opened again', async () => {
      const customer = someone();
      await (await openOne()).write([row({ customer })]);
      expect(await requests(await openOne(), customer)).toBe(2);
    });

    it('writes nothing for no rows', async () => {
      await (await openOne()).write([]);
    });
  });
}
