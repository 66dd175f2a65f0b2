"""Holds what the service answered to the SDK's own model of that answer.

The models drop silently what they do not know and store whatever type they get, so both is looked for here: a field
that the model has no place for, and a value that is not of the type that the model declares.
"""

import typing
from functools import cache

from alibabacloud_cs20151215 import models
from darabonba.model import DaraModel


def check(action, answer):
    """Fails unless the SDK's model of an operation's answer is the whole of it, and of the declared types."""
    model = getattr(models, f'{action}Response')
    declared = fields(model).get('body')
    if declared is None:  # Nothing comes, and the SDK would not look at it.
        return
    response = model().from_map(answer)
    findings = [f'the SDK has no field {path}' for path in lost(answer['body'], response.to_map()['body'])]
    findings += mistyped(response.body, declared)
    if isinstance(response.body, DaraModel) and 'request_id' in fields(declared) and not response.body.request_id:
        findings.append('the request id is missing')
    # The items of a list are wrong all alike.
    assert not findings, f'{action} answered what the SDK does not expect: {"; ".join(dict.fromkeys(findings))}'


def lost(sent, kept, path=''):
    """The paths of what is in `sent` and not in `kept`. A null is the same as nothing."""
    if isinstance(sent, dict) and isinstance(kept, dict):
        return [gone for name, value in sent.items() for gone in lost(value, kept.get(name), f'{path}.{name}')]
    if isinstance(sent, list) and isinstance(kept, list) and len(sent) == len(kept):
        return [gone for pair in zip(sent, kept) for gone in lost(*pair, f'{path}[]')]
    return [] if sent is None or sent == kept else [path.lstrip('.')]


def mistyped(value, declared, path=''):
    """What is of another type than `declared`, as sentences."""
    kind, inner = typing.get_origin(declared) or declared, typing.get_args(declared)
    if value is None or kind is typing.Any:
        return []
    if kind is list and isinstance(value, list):
        return [wrong for item in value for wrong in mistyped(item, inner[0], f'{path}[]')]
    if kind is dict and isinstance(value, dict) and inner:
        return [wrong for name, item in value.items() for wrong in mistyped(item, inner[1], f'{path}.{name}')]
    if isinstance(value, DaraModel) and type(value) is kind:
        members = ((getattr(value, name), member, f'{path}.{name}') for name, member in fields(kind).items())
        return [wrong for member in members for wrong in mistyped(*member)]
    # A bool is an int to Python, and not to JSON; a number without a fraction is any number.
    if type(value) is kind or (kind is float and type(value) is int):
        return []
    return [f'{path.lstrip(".")} is {value!r}, which is no {getattr(kind, "__name__", kind)}']


@cache
def fields(model):
    """The fields of a model and their types, as its constructor declares them."""
    return typing.get_type_hints(model.__init__)


def prove(_):
    """The check finds what it is for."""
    body = {'nodepool_id': 1, 'surprise': 'a', 'task_id': None}
    try:
        check('CreateClusterNodePool', {'body': body})
    except AssertionError as error:
        for finding in ('no field surprise', 'nodepool_id is 1, which is no str', 'request id is missing'):
            assert finding in str(error), f'{finding!r} is not in {error}'
        assert 'task_id' not in str(error), error
    else:
        raise AssertionError('a wrong answer passes')
