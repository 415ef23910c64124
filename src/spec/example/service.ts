/** The built-in example up to its tiers: workload, objectives, policy, machines, regions. */
export const exampleService = `# What this service must do, what it promises, and what it is built of.
#
# Every quantity carries its unit: 10k req/s, 256 kB, 500 ms, 99.9 %, 30 d, 25 Gbit/s.
# k, M and G after a number multiply by 1e3, 1e6 and 1e9. kB is 1,000 bytes, KiB is 1,024 bytes.
# Where a number is not known well, write {low: 8k req/s, mid: 10k req/s, high: 14k req/s, confidence: 90 %}.

# Name of the service.
name: image-resize

# Who asks, how often, when, and for what.
workload:
  # Users of the service, over all regions.
  users: 100k
  # Highest request rate of one region.
  peak: 10k req/s
  # How the rate swings over a day: 1 + amplitude * cos(2 pi (hour - peakHour) / 24), the peak hour being \`peak\`.
  # Instead: \`flat\`, or {hourly: [...]} with one share for each of the 24 hours.
  traffic:
    shape: cosine
    amplitude: 0.8
    peakHour: 14
  # Sizes of the request bodies. The mean of the size classes decides throughput and bandwidth, the large ones the
  # high percentiles of the latency. Instead of classes: mean, with p99 or spread (standard deviation over mean).
  payload:
    # Larger bodies are refused.
    max: 1 MB
    classes:
      - {size: 64 kB, share: 40 %}
      - {size: 128 kB, share: 20 %}
      - {size: 256 kB, share: 15 %}
      - {size: 512 kB, share: 15 %}
      - {size: 896 kB, share: 10 %}
  # Demand above the peak that must be carried beyond the headroom.
  surge: 0 %
  # Growth of the demand in a year.
  growth: 0 %

# What is promised to the users.
objectives:
  # Share of the requests that are answered well, counted over the window.
  availability:
    target: 99.9 %
    window: 30 d
    # Failures are few and large, so a window can miss while the mean is met: the largest chance that is accepted.
    missChance: 10 %
  # The percentile of the response time that stays below a bound, for payloads up to a size.
  latency:
    percentile: p99
    below: 500 ms
    payloadBelow: 1 MB
  # Chance that a stored record survives a year.
  durability: 99.999999999 %
  # How the error budget is divided over the tiers in the path of a request: by what their models cost. Instead: equal,
  # or a share for each, {api: 10 %, worker: 60 %}.
  split: cost
  # What a month below an availability gives back of its bill. It begins below the objective, so that an alert comes first.
  sla: [{below: 99.5 %, credit: 10 %}, {below: 99 %, credit: 25 %}]

# What the fleet must stand, and what gives way when it cannot.
policy:
  # Share of the capacity that is kept free at the peak.
  headroom: 20 %
  # What may be lost at the peak without loss of service: machine, zone, both or nothing.
  survive: [machine]
  # What happens to the excess when a lost zone leaves too little: shed, queue or degrade.
  onZoneLoss: shed

# Machine shapes that can be bought. The first is the default of every tier.
machines:
  general:
    cores: 32
    memory: 128 GiB
    # Bandwidth of the network card, in each direction.
    network: 25 Gbit/s
    disk: 2 TB
    # Speed of a core relative to a core of the machine on which the benchmark ran.
    coreSpeed: 1
    # What a hardware thread yields while its sibling is busy, relative to a whole core; 1 where cores are physical.
    smtYield: 1

# Regions, each with its zones: the parts of it that fail apart from each other.
regions:
  main:
    zones: [a, b, c]

# How often machines and the places that hold them fail. What is left out comes from published rates, each with its
# source: headroom plan availability --inputs lists them.
failures:
  # Chance that one machine is down at any time, whatever the reason: hardware, restarts, repairs.
  machine:
    unavailability: 1 %

# How the machines of one tier share places.
placement:
  spread: zones # or none
  machinesPerRack: 10

# What takes machines wherever they stand. Published are shares of causes; this spreads them over a year.
causes:
  # Stages of a push, customers in shards, and faster detection are mitigations; what each buys is computed:
  # configuration: {stages: [{share: 5 %, bake: 1 h}, {share: 25 %, bake: 4 h}], detection: 2 min}
  # poisonRequest: {shards: 8}
  outages: 4 /y

# How soon people and software act on a failure, apart from how long its repair takes.
mitigation:
  page: 5 min
  ticket: 1 d
  # Until machines in other places have taken over the load of lost ones.
  capacity: 20 min

# What a request needs. Usage is counted later and may lag.
dependencies: loadBalancer and api and (identityCache or identityData) and queue and worker

`;
