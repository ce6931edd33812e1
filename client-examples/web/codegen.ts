import type { CodegenConfig } from '@graphql-codegen/cli';

// The browser sends the ids of its documents, and the server knows what they stand for. While developing the
// texts are sent, so that a document can change without the server being built again.
const asText = process.env.BANYAN_DOCUMENTS_AS_TEXT !== undefined;

const config: CodegenConfig = {
  schema: '../../schema.graphql',
  documents: ['src/**/*.graphql'],
  generates: {
    'src/gql/': {
      preset: 'client',
      presetConfig: {
        fragmentMasking: { unmaskFunctionName: 'readFragment' },
        ...(asText ? {} : { persistedDocuments: { hashAlgorithm: 'sha256', mode: 'replaceDocumentWithHash' } }),
      },
      config: {
        documentMode: 'string',
        useTypeImports: true,
        enumsAsTypes: true,
        strictScalars: true,
        scalars: { Date: 'string', DateTime: 'string' },
      },
    },
  },
};

export default config;
