/** Tiers of the built-in example that know who asks. */
export const exampleIdentityTiers = `  # Creates and changes customers, keys and quotas; this happens rarely.
  identityManagement:
    onOverload: shed # changes wait for a quieter moment; requests do not need them
    scope: global
    tenancy: multi-tenant
    guarantees:
      availability: 99.9 %
      latency: p99 below 1 s
      throughput: a few writes per second
      # Two primaries must never exist: without a majority nobody is promoted.
      consistency: linearizable
      underPartition: consistency
      durability: a committed change is on two nodes
    identity:
      authentication: the key of the admin API
      authorization: whoever has the key may change every customer
      audit: every change, before and after, with the name that its caller gave; kept for ever
    billing: not billed; whoever has the key of the admin API may change as much as it takes
    updates: the standby first, then a planned switch; schema changes stay readable by the version before
    failover: automatic
    data: {replication: synchronous, copies: 2, backupEvery: 1 h, backupTakes: 10 min, logEvery: 1 min}
  # Answers who a key belongs to, when the edge cache does not know; works on while the management plane is away.
  identityData:
    onOverload: degrade # edge caches serve entries past their time to live
    scope: regional
    tenancy: multi-tenant
    guarantees:
      availability: 99.99 %
      latency: p99 below 10 ms
      throughput: the misses of the edge cache
      # A new customer may wait a few seconds for the replica to catch up.
      consistency: eventual
      underPartition: availability
      durability: "none of its own: a replica of the management plane"
    identity:
      authentication: a password; the network lets in only API servers and the management plane, without TLS
      authorization: API servers only read, though the password lets them write
      audit: reads are counted; changes are recorded by the management plane
    billing: not billed
    updates: one replica at a time
  # Keeps identities in the memory of the API servers, since every request needs one.
  identityCache:
    onOverload: degrade # serves entries past their time to live, up to a bound
    scope: regional
    tenancy: multi-tenant
    guarantees:
      availability: 99.99 %
      latency: below 1 ms
      throughput: every request of its API server
      # An entry may be as old as its time to live: a blocked key works that long, a new one may have to wait.
      consistency: eventual
      underPartition: availability
      durability: "none: filled again from the data plane"
    identity:
      authentication: inside the API server
      authorization: holds key hashes, scopes and quotas
      audit: hits, misses and age of entries are counted
    billing: not billed
    updates: with the API server
`;
