/** How a number follows from others: in words, as a formula, as LaTeX, and by whom. */
export interface Law {
  readonly law: string;
  readonly formula: string;
  readonly latex: string;
  readonly source?: string;
}

const nested = 'docs/models/availability.md: tree convolution, conditioned on what tiers share';
const frequencies =
  'frequency and duration: Vesely 1970; Billinton and Allan, Reliability Evaluation of Engineering Systems';
const worths = 'Vesely et al., Measures of Risk Importance and Their Applications, NUREG/CR-3385, 1983';

/** The laws of the availability plan, each once. P: a machine's unavailability; U: unavailability; w: outages per time. */
export const laws = {
  naive: {
    law: 'all N machines are down at once, as if nothing were shared and one were enough',
    formula: 'P^N',
    latex: 'P^{N}',
    source: 'independence; the product rule',
  },
  naiveService: {
    law: 'the expression of what a request needs, with P^N for each tier',
    formula: 'U(q_1, q_2, ...) with q_i = P^N_i',
    latex: 'U(q_1, q_2, \\dots),\\ q_i = P^{N_i}',
    source: 'independence; the product rule',
  },
  independent: {
    law: 'fewer than the k needed of n machines are up, each on its own; over the day the mean over its demand',
    formula: 'sum over hours h of w_h * P(Binomial(n, 1 - P) < k_h)',
    latex: '\\sum_h w_h \\sum_{j<k_h} \\binom{n}{j} (1-P)^{j} P^{n-j}',
    source: 'k of n: Barlow and Heidtmann 1984',
  },
  correlated: {
    law: 'every combination S of zones down, region down and causes that hold, each by its chance; within one, the survivors of racks, power, switches and machines, and the causes and losses of the tier alone',
    formula: 'sum over S of P(S) * sum over hours h of w_h * P(down | S, k_h)',
    latex: '\\sum_S P(S) \\sum_h w_h\\, P(\\mathrm{down} \\mid S, k_h)',
    source: nested,
  },
  correlatedService: {
    law: 'as for a tier, with the expression of what a request needs over the tiers, which are independent within a combination; what tiers share is counted once',
    formula: 'sum over S of P(S) * sum over hours h of w_h * U(q_1(S, h), q_2(S, h), ...)',
    latex: '\\sum_S P(S) \\sum_h w_h\\, U(q_1(S,h), q_2(S,h), \\dots)',
    source: nested,
  },
  atMost: {
    law: 'what was left out is added, so that the exact value lies between the two',
    formula: 'min(1, correlated + leftOut)',
    latex: '\\min(1, U + \\varepsilon)',
  },
  mission: {
    law: 'it is down at the beginning, or an outage begins within the mission',
    formula: '1 - (1 - U) * exp(-w * T / (1 - U))',
    latex: '1 - (1-U)\\, e^{-wT/(1-U)}',
    source: 'outages that begin as a Poisson process; holds while they are short and rare',
  },
  factor: {
    law: 'how many times as much as independence promises',
    formula: 'correlated / naive',
    latex: 'U / P^{N}',
  },
  minutes: {
    law: 'share of time, times the time',
    formula: 'correlated * time',
    latex: 'U\\,T',
  },
  frequency: {
    law: 'every event is moved along its outage frequency, q + e*q/r with r its length; the slope of U is how often outages begin',
    formula: 'dU/de = sum over events i of dU/dq_i * q_i / r_i',
    latex: '\\sum_i \\frac{\\partial U}{\\partial q_i} \\frac{q_i}{r_i}',
    source: frequencies,
  },
  duration: {
    law: 'share of time over how often',
    formula: 'U / w',
    latex: 'U / w',
    source: frequencies,
  },
  owner: {
    law: 'the part that would go if the cause never happened; parts need not add up to 1',
    formula: '1 - U(without it) / U',
    latex: '1 - U_{\\setminus c} / U',
    source: worths,
  },
  causeMinutes: {
    law: 'the minutes of a window that would go without the cause',
    formula: '(U - U(without it)) * window',
    latex: '(U - U_{\\setminus c})\\,T',
  },
  boundModelled: {
    law: 'the rate of outages is at most what so few in so many hours allow; each lasts as long as the model says',
    formula: 'L * d / (1 + L * d), L = chiSquare(0.95; 2n + 2) / (2T), T: time up',
    latex: '\\frac{\\lambda d}{1+\\lambda d},\\ \\lambda = \\frac{\\chi^2_{0.95;2n+2}}{2T}',
    source: 'Garwood, Biometrika 28, 1936; without an outage -ln(0.05)/T',
  },
  boundObserved: {
    law: 'outages and their length were seen: the bound of the ratio of mean times down and up',
    formula: 'r / (1 + r), r = (MTTR / MTTF) / F(0.05; 2n, 2n)',
    latex: '\\frac{\\rho}{1+\\rho},\\ \\rho = \\frac{\\mathrm{MTTR}/\\mathrm{MTTF}}{F_{0.05;2n,2n}}',
    source: 'Nelson, IEEE Trans. Reliability R-17, 1968',
  },
  boundMission: {
    law: 'an outage begins within the mission, at the highest rate that the observation allows',
    formula: '1 - exp(-L * T), L = chiSquare(0.95; 2n + 2) / (2 * time)',
    latex: '1 - e^{-\\lambda T},\\ \\lambda = \\frac{\\chi^2_{0.95;2n+2}}{2t}',
    source: 'Garwood, Biometrika 28, 1936',
  },
  allowed: {
    law: 'what the objective leaves',
    formula: '1 - objective',
    latex: '1 - A',
  },
  birnbaum: {
    law: 'how much more the service is down with the tier down than with it perfect',
    formula: 'U(tier down) - U(tier perfect)',
    latex: 'U(1_i) - U(0_i)',
    source: 'Birnbaum, On the Importance of Different Components in a Multicomponent System, 1969',
  },
  criticality: {
    law: 'part of what the service is down that would go if the tier were perfect',
    formula: '(U - U(tier perfect)) / U',
    latex: '(U - U(0_i)) / U',
    source: 'criticality importance: Lambert, Fault Trees for Decision Making in Systems Analysis, 1975',
  },
  achievement: {
    law: 'how many times as much the service is down if the tier is',
    formula: 'U(tier down) / U',
    latex: 'U(1_i) / U',
    source: worths,
  },
  reduction: {
    law: 'how many times as little the service is down if the tier is perfect',
    formula: 'U / U(tier perfect)',
    latex: 'U / U(0_i)',
    source: worths,
  },
  mayBe: {
    law: 'how unavailable the tier may be for the service to meet its objective, all else as it is; below 0 where mending this tier alone does not suffice',
    formula: '(allowed - U(tier perfect)) / Birnbaum',
    latex: '(u - U(0_i)) / B_i',
  },
} satisfies Record<string, Law>;
