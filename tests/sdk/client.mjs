// Calls every operation that works or is kept by the official SDK for Node.js, unmodified. Arguments: a
// package. The variables are those that `cargo fc3 emulate` sets.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Readable } from "node:stream";

const require = createRequire(`${process.env.FC_SDK_NODE}/`);
const sdk = require("@alicloud/fc20230330");
const { $OpenApiUtil } = require("@alicloud/openapi-core");
const { RuntimeOptions } = require("@darabonba/typescript");

const config = new $OpenApiUtil.Config({
  accessKeyId: process.env.ALIBABA_CLOUD_ACCESS_KEY_ID,
  accessKeySecret: process.env.ALIBABA_CLOUD_ACCESS_KEY_SECRET,
  endpoint: process.env.FC_CLIENT_CUSTOM_ENDPOINT.replace("http://", ""),
  protocol: "http",
});
const client = new sdk.default(config);
const zip = readFileSync(process.argv[2]).toString("base64");
const name = "hello";
const called = new Set();

/** Calls an operation by its name, such as `GetFunction`. */
async function call(operation, ...args) {
  called.add(operation);
  const method = operation[0].toLowerCase() + operation.slice(1);
  const response = await client[method](...args);
  return response.body;
}

/** Expects an error of the platform, with its status. */
async function refused(code, status, operation, ...args) {
  await assert.rejects(call(operation, ...args), (error) => {
    assert.equal(error.code, code, `${operation}: ${error.message}`);
    assert.equal(error.statusCode ?? error.data?.statusCode, status, operation);
    return true;
  });
}

const of = (type, fields) => new sdk[type](fields);
const text = async (stream) => {
  const parts = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts).toString();
};

async function invoke(event, { qualifier, type, taskId } = {}) {
  called.add("InvokeFunction");
  const headers = of("InvokeFunctionHeaders", {
    xFcInvocationType: type,
    xFcLogType: type ? undefined : "Tail",
    xFcAsyncTaskId: taskId,
    commonHeaders: {},
  });
  const request = of("InvokeFunctionRequest", { body: Readable.from(Buffer.from(event)), qualifier });
  const response = await client.invokeFunctionWithOptions(name, request, headers, new RuntimeOptions({}));
  return { ...response, text: await text(response.body) };
}

const input = {
  functionName: name,
  runtime: "custom.debian12",
  handler: "index.handler",
  memorySize: 512,
  cpu: 0.35,
  diskSize: 512,
  timeout: 10,
  idleTimeout: 300,
  environmentVariables: { MODE: "one" },
  tags: [of("Tag", { key: "team", value: "a" })],
  code: of("InputCodeLocation", { zipFile: zip }),
};
const create = (fields) =>
  of("CreateFunctionRequest", { body: of("CreateFunctionInput", { ...input, ...fields }) });

await refused("FunctionNotFound", 404, "GetFunction", name, of("GetFunctionRequest", {}));
const created = await call("CreateFunction", create({}));
assert.equal(created.functionName, name);
assert.equal(created.state, "Active");
assert.equal(created.idleTimeout, 300);
assert.match(created.codeChecksum, /^\d+$/);
await refused("FunctionAlreadyExists", 409, "CreateFunction", create({}));
for (const wrong of [{ timeout: 0 }, { memorySize: 100 }, { diskSize: 1 }, { functionName: "1x" }]) {
  await refused("InvalidArgument", 400, "CreateFunction", create({ functionName: "other", ...wrong }));
}

const first = await invoke("one");
assert.equal(first.statusCode, 200);
assert.equal(first.headers["x-fc-code-checksum"], created.codeChecksum);
assert.ok(first.headers["x-fc-request-id"]);
assert.ok(Buffer.from(first.headers["x-fc-log-result"] ?? "", "base64").length >= 0);
console.log(`reply: ${first.text}`);

