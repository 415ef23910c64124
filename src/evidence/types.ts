/** One outage of one component. Times are seconds since 1970 on the clock of the log. */
export interface Incident {
  readonly start: number;
  /** Absent where the component was still down when the observation ended. */
  readonly end?: number;
  readonly component: string;
  /** Where the component stands, outermost first: `zone-a/rack-3` is ['zone-a', 'rack-3']. Empty where not given. */
  readonly domain: readonly string[];
  readonly cause?: string;
  /** Share of the component that was affected, above 0 and at most 1; 1 where not given. */
  readonly share: number;
  readonly place: { readonly line: number; readonly column: number };
}

/** Times between which incidents would have been recorded; seconds on the clock of the log. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

/** A checked incident file. */
export interface IncidentLog {
  readonly file: string;
  /** In order of start. */
  readonly incidents: readonly Incident[];
  /** `utc` where times carry an offset; `unstated` where none does, and only differences mean anything. */
  readonly clock: 'utc' | 'unstated';
  readonly window: Window;
  /** Columns or keys of the file that say nothing to headroom, such as a ticket number. */
  readonly ignored: readonly string[];
}

/** A part of an incident as text, with its place in the file. */
export interface Field {
  readonly text: string;
  readonly line: number;
  readonly column: number;
}

export const incidentFields = ['start', 'end', 'component', 'domain', 'cause', 'share'] as const;
export type IncidentField = (typeof incidentFields)[number];

/** One row or object of the file before it is checked. */
export interface RawIncident {
  readonly place: { readonly line: number; readonly column: number };
  readonly fields: Readonly<Partial<Record<IncidentField, Field>>>;
}
