import { useState } from 'react';

import type { UserError } from '../api/useSubmission';
import { sendFile } from './sendFile';

/** Sends the file of a form before the form's own mutation; what is wrong with the file is shown at its field. */
export function useSendFile(field: string) {
  const [sending, setSending] = useState(false);
  const [fileErrors, setFileErrors] = useState<UserError[]>([]);
  const [fileFailure, setFileFailure] = useState<unknown>(null);

  /** The upload's id, or null when the file was refused. */
  const send = async (file: File): Promise<string | null> => {
    setSending(true);
    setFileErrors([]);
    setFileFailure(null);
    try {
      const { uploadId, userErrors } = await sendFile(file, field);
      setFileErrors(userErrors);
      return uploadId;
    } catch (error) {
      setFileFailure(error);
      return null;
    } finally {
      setSending(false);
    }
  };

  return { send, sending, fileErrors, fileFailure };
}
