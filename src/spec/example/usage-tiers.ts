/** Tiers of the built-in example that count, bill and archive. */
export const exampleUsageTiers = `  # Sums usage up on each API server, so that the store sees few and large writes.
  usageAggregator:
    onOverload: queue # records wait on the local disk
    scope: regional
    tenancy: multi-tenant
    guarantees:
      availability: 99.99 %
      latency: never in the path of a request
      throughput: one record per request
      consistency: eventual
      # Goes on collecting while the store cannot be reached, up to the size of its buffer.
      underPartition: availability
      durability: on the local disk until the store acknowledged it
    identity:
      authentication: none of its own; the network lets in only workers, without TLS
      authorization: workers may only append
      audit: batches carry a server id and a number, so that a gap shows
    billing: sums requests, CPU time and bytes per customer
    updates: with the API server; what is buffered is sent first
  # Keeps summed usage; much is written and little read.
  usageStore:
    onOverload: queue # batches are kept and sent again
    scope: regional
    tenancy: multi-tenant
    guarantees:
      availability: 99.9 %
      latency: p99 below 100 ms for a batch
      throughput: the batches of all aggregators
      # Replicas agree after a while: rows are written again without harm and merge by maximum.
      consistency: eventual
      underPartition: availability
      durability: three replicas, two of which acknowledge a write
    identity:
      authentication: none of its own; the network lets in only aggregators and API servers, without TLS
      authorization: none of its own; aggregators append, API servers read
      audit: none; no person has access
    billing: the source of every quota; bills come from cold storage
    updates: one node at a time, one zone at a time
    data: {replication: asynchronous, lag: 10 s, lagWorst: 2 min, backupEvery: 1 d, backupTakes: 2 h}
  # Turns the day's usage into totals.
  batch:
    onOverload: queue # the run takes longer
    scope: regional
    tenancy: multi-tenant
    guarantees:
      availability: 99 %
      latency: done before its deadline
      throughput: a day of records before the next day is due
      # A run over the same records gives the same totals; without its input it waits.
      consistency: sequential
      underPartition: consistency
      durability: "none of its own: a run can be repeated"
    identity:
      authentication: the keys of cold storage
      authorization: reads raw records, writes totals and sealed records
      audit: every run with its input and its version
    billing: not billed
    updates: between runs; a run that is killed or done twice gives the same totals
  # Makes the bills from the totals.
  billing:
    onOverload: queue # the run takes longer
    scope: global
    tenancy: multi-tenant
    guarantees:
      availability: 99 %
      latency: bills are ready on the first working day of the month
      throughput: one bill per customer and period
      # A bill is made once or not at all.
      consistency: linearizable
      underPartition: consistency
      durability: bills are kept as long as the law asks
    identity:
      authentication: the keys of cold storage; no person signs in
      authorization: prices are part of the config, and changed as it is
      audit: every bill names its prices and the records that it is made from
    billing: CPU time and bytes at the price of the customer's contract
    updates: between periods; a new version must give the old bills again
  # Keeps raw records for those who may ask years later.
  coldStorage:
    onOverload: queue # batches are kept and sent again
    scope: regional
    tenancy: multi-tenant
    guarantees:
      availability: 99 %
      latency: hours to read
      throughput: one day of records per day
      consistency: eventual
      underPartition: availability
      durability: 99.999999999 % a year
    identity:
      authentication: the keys of cold storage, which usage, billing and backups have
      authorization: append only; nobody may delete before the retention ends
      audit: reads, where its provider logs them
    billing: not billed
    updates: the format carries its version; old records are never rewritten
`;
