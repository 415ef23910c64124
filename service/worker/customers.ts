/** Customers that have a label of their own. */
const named = 100;
/** Customers whose CPU time is followed; the smallest makes room, and its sum is inherited, as in a space-saving count. */
const followed = 1000;

/**
 * Tells under which label a customer's CPU time counts: its own name where it is one of the hundred largest, else
 * `other`. A customer takes over a name only with twice the time of the smallest that has one, so that names do not
 * change hands back and forth and the number of series grows only with the logarithm of time.
 */
export function createCustomerLabels(): (customer: string, cpuMicroseconds: number) => string {
  const totals = new Map<string, number>();
  const names = new Set<string>();

  const smallest = (of: Iterable<string>): string | undefined => {
    let least: string | undefined;
    for (const each of of) {
      if (least === undefined || (totals.get(each) ?? 0) < (totals.get(least) ?? 0)) least = each;
    }
    return least;
  };
  const add = (customer: string, time: number): number => {
    let inherited = 0;
    if (!totals.has(customer) && totals.size >= followed) {
      const out = smallest(totals.keys());
      if (out !== undefined) {
        inherited = totals.get(out) ?? 0;
        totals.delete(out);
        names.delete(out);
      }
    }
    const total = (totals.get(customer) ?? inherited) + time;
    totals.set(customer, total);
    return total;
  };

  return (customer, cpuMicroseconds) => {
    const total = add(customer, cpuMicroseconds);
    if (names.has(customer)) return customer;
    if (names.size >= named) {
      const least = smallest(names);
      if (least === undefined || total < 2 * (totals.get(least) ?? 0)) return 'other';
      names.delete(least);
    }
    names.add(customer);
    return customer;
  };
}
