/** Tiers of the built-in example through which a request goes. */
export const exampleRequestTiers = `# Six questions for each tier: its scope, its tenancy, its guarantees, identity, billing and quota, and updates.
# \`overrides\` replaces quantities of a tier by values or formulas, for instance {throughputPerCore: 12 req/s/core}.
tiers:
  # Spreads the requests over the API servers of its region.
  loadBalancer:
    onOverload: shed # answers 503 with Retry-After once its queue is full
    scope: regional
    tenancy: multi-tenant
    guarantees:
      availability: 99.99 %
      latency: adds less than 2 ms at p99
      throughput: 10k req/s, in and out on the same network card
      # Its view of which servers are healthy may be a few seconds old.
      consistency: eventual
      underPartition: availability
      durability: "none: holds no state"
    identity:
      authentication: ends TLS; passes the API key on unread
      authorization: none of its own
      audit: access log with the request id
    billing: counts nothing; limits connections per address
    updates: one node at a time, after its connections are drained
  # The front door: authenticates, meters, accepts the job, and answers.
  api:
    onOverload: shed # refuses what it cannot answer in time, before it costs anything
    scope: regional
    tenancy: multi-tenant
    guarantees:
      # Above the objective of the whole, since other tiers stand behind it in the path.
      availability: 99.99 %
      latency: p99 below 500 ms over the whole path, for payloads below 1 MB
      throughput: 5k req/s per server
      # Holds no state of its own; what it knows of identity comes from the edge cache.
      consistency: eventual
      underPartition: availability
      durability: "none: a job is safe once the queue acknowledged it"
    identity:
      authentication: API key on every request, against the edge cache
      authorization: scope and quota of the key
      audit: "one record per request: who, what, when, result"
    billing: requests, CPU time and bytes per customer; 429 above the quota
    updates: rolling, one server at a time; when the error budget burns too fast, a person is paged and rolls back
    # What operation has shown: only hours without an outage count.
    observed: {time: 90 d, outages: 0}
    overrides:
      # The source: 10K RPS on servers of 5K each.
      api.server.throughput: 5k req/s/machine
  # Holds accepted jobs between the fast API servers and the slower workers.
  queue:
    onOverload: shed # refuses new jobs once those that wait would expire
    scope: regional
    tenancy: multi-tenant
    guarantees:
      availability: 99.95 %
      latency: p99 below 20 ms to acknowledge; a few seconds while a leader is elected
      throughput: 10k messages per second through one leader, as references to the bodies
      # In order, and no acknowledged job is lost: the smaller side of a split stops accepting.
      consistency: linearizable
      underPartition: consistency
      durability: an acknowledged job is on the disks of two of three nodes
    identity:
      authentication: none of its own; the network lets in only API servers and workers, without TLS
      authorization: none of its own; API servers publish, workers consume
      audit: leader changes are counted
    billing: none of its own; what a customer puts in is limited by the requests a second of the quota
    updates: one node at a time by its number, the last first; it hands its leaderships over before it stops, and the next one waits until its replicas are current
    failover: automatic # an election; people would take half an hour
    data: {replication: synchronous, copies: 3}
  # Resizes the images.
  worker:
    onOverload: queue # jobs wait in the queue until their deadline
    scope: regional
    tenancy: multi-tenant
    guarantees:
      availability: 99.9 %
      latency: the service time of the image, after the wait in the queue
      throughput: as measured, per core
      # The state of a job is the queue's: a worker that cannot reach it takes no job. A job may run twice and then
      # has the same result.
      consistency: linearizable
      underPartition: consistency
      durability: "none: a lost job is delivered again"
    identity:
      authentication: asks, and is asked by nobody; a body is fetched with the token of its job
      authorization: reads and writes the objects of its job only
      audit: job id, customer, CPU time and bytes of every job
    billing: CPU time and bytes of every job, under the customer of the job
    updates: rolling, a few machines at a time, each drained before it stops
`;