const version = await call("PublishFunctionVersion", name, of("PublishFunctionVersionRequest", {
  body: of("PublishVersionInput", { description: "first" }),
}));
assert.equal(version.versionId, "1");
const changed = await call("UpdateFunction", name, of("UpdateFunctionRequest", {
  body: of("UpdateFunctionInput", { environmentVariables: { MODE: "two" }, description: "changed" }),
}));
assert.equal(changed.description, "changed");
assert.equal(changed.codeChecksum, created.codeChecksum);
assert.equal((await invoke("one", { qualifier: "1" })).headers["x-fc-invocation-service-version"], "1");
const versions = await call("ListFunctionVersions", name, of("ListFunctionVersionsRequest", {}));
assert.deepEqual(versions.versions.map((version) => version.versionId), ["1"]);

const alias = (fields) => ({ body: of(fields.aliasName ? "CreateAliasInput" : "UpdateAliasInput", fields) });
await call("CreateAlias", name, of("CreateAliasRequest", alias({ aliasName: "live", versionId: "1" })));
await refused("AliasAlreadyExists", 409, "CreateAlias", name,
  of("CreateAliasRequest", alias({ aliasName: "live", versionId: "1" })));
await refused("VersionNotFound", 404, "CreateAlias", name,
  of("CreateAliasRequest", alias({ aliasName: "next", versionId: "9" })));
await call("UpdateAlias", name, "live", of("UpdateAliasRequest", alias({ description: "changed" })));
assert.equal((await call("GetAlias", name, "live")).description, "changed");
assert.equal((await call("ListAliases", name, of("ListAliasesRequest", {}))).aliases.length, 1);
assert.equal((await invoke("one", { qualifier: "live" })).headers["x-fc-invocation-service-version"], "1");
await refused("AliasNotFound", 404, "GetAlias", name, "none");
await call("DeleteAlias", name, "live");
await call("DeleteFunctionVersion", name, "1");

const trigger = {
  triggerName: "web",
  triggerType: "http",
  triggerConfig: JSON.stringify({ authType: "anonymous", methods: ["GET", "POST"] }),
};
const triggered = await call("CreateTrigger", name, of("CreateTriggerRequest", { body: of("CreateTriggerInput", trigger) }));
assert.match(triggered.httpTrigger.urlInternet, /^http:\/\/hello\.localhost:\d+$/);
await refused("TriggerAlreadyExists", 409, "CreateTrigger", name,
  of("CreateTriggerRequest", { body: of("CreateTriggerInput", trigger) }));
await call("UpdateTrigger", name, "web", of("UpdateTriggerRequest", {
  body: of("UpdateTriggerInput", { description: "changed" }),
}));
assert.equal((await call("GetTrigger", name, "web")).description, "changed");
assert.equal((await call("ListTriggers", name, of("ListTriggersRequest", {}))).triggers.length, 1);
await call("DeleteTrigger", name, "web");
await refused("TriggerNotFound", 404, "GetTrigger", name, "web");

await call("PutAsyncInvokeConfig", name, of("PutAsyncInvokeConfigRequest", {
  body: of("PutAsyncInvokeConfigInput", { maxAsyncRetryAttempts: 1, asyncTask: true }),
}));
assert.equal((await call("GetAsyncInvokeConfig", name, of("GetAsyncInvokeConfigRequest", {}))).maxAsyncRetryAttempts, 1);
assert.equal((await call("ListAsyncInvokeConfigs", of("ListAsyncInvokeConfigsRequest", {}))).configs.length, 1);
const queued = await invoke("later", { type: "Async", taskId: "task-1" });
assert.equal(queued.statusCode, 202);
assert.equal(queued.headers["x-fc-async-task-id"], "task-1");
let task;
do {
  await new Promise((done) => setTimeout(done, 20));
  task = await call("GetAsyncTask", name, "task-1", of("GetAsyncTaskRequest", {}));
} while (!["Succeeded", "Failed"].includes(task.status));
assert.equal(task.status, "Succeeded");
assert.equal((await call("ListAsyncTasks", name, of("ListAsyncTasksRequest", {}))).tasks.length, 1);
await refused("AsyncTaskNotFound", 404, "StopAsyncTask", name, "none", of("StopAsyncTaskRequest", {}));
const instances = await call("ListInstances", name, of("ListInstancesRequest", {}));
assert.ok(instances.instances.length > 0);
await call("DeleteAsyncInvokeConfig", name, of("DeleteAsyncInvokeConfigRequest", {}));
await refused("AsyncConfigNotExists", 404, "GetAsyncInvokeConfig", name, of("GetAsyncInvokeConfigRequest", {}));

