import type pc from 'picocolors';

/** Colours of a screen; each is a plain pass-through where there are none. */
export type Palette = ReturnType<typeof pc.createColors>;

/** What a text for people is laid out for. */
export interface Page {
  readonly width: number;
  readonly palette: Palette;
}
