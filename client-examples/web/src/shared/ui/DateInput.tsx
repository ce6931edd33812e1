import { DatePicker } from 'antd';
import dayjs from 'dayjs';

interface Props {
  id?: string;
  value?: string | null;
  onChange?: (value: string | null) => void;
  max?: string;
  'aria-label'?: string;
  disabled?: boolean;
}

/** A day as the server writes it. It comes from the calendar only: nothing can be typed. */
export function DateInput({ value, onChange, max, ...rest }: Props) {
  return (
    <DatePicker
      {...rest}
      className="bn-fill"
      inputReadOnly
      value={value ? dayjs(value) : null}
      maxDate={max ? dayjs(max) : undefined}
      onChange={(day) => onChange?.(day ? day.format('YYYY-MM-DD') : null)}
    />
  );
}