await call("PutConcurrencyConfig", name, of("PutConcurrencyConfigRequest", {
  body: of("PutConcurrencyInput", { reservedConcurrency: 3 }),
}));
assert.equal((await call("GetConcurrencyConfig", name)).reservedConcurrency, 3);
assert.equal((await call("ListConcurrencyConfigs", of("ListConcurrencyConfigsRequest", {}))).configs.length, 1);
await call("DeleteConcurrencyConfig", name);
await call("PutProvisionConfig", name, of("PutProvisionConfigRequest", {
  body: of("PutProvisionConfigInput", { defaultTarget: 2 }),
}));
const provision = await call("GetProvisionConfig", name, of("GetProvisionConfigRequest", {}));
assert.equal(provision.current, provision.target);
assert.equal((await call("ListProvisionConfigs", of("ListProvisionConfigsRequest", {}))).provisionConfigs.length, 1);
await call("DeleteProvisionConfig", name, of("DeleteProvisionConfigRequest", {}));
await call("PutScalingConfig", name, of("PutScalingConfigRequest", {
  body: of("PutScalingConfigInput", { minInstances: 1 }),
}));
assert.equal((await call("GetScalingConfig", name, of("GetScalingConfigRequest", {}))).minInstances, 1);
assert.equal((await call("ListScalingConfigs", of("ListScalingConfigsRequest", {}))).scalingConfigs.length, 1);
await call("DeleteScalingConfig", name, of("DeleteScalingConfigRequest", {}));
await call("CreateVpcBinding", name, of("CreateVpcBindingRequest", {
  body: of("CreateVpcBindingInput", { vpcId: "vpc-1" }),
}));
assert.deepEqual((await call("ListVpcBindings", name)).vpcIds, ["vpc-1"]);
await call("DeleteVpcBinding", name, "vpc-1");

await call("TagResources", of("TagResourcesRequest", {
  body: of("TagResourcesInput", {
    resourceId: [created.functionArn],
    resourceType: "function",
    tag: [of("Tag", { key: "stage", value: "test" })],
  }),
}));
const tags = await call("ListTagResources", of("ListTagResourcesRequest", {
  resourceType: "function",
  resourceId: [created.functionArn],
}));
assert.deepEqual(tags.tagResources.map((tag) => `${tag.tagKey}=${tag.tagValue}`), ["team=a", "stage=test"]);
await call("UntagResources", of("UntagResourcesRequest", {
  resourceType: "function",
  resourceId: [created.functionArn],
  tagKey: ["stage"],
}));
await call("ChangeResourceGroup", of("ChangeResourceGroupRequest", {
  body: of("ChangeResourceGroupInput", { resourceId: created.functionArn, newResourceGroupId: "rg-1" }),
}));
assert.ok((await call("DescribeRegions", of("DescribeRegionsRequest", { acceptLanguage: "en" }))).regions.region.length > 20);

await call("DisableFunctionInvocation", name, of("DisableFunctionInvocationRequest", { reason: "a test" }));
await assert.rejects(invoke("one"));
await call("EnableFunctionInvocation", name);
await invoke("one");

const code = await call("GetFunctionCode", name, of("GetFunctionCodeRequest", {}));
const downloaded = await fetch(code.url);
assert.equal(Buffer.from(await downloaded.arrayBuffer()).toString("base64"), zip);
assert.equal((await call("ListFunctions", of("ListFunctionsRequest", {}))).functions.length, 1);
await refused("NotImplemented", 501, "ListLayers", of("ListLayersRequest", {}));
called.delete("ListLayers");
await call("DeleteFunction", name);
await refused("FunctionNotFound", 404, "DeleteFunction", name);
console.log(`called: ${[...called].sort().join(" ")}`);
