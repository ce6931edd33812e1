/** A number that is right in itself and belongs to nobody of the demonstration. */
export function identityNumber(birth: string, sequence: number): string {
  const body = `500101${birth}${String(sequence).padStart(3, '0')}`;
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  const sum = weights.reduce((whole, weight, index) => whole + weight * Number(body[index]), 0);
  return body + '10X98765432'[sum % 11];
}
