"""The service as the vendor's SDK sees it, and the simulator's admin interface to it."""

import json
import os
import sys
import urllib.request

from alibabacloud_credentials.client import Client as Credentials
from alibabacloud_cs20151215.client import Client
from alibabacloud_tea_openapi.exceptions import AlibabaCloudException
from alibabacloud_tea_openapi.utils_models import Config
from darabonba.model import DaraModel

import answers

# The last two are read by the SDK itself, and ALIBABA_CLOUD_SECURITY_TOKEN with them.
VARIABLES = ['ACK_ENDPOINT', 'ALIBABA_CLOUD_REGION', 'ALIBABA_CLOUD_ACCESS_KEY_ID', 'ALIBABA_CLOUD_ACCESS_KEY_SECRET']

# Simulated seconds that pass between two looks, and after which a wait is in vain.
STEP, BOUND = 10, 3600

# Failed assertions show models, in lists as well.
DaraModel.__repr__ = lambda model: str(model.to_map())


class CheckedClient(Client):
    """The SDK's client. Every answer is held to the SDK's model of it, whatever the caller looks at."""

    def call_api(self, params, request, runtime):
        answer = super().call_api(params, request, runtime)
        answers.check(params.action, answer)
        return answer


class Service:
    """A simulator whose clock only moves when something is waited for."""

    def __init__(self):
        missing = [name for name in VARIABLES if not os.environ.get(name)]
        if missing:
            sys.exit(f'set {" and ".join(missing)}, as ack-simulator prints them')
        self.url = os.environ['ACK_ENDPOINT']
        self.region = os.environ['ALIBABA_CLOUD_REGION']
        self.client = self.client_with(credential=Credentials())
        # For what the SDK has no methods and no models for.
        self.plain_client = Client(self._config(credential=Credentials()))
        self.admin('PUT', 'clock', mode='manual')

    def client_with(self, **settings):
        return CheckedClient(self._config(**settings))

    def _config(self, **settings):
        protocol, _, host = self.url.partition('://')
        return Config(protocol=protocol, endpoint=host, region_id=self.region, **settings)

    def keys(self):
        """The key that the environment names, as settings of a client."""
        key, secret, token = (os.environ.get(f'ALIBABA_CLOUD_{name}')
                              for name in ('ACCESS_KEY_ID', 'ACCESS_KEY_SECRET', 'SECURITY_TOKEN'))
        return dict(access_key_id=key, access_key_secret=secret, security_token=token)

    def admin(self, method, path, **body):
        """A call that is none of the API's."""
        request = urllib.request.Request(f'{self.url}/_simulator/{path}', json.dumps(body).encode(), method=method)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def wait(self, what, ready):
        """Lets simulated time pass until `ready` answers something true, and gives that back."""
        for _ in range(0, BOUND, STEP):
            if found := ready():
                return found
            self.admin('POST', 'clock/advance', seconds=STEP)
        raise AssertionError(f'waited in vain for {what}')

    def task(self, response):
        """The task that a response has started, when it has ended."""
        def ended():
            task = self.client.describe_task_info(response.body.task_id).body
            return task.state != 'running' and task
        return self.wait(f'task {response.body.task_id}', ended)

    def succeed(self, response):
        """The same, and it has to have succeeded."""
        task = self.task(response)
        assert task.state == 'success' and task.error is None, task
        return task


def build(model, **values):
    """A request, made of plain values by the SDK's own constructors, which refuse unknown names."""
    declared = answers.fields(model)
    return model(**{name: _built(declared.get(name), value) for name, value in values.items()})


def _built(declared, value):
    if isinstance(value, list):
        return [_built(*declared.__args__, item) for item in value]
    if isinstance(value, dict) and isinstance(declared, type) and issubclass(declared, DaraModel):
        return build(declared, **value)
    return value


def refused(status, code, call):
    """The error that a call ends with: this one, and it names its request."""
    try:
        answer = call()
    except AlibabaCloudException as error:
        assert (error.status_code, error.code) == (status, code), f'{error.status_code} {error.code}: {error.message}'
        assert len(error.request_id or '') == 36, f'no request id: {error.request_id}'
        return error
    raise AssertionError(f'expected {code}, got {answer}')
