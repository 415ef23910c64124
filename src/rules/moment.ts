const iso = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[+-]\d{2}:?\d{2})$/i;

/** Advice for a text that is no point in time. */
export const momentForm = 'write Unix seconds, or 2026-03-01T14:05:00Z with its offset from UTC';

/** Unix seconds of a point in time with offset, or of a number; undefined for anything else. */
export function readMoment(text: string): number | undefined {
  const first = text.charCodeAt(4);
  // The dash after the year tells the two forms apart without a pattern, which a month of lines would feel.
  if (first !== 45) return /^\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
  const parts = iso.exec(text);
  if (parts === null) return undefined;
  const milliseconds = Date.parse(text.charCodeAt(10) === 32 ? `${parts[1]}T${parts[2]}${parts[3]}` : text);
  return Number.isNaN(milliseconds) ? undefined : milliseconds / 1000;
}
