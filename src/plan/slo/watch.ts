import { incidentResponse } from '../../models/slo/alert-incident.ts';
import type { BurnAlert } from '../../models/slo/burn-alert.ts';
import { detectionLag } from '../../models/slo/detection-lag.ts';
import type { SloChoices } from './types.ts';

/** Somebody works on an incident: after which alert, and how long after the errors began. Seconds. */
export interface Noticed {
  readonly alert?: string;
  readonly detect: number;
  readonly respond: number;
}

/** What watches an objective. Seconds. */
export interface Watching {
  readonly alerts: readonly BurnAlert[];
  /** Share of bad that the objective allows. */
  readonly budget: number;
  readonly periodSeconds: number;
  readonly choices: SloChoices;
  readonly page: number;
  readonly ticket: number;
  /** Until somebody reports what no alert notices. */
  readonly report: number;
}

/** Says how soon somebody works on errors of a constant ratio: by the alert that brings people first. */
export class Watch {
  readonly #watching: Watching;
  readonly #known = new Map<number, Noticed>();

  constructor(watching: Watching) {
    this.#watching = watching;
  }

  /**
   * Detection in closed form, t = L k b / e + for, with the mean lag of scrapes and evaluations; then the response to a page
   * or a ticket. Where no alert is sooner, somebody reports it, who is answered like a page. errorRatio: above 0.
   */
  noticed(errorRatio: number): Noticed {
    const known = this.#known.get(errorRatio);
    if (known !== undefined) return known;
    const { report, page } = this.#watching;
    const ways: Noticed[] = [...this.#byAlerts(errorRatio), { detect: report, respond: page }];
    const first = ways.reduce((best, way) => (sum(way) < sum(best) ? way : best));
    this.#known.set(errorRatio, first);
    return first;
  }

  #byAlerts(errorRatio: number): Noticed[] {
    const { alerts, budget, periodSeconds, choices, page, ticket } = this.#watching;
    return alerts.flatMap((alert) => {
      const response = incidentResponse(alert, budget, periodSeconds, { errorRatio });
      if (response === undefined) return [];
      const { mean } = detectionLag(
        { scrapeInterval: choices.scrapeSeconds, evaluationInterval: choices.evaluationSeconds },
        alert.forSeconds,
      );
      const respond = alert.severity === 'page' ? page : ticket;
      return [{ alert: alert.name, detect: response.detect + mean, respond }];
    });
  }
}

function sum({ detect, respond }: Noticed): number {
  return detect + respond;
}
