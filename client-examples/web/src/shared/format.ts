import i18next from 'i18next';

export const formatNumber = (value: number): string => new Intl.NumberFormat(i18next.language).format(value);

export const formatShare = (part: number, whole: number): string =>
  new Intl.NumberFormat(i18next.language, { style: 'percent', maximumFractionDigits: 1 }).format(
    whole === 0 ? 0 : part / whole,
  );

/** The server counts to a limit; beyond it the number is only a lower bound. */
export const formatTotal = (total: number, capped: boolean): string => `${formatNumber(total)}${capped ? '+' : ''}`;

export const formatBytes = (bytes: number): string => {
  const [value, unit] = bytes < 1024 * 1024 ? [bytes / 1024, 'kB'] : [bytes / 1024 / 1024, 'MB'];
  return `${new Intl.NumberFormat(i18next.language, { maximumFractionDigits: value < 10 ? 1 : 0 }).format(value)} ${unit}`;
};

export function formatInstant(value: string): string {
  const at = new Date(value);
  const two = (part: number) => String(part).padStart(2, '0');
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

/** The time alone if it was today. */
export function formatMoment(value: string): string {
  const whole = formatInstant(value);
  const [day, time] = whole.split(' ');
  return time && formatInstant(new Date().toISOString()).startsWith(`${day} `) ? time : whole;
}
