/** Codes are typed from paper: case, spaces and hyphens do not matter. */
export const bareCode = (typed: string): string => typed.replaceAll(/[\s\u2010-\u2015\u2212\uff0d-]/g, '').toUpperCase();

/** In groups of five, as it stands on paper. */
export const groupedCode = (code: string): string => bareCode(code).match(/.{1,5}/g)?.join('-') ?? '';

export const enrolmentLink = (code: string, origin = window.location.origin): string => `${origin}/enrol#${groupedCode(code)}`;

/** The code of such a link; a fragment is never sent to a server nor kept in its logs. */
export function codeOfFragment(fragment: string): string {
  let text = fragment.replace(/^#/, '');
  try {
    text = decodeURIComponent(text);
  } catch {
    // Not percent-encoded after all.
  }
  return bareCode(text);
}
