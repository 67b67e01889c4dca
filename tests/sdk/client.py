"""Calls every operation that works or is kept by the official SDK for Python, unmodified.

Arguments: a package. The variables are those that `cargo fc3 emulate` sets.
"""

import base64
import io
import json
import os
import re
import sys
import time
import urllib.request

from alibabacloud_fc20230330 import models
from alibabacloud_fc20230330.client import Client
from alibabacloud_tea_openapi.models import Config
from darabonba.runtime import RuntimeOptions

client = Client(Config(
    access_key_id=os.environ["ALIBABA_CLOUD_ACCESS_KEY_ID"],
    access_key_secret=os.environ["ALIBABA_CLOUD_ACCESS_KEY_SECRET"],
    endpoint=os.environ["FC_CLIENT_CUSTOM_ENDPOINT"].removeprefix("http://"),
    protocol="http",
))
with open(sys.argv[1], "rb") as package:
    content = package.read()
NAME = "hello"
called = set()


def of(kind, **fields):
    return getattr(models, kind)(**fields)


def call(operation, *args):
    """Calls an operation by its name, such as `GetFunction`."""
    called.add(operation)
    method = re.sub(r"(?<!^)(?=[A-Z])", "_", operation).lower()
    return getattr(getattr(client, method)(*args), "body", None)


def refused(code, status, operation, *args):
    """Expects an error of the platform, with its status."""
    try:
        call(operation, *args)
    except Exception as error:  # The SDK has a class for each kind of status.
        found = (error.code, getattr(error, "statusCode", None) or getattr(error, "status_code", None))
        assert found == (code, status), (operation, found, str(error))
        return
    raise AssertionError(f"{operation} was not refused")


def invoke(event, qualifier=None, kind=None, task=None):
    called.add("InvokeFunction")
    headers = of(
        "InvokeFunctionHeaders",
        x_fc_invocation_type=kind,
        x_fc_log_type=None if kind else "Tail",
        x_fc_async_task_id=task,
    )
    request = of("InvokeFunctionRequest", body=io.BytesIO(event), qualifier=qualifier)
    response = client.invoke_function_with_options(NAME, request, headers, RuntimeOptions())
    return response.status_code, response.headers, response.body.read()


def create(**fields):
    given = {
        "function_name": NAME,
        "runtime": "custom.debian12",
        "handler": "index.handler",
        "memory_size": 512,
        "timeout": 10,
        "tags": [of("Tag", key="team", value="a")],
        "code": of("InputCodeLocation", zip_file=base64.b64encode(content).decode()),
    }
    return of("CreateFunctionRequest", body=of("CreateFunctionInput", **{**given, **fields}))


def body(request, kind, **fields):
    return of(request, body=of(kind, **fields))


refused("FunctionNotFound", 404, "GetFunction", NAME, of("GetFunctionRequest"))
created = call("CreateFunction", create())
assert created.function_name == NAME and created.state == "Active"
refused("FunctionAlreadyExists", 409, "CreateFunction", create())
for wrong in [{"timeout": 0}, {"memory_size": 100}, {"disk_size": 1}, {"function_name": "1x"}]:
    refused("InvalidArgument", 400, "CreateFunction", create(**{"function_name": "other", **wrong}))
status, headers, reply = invoke("你好 one".encode())
assert (status, headers["x-fc-code-checksum"]) == (200, created.code_checksum)
print(f"reply: {reply.decode()}")

version = call("PublishFunctionVersion", NAME,
               body("PublishFunctionVersionRequest", "PublishVersionInput", description="first"))
assert version.version_id == "1"
changed = call("UpdateFunction", NAME, body(
    "UpdateFunctionRequest", "UpdateFunctionInput",
    environment_variables={"MODE": "two"}, description="changed"))
assert changed.description == "changed"
assert invoke(b"one", qualifier="1")[1]["x-fc-invocation-service-version"] == "1"
listed = call("ListFunctionVersions", NAME, of("ListFunctionVersionsRequest"))
assert [one.version_id for one in listed.versions] == ["1"]

alias = {"alias_name": "live", "version_id": "1"}
call("CreateAlias", NAME, body("CreateAliasRequest", "CreateAliasInput", **alias))
refused("AliasAlreadyExists", 409, "CreateAlias", NAME,
        body("CreateAliasRequest", "CreateAliasInput", **alias))
refused("VersionNotFound", 404, "CreateAlias", NAME,
        body("CreateAliasRequest", "CreateAliasInput", alias_name="next", version_id="9"))
call("UpdateAlias", NAME, "live", body("UpdateAliasRequest", "UpdateAliasInput", description="new"))
assert call("GetAlias", NAME, "live").description == "new"
assert len(call("ListAliases", NAME, of("ListAliasesRequest")).aliases) == 1
assert invoke(b"one", qualifier="live")[1]["x-fc-invocation-service-version"] == "1"
call("DeleteAlias", NAME, "live")
refused("AliasNotFound", 404, "GetAlias", NAME, "live")
call("DeleteFunctionVersion", NAME, "1")

trigger = {
    "trigger_name": "web",
    "trigger_type": "http",
    "trigger_config": json.dumps({"authType": "anonymous", "methods": ["GET", "POST"]}),
}
made = call("CreateTrigger", NAME, body("CreateTriggerRequest", "CreateTriggerInput", **trigger))
assert re.fullmatch(r"http://hello\.localhost:\d+", made.http_trigger.url_internet)
refused("TriggerAlreadyExists", 409, "CreateTrigger", NAME,
        body("CreateTriggerRequest", "CreateTriggerInput", **trigger))
