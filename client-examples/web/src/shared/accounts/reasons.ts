import type { TFunction } from 'i18next';

// Families of the library's names, told as one.
const families = ['Attestation', 'Parse', 'COSEKey'] as const;

const name = /^[A-Z][A-Za-z]+$/;

/** The internal reason of a security event in words. What an administrator wrote stands as it is, and so does an unknown name. */
export function reasonInWords(t: TFunction<'accounts'>, reason: string | null | undefined): string | null {
  if (!reason) return null;
  if (!name.test(reason)) return reason;
  const family = families.find((start) => reason.startsWith(start));
  return t(`event.reasons.${family ?? reason}` as 'event.reasons.WrongPassword', { defaultValue: reason });
}
