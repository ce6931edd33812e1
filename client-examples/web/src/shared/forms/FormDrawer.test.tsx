import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { ConfigProvider, Form, Input } from 'antd';
import { expect, test, vi } from 'vitest';

import { GraphqlFailure } from '../api/failures';
import type { UserError } from '../api/useSubmission';
import { FormDrawer } from './FormDrawer';

interface Values {
  name: string;
}

function Sample({ errors = [], failure = null, onSubmit = () => undefined }: { errors?: UserError[]; failure?: unknown; onSubmit?: (values: Values) => void }) {
  const [form] = Form.useForm<Values>();
  return (
    <ConfigProvider button={{ autoInsertSpace: false }}>
      <FormDrawer<Values>
        title="表单"
        form={form}
        fields={['name']}
        initialValues={{ name: '第一党支部' }}
        question="确定吗？"
        busy={false}
        userErrors={errors}
        failure={failure}
        onSubmit={onSubmit}
        onClose={() => undefined}
      >
        <Form.Item name="name" label="名称" rules={[{ required: true, message: '请填写名称' }]}>
          <Input />
        </Form.Item>
      </FormDrawer>
    </ConfigProvider>
  );
}

const sameName: UserError = {
  code: 'ORGANIZATION_SAME_NAME',
  message: '同一上级下已有同名党组织',
  path: ['input', 'name'],
  rule: 'B04',
  hint: '请换一个名称',
};

test('a refusal stands at its field with hint and rule', async () => {
  const { rerender } = render(<Sample />);
  rerender(<Sample errors={[sameName]} />);
  const refusal = await screen.findByText('同一上级下已有同名党组织');
  expect(refusal.closest('.ant-form-item')?.querySelector('label')?.textContent).toBe('名称');
  expect(screen.getByText('请换一个名称')).toBeDefined();
  expect(screen.getByText('依据：B04')).toBeDefined();
});

test('a refusal about no field stands above the form', async () => {
  render(<Sample errors={[{ ...sameName, path: ['input'], message: '该党组织还有党员' }]} />);
  const refusal = await screen.findByText('该党组织还有党员');
  expect(refusal.closest('[role="alert"]')).not.toBeNull();
});

test('a failure shows the request id', () => {
  render(<Sample failure={new GraphqlFailure('服务器错误', 'INTERNAL', 'r-42')} />);
  expect(screen.getByText('请求编号：r-42')).toBeDefined();
});

test('saving asks first', async () => {
  const onSubmit = vi.fn();
  render(<Sample onSubmit={onSubmit} />);
  await userEvent.click(screen.getByRole('button', { name: '保存' }));
  expect(await screen.findByText('确定吗？')).toBeDefined();
  expect(onSubmit).not.toHaveBeenCalled();
  await userEvent.click(screen.getByRole('button', { name: '确定' }));
  expect(onSubmit).toHaveBeenCalledWith({ name: '第一党支部' });
});

test('an incomplete form is not sent', async () => {
  const onSubmit = vi.fn();
  render(<Sample onSubmit={onSubmit} />);
  await userEvent.clear(screen.getByLabelText('名称'));
  await userEvent.click(screen.getByRole('button', { name: '保存' }));
  expect(await screen.findByText('请填写名称')).toBeDefined();
  expect(screen.queryByText('确定吗？')).toBeNull();
  expect(onSubmit).not.toHaveBeenCalled();
});
