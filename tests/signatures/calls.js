// Sends calls with the official SDK to the address that is given, whatever comes back.
const [, , folder, address] = process.argv;
const sdk = (name) => require(`${folder}/node_modules/${name}`);
const { default: Client, ...fc } = sdk('@alicloud/fc20230330');
const { $OpenApiUtil } = sdk('@alicloud/openapi-core');
const { RuntimeOptions } = sdk('@darabonba/typescript');
const { Readable } = require('stream');

const call = async (client, name, Request, ...parameters) => {
  const fields = parameters.pop();
  const runtime = new RuntimeOptions({ autoretry: false, maxAttempts: 1 });
  try {
    await client[name](...parameters, new Request(fields), {}, runtime);
  } catch (error) {
    // Every answer is an error.
  }
};

const main = async () => {
  for (const securityToken of [undefined, 'the-token']) {
    const config = { accessKeyId: 'the-id', accessKeySecret: 'secret', securityToken };
    const client = new Client(
      new $OpenApiUtil.Config({ ...config, endpoint: address, protocol: 'http', regionId: 'cn-hangzhou' }),
    );
    const at = { qualifier: 'a b+c/d~*' };
    await call(client, 'getFunctionWithOptions', fc.GetFunctionRequest, 'a b/é~*', at);
    const list = { prefix: 'a&b=c', limit: 5, nextToken: 'x+y==' };
    await call(client, 'listFunctionsWithOptions', fc.ListFunctionsRequest, list);
    const tags = { resourceType: 'function', tag: [{ key: 'k', value: 'v w' }] };
    await call(client, 'listTagResourcesWithOptions', fc.ListTagResourcesRequest, tags);
    const body = new fc.CreateFunctionInput({ functionName: 'hello', runtime: 'custom.debian12' });
    await call(client, 'createFunctionWithOptions', fc.CreateFunctionRequest, { body });
    const event = { body: Readable.from([Buffer.from('{"a":1}')]), qualifier: '' };
    await call(client, 'invokeFunctionWithOptions', fc.InvokeFunctionRequest, 'hello', event);
  }
};

main();