call("UpdateTrigger", NAME, "web", body("UpdateTriggerRequest", "UpdateTriggerInput", description="new"))
assert call("GetTrigger", NAME, "web").description == "new"
assert len(call("ListTriggers", NAME, of("ListTriggersRequest")).triggers) == 1
call("DeleteTrigger", NAME, "web")
refused("TriggerNotFound", 404, "GetTrigger", NAME, "web")

call("PutAsyncInvokeConfig", NAME, body(
    "PutAsyncInvokeConfigRequest", "PutAsyncInvokeConfigInput",
    max_async_retry_attempts=1, async_task=True))
assert call("GetAsyncInvokeConfig", NAME, of("GetAsyncInvokeConfigRequest")).max_async_retry_attempts == 1
assert len(call("ListAsyncInvokeConfigs", of("ListAsyncInvokeConfigsRequest")).configs) == 1
status, headers, _ = invoke(b"later", kind="Async", task="task-1")
assert (status, headers["x-fc-async-task-id"]) == (202, "task-1")
while (task := call("GetAsyncTask", NAME, "task-1", of("GetAsyncTaskRequest"))).status not in (
        "Succeeded", "Failed"):
    time.sleep(0.02)
assert task.status == "Succeeded"
assert len(call("ListAsyncTasks", NAME, of("ListAsyncTasksRequest")).tasks) == 1
refused("AsyncTaskNotFound", 404, "StopAsyncTask", NAME, "none", of("StopAsyncTaskRequest"))
assert call("ListInstances", NAME, of("ListInstancesRequest")).instances
call("DeleteAsyncInvokeConfig", NAME, of("DeleteAsyncInvokeConfigRequest"))
refused("AsyncConfigNotExists", 404, "GetAsyncInvokeConfig", NAME, of("GetAsyncInvokeConfigRequest"))

call("PutConcurrencyConfig", NAME,
     body("PutConcurrencyConfigRequest", "PutConcurrencyInput", reserved_concurrency=3))
assert call("GetConcurrencyConfig", NAME).reserved_concurrency == 3
assert len(call("ListConcurrencyConfigs", of("ListConcurrencyConfigsRequest")).configs) == 1
call("DeleteConcurrencyConfig", NAME)
call("PutProvisionConfig", NAME,
     body("PutProvisionConfigRequest", "PutProvisionConfigInput", default_target=2))
provision = call("GetProvisionConfig", NAME, of("GetProvisionConfigRequest"))
assert provision.current == provision.target
assert len(call("ListProvisionConfigs", of("ListProvisionConfigsRequest")).provision_configs) == 1
call("DeleteProvisionConfig", NAME, of("DeleteProvisionConfigRequest"))
call("PutScalingConfig", NAME, body("PutScalingConfigRequest", "PutScalingConfigInput", min_instances=1))
assert call("GetScalingConfig", NAME, of("GetScalingConfigRequest")).min_instances == 1
assert len(call("ListScalingConfigs", of("ListScalingConfigsRequest")).scaling_configs) == 1
call("DeleteScalingConfig", NAME, of("DeleteScalingConfigRequest"))
call("CreateVpcBinding", NAME, body("CreateVpcBindingRequest", "CreateVpcBindingInput", vpc_id="vpc-1"))
assert call("ListVpcBindings", NAME).vpc_ids == ["vpc-1"]
call("DeleteVpcBinding", NAME, "vpc-1")

call("TagResources", body(
    "TagResourcesRequest", "TagResourcesInput", resource_id=[created.function_arn],
    resource_type="function", tag=[of("Tag", key="stage", value="test")]))
tags = call("ListTagResources", of(
    "ListTagResourcesRequest", resource_type="function", resource_id=[created.function_arn]))
assert [f"{tag.tag_key}={tag.tag_value}" for tag in tags.tag_resources] == ["team=a", "stage=test"]
call("UntagResources", of("UntagResourcesRequest", resource_type="function",
                          resource_id=[created.function_arn], tag_key=["stage"]))
call("ChangeResourceGroup", body(
    "ChangeResourceGroupRequest", "ChangeResourceGroupInput",
    resource_id=created.function_arn, new_resource_group_id="rg-1"))
assert len(call("DescribeRegions", of("DescribeRegionsRequest", accept_language="en")).regions.region) > 20

call("DisableFunctionInvocation", NAME, of("DisableFunctionInvocationRequest", reason="a test"))
try:
    invoke(b"one")
except Exception as error:
    assert error.code == "FunctionInvocationDisabled", error
else:
    raise AssertionError("a function that is switched off was called")
call("EnableFunctionInvocation", NAME)
invoke(b"one")

code = call("GetFunctionCode", NAME, of("GetFunctionCodeRequest"))
with urllib.request.urlopen(code.url) as downloaded:
    assert downloaded.read() == content
assert len(call("ListFunctions", of("ListFunctionsRequest")).functions) == 1
refused("NotImplemented", 501, "ListLayers", of("ListLayersRequest"))
called.remove("ListLayers")
call("DeleteFunction", NAME)
refused("FunctionNotFound", 404, "DeleteFunction", NAME)
print(f"called: {' '.join(sorted(called))}")
