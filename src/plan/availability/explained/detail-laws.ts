import type { RecoveryPoint } from '../../../models/reliability/recovery.ts';
import type { Law } from './laws.ts';

const nested = 'docs/models/availability.md: tree convolution, conditioned on what tiers share';

/** The laws of floors, mendings, failovers, capacity, quorums, recovery, and of the inputs themselves. */
export const detailLaws = {
  floor: {
    law: 'machines, racks, power and switches are perfect, one machine stands in each zone: what is shared by all is left',
    formula: 'correlated, as the number of machines grows without end',
    latex: '\\lim_{N\\to\\infty} U(N)',
  },
  mending: {
    law: 'every set of measures with as few more machines as suffice, evaluated by the model at the peak; the cheapest',
    formula: 'correlated at the peak, with the measures',
    latex: 'U_{\\mathrm{mended}}',
  },
  price: {
    law: 'the prices of the measures and one for each more machine',
    formula: 'sum of the measures + more machines',
    latex: '\\sum_m c_m + \\Delta N',
  },
  failover: {
    law: 'losses of the leader, each as long as its steps take',
    formula: 'rate * hours / (1 + rate * hours)',
    latex: '\\frac{\\lambda h}{1 + \\lambda h}',
  },
  leaderLosses: {
    law: 'the leader is lost as often as a machine',
    formula: 'q / (1 - q) / repair',
    latex: '\\frac{q}{(1-q)\\,r}',
  },
  automaticHours: {
    law: 'software notices and promotes; where that does not work, people do it',
    formula: 'detection + promotion + failureChance * (response + decision + promotion)',
    latex: 't_d + t_p + f\\,(t_r + t_c + t_p)',
  },
  manualHours: {
    law: 'people do it, one step after the other',
    formula: 'detection + response + decision + promotion',
    latex: 't_d + t_r + t_c + t_p',
  },
  capacity: {
    law: 'fewer machines are up at an instant: zones, racks, power, switches, machines and causes together',
    formula: 'sum over S of P(S) * P(fewer than x are up | S)',
    latex: '\\sum_S P(S)\\,P(K < x \\mid S)',
    source: nested,
  },
  served: {
    law: 'mean share of the peak that the machines that are up can serve',
    formula: 'sum over k of P(k are up) * min(1, k / needed)',
    latex: '\\sum_k P(K=k) \\min(1, k/n)',
  },
  quorum: {
    law: 'fewer copies of a record are up than a quorum',
    formula: 'P(copies up < quorum)',
    latex: 'P(K < Q)',
    source: 'Gifford, Weighted Voting for Replicated Data, SOSP 1979',
  },
  recoveryTime: {
    law: 'notice, decide and provision, bring the bytes back as fast as the slowest of store, network and disks allows, and check; all machines of the tier restore their part at once, and a store of which nothing is said gives what one network card takes',
    formula:
      'detect + decide + provision + bytes / min(store, machines * network, machines * diskRate) + verify',
    latex: 't_d + t_c + t_p + B / \\min(r_s,\\, n r_n,\\, n r_w) + t_v',
  },
  lossNaive: {
    law: 'all copies are lost before one is made anew, disks failing on their own',
    formula: '1 - exp(-T / mean time to the loss of all)',
    latex: '1 - e^{-T/\\mathrm{MTTDL}}',
    source: 'Markov chain of copies with parallel repair',
  },
  loss: {
    law: 'as alone, and with losses of power that kill some disks of several copies at once',
    formula: 'chance that the chain of copies is absorbed within the mission',
    latex: 'P(\\mathrm{absorbed\\ by}\\ T)',
    source:
      'Markov chain of copies with bursts: Ford et al., OSDI 2010; share that does not come back: Cidon et al., Copysets, USENIX ATC 2013',
  },
  lossApart: {
    law: 'the copies stand in zones of their own, where no loss of power reaches two: as disks on their own',
    formula: '1 - exp(-T / mean time to the loss of all)',
    latex: '1 - e^{-T/\\mathrm{MTTDL}}',
    source: 'Markov chain of copies with parallel repair',
  },
  recordLoss: {
    law: 'all copies are lost within a year while nothing else holds the record yet, for the mean time t until a log or a backup does (a year where none is kept); where copies follow and no quorum acknowledges, also that its only disk dies within the lag',
    formula: '1 - (1 - q)^(t / year) (+ disk * lag), q: chance that all copies are lost within a year',
    latex: '1 - (1-q)^{t/y}',
    source: 'Markov chain of copies, as for the loss of all; what is kept elsewhere comes back',
  },
  share: {
    law: 'what each of the n tiers that a request needs may be down if all are alike',
    formula: '1 - (1 - allowed)^(1/n)',
    latex: '1 - (1-u)^{1/n}',
  },
  extraNine: {
    law: 'a tenth of what the service may be down',
    formula: 'allowed / 10',
    latex: 'u / 10',
    source: 'Treynor et al., The Calculus of Service Availability, ACM Queue 15(2), 2017',
  },
  frechet: {
    law: 'the largest chance of too few machines over all ways in which they can hang together',
    formula: 'min(1, N * P / (N - k + 1))',
    latex: '\\min(1, N P / (N-k+1))',
    source: 'Fréchet 1935; Rüger 1978',
  },
  grey: {
    law: 'a request meets such a machine before it is taken out of service, and is lost there, on each machine on which it is tried, while not all of them are out of service for it (out: the share of time in which one is)',
    formula:
      '(lost * rate * detection / (1 + rate * detection))^attempts * (1 - out^machines), out = rate * repair / (1 + rate * (detection + repair))',
    latex:
      '\\left(l \\frac{\\lambda d}{1+\\lambda d}\\right)^{a} \\left(1 - o^{n}\\right),\\ o = \\frac{\\lambda r}{1+\\lambda(d+r)}',
    source: 'Huang et al., Gray Failure, HotOS 2017; Gunawi et al., Fail-Slow at Scale, FAST 2018',
  },
  held: {
    law: 'the share of time in which it holds, from how often it begins and how long it lasts',
    formula: 'rate * hours / (1 + rate * hours)',
    latex: '\\frac{\\lambda r}{1+\\lambda r}',
  },
  often: {
    law: 'how often it begins, from the share of time and the length',
    formula: 'q / (1 - q) / repair',
    latex: '\\frac{q}{(1-q)\\,r}',
  },
  lasts: {
    law: 'how long it lasts, from the share of time and how often it begins',
    formula: 'q / (1 - q) / rate',
    latex: '\\frac{q}{(1-q)\\,\\lambda}',
  },
} satisfies Record<string, Law>;

/** What is lost of the writes, by where the data come back from. */
export const recoveryPointLaws: Readonly<Record<RecoveryPoint['from'], Law>> = {
  replica: {
    law: 'the copy that takes over lacks what was on its way to it: nothing where a write is acknowledged by copies',
    formula: '0 if synchronous, else lagWorst',
    latex: 't_{\\mathrm{lag}}',
  },
  log: {
    law: 'what was written since the log was shipped, which is replayed on top of a backup',
    formula: 'logEvery',
    latex: 't_{\\mathrm{log}}',
  },
  backup: {
    law: 'what was written since the newest finished backup began',
    formula: 'backupEvery + backupTakes',
    latex: 't_{\\mathrm{every}} + t_{\\mathrm{takes}}',
  },
  nothing: {
    law: 'no backup is kept: all is lost',
    formula: 'everything',
    latex: '\\infty',
  },
};
