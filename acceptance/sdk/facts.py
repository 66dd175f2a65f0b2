"""Compares proto/cs/operations.json with the vendor's SDK, fact by fact, for every operation that either of them has.

    PYTHONPATH=packages python3 acceptance/sdk/facts.py

No network and no simulator: every method of the SDK's client is called with every field set, and what it would send is
caught. What differs and may stands in `differs.py`, with its reason; nothing else may, and nothing that is there may agree.
"""

import copy
import inspect
import json
import sys
import typing
from pathlib import Path
from urllib.parse import unquote

from alibabacloud_cs20151215 import models
from alibabacloud_cs20151215.client import Client
from alibabacloud_tea_openapi.utils_models import Config
from darabonba.model import DaraModel
from darabonba.runtime import RuntimeOptions

from answers import fields
from differs import DIFFERS

FILE = Path(__file__).parents[2] / 'proto' / 'cs' / 'operations.json'
SCALARS = {str: ('string', 'text'), int: ('integer', 1), float: ('number', 1.5), bool: ('boolean', True)}
SCALARS[typing.Any] = ('any', 'any')
NOTHING = 'nothing'


class Caught(Exception):
    """What a method of the SDK would send."""

    def __init__(self, params, request):
        super().__init__(params.action)
        self.params, self.request = params, request


class Catcher(Client):
    """The SDK's client, which sends nothing."""

    def call_api(self, params, request, runtime):
        raise Caught(params, request)


def of_sdk():
    """The facts of the SDK: places and what is there, by operation."""
    client = Catcher(Config(access_key_id='id', access_key_secret='secret', endpoint='localhost'))
    methods = inspect.getmembers(Client, inspect.isfunction)
    # DescribeClustersV1 is `describe_clusters_v1with_options`.
    names = [name for name, _ in methods if name.endswith('with_options')]
    return dict(_of_method(getattr(client, name)) for name in names)


def _of_method(method):
    declared = typing.get_type_hints(method)
    arguments, sent = {}, {}
    for name in inspect.signature(method).parameters:
        kind = declared[name]
        if name == 'runtime':
            arguments[name] = RuntimeOptions()
        elif name == 'headers':
            arguments[name] = {}
        elif kind is str:
            arguments[name] = '{' + name + '}'
        else:
            arguments[name], sent = _sample(kind), {_on_the_wire(kind, field): inner for field, inner in fields(kind).items()}
    try:
        method(**arguments)
    except Caught as caught:
        params, request = caught.params, caught.request
    facts = {
        'version': params.version,
        'route': f'{params.method} {unquote(params.pathname)}',
        'headers': NOTHING if declared['headers'] == typing.Dict[str, str] and not request.headers else declared['headers'],
        'body': NOTHING if request.body is None else 'object' if isinstance(request.body, dict) else 'array',
    }
    for name, kind in sent.items():
        if name in (request.query or {}):
            _add(facts, f'query.{name}', kind)
            if typing.get_origin(kind) is list:
                facts[f'query.{name}'] += ' as json-text' if request.query[name].startswith('[') else ' as comma-joined'
        elif isinstance(request.body, dict) and name in request.body:
            _add(facts, f'body.{name}', kind)
        elif isinstance(request.body, list) and typing.get_origin(kind) is list:
            _add(facts, 'body', kind)
        else:
            facts[f'nowhere.{name}'] = str(kind)
    answer = fields(getattr(models, f'{params.action}Response')).get('body')
    if params.body_type == 'array' and typing.get_origin(answer) is not list:
        _add(facts, 'answer[]', answer)
        facts['answer'] = f'array read as {facts["answer[]"]}'
    elif answer is None:
        facts['answer'] = NOTHING
    else:
        _add(facts, 'answer', answer)
    read = facts['answer'].split()[0]
    if params.body_type != {NOTHING: 'none', 'object': 'json'}.get(read, read):
        facts['answer'] = f'{params.body_type} read as {facts["answer"]}'
    return params.action, facts


def _sample(kind):
    """A value of a type, whole: with every field, and two elements in every list."""
    origin, inner = typing.get_origin(kind) or kind, typing.get_args(kind)
    if origin in SCALARS:
        return SCALARS[origin][1]
    if origin is list:
        return [_sample(inner[0])] * 2
    if origin is dict:
        return {'key': _sample(inner[1] if inner else typing.Any)}
    return kind(**{name: _sample(field) for name, field in fields(kind).items()})


def _on_the_wire(model, field):
    """The name of a field in JSON: the one whose value differs from that of an empty object."""
    empty, sample = model().to_map(), model(**{field: _sample(fields(model)[field])}).to_map()
    name, = (name for name, value in sample.items() if value != empty.get(name))
    return name


def _add(facts, place, kind):
    origin, inner = typing.get_origin(kind) or kind, typing.get_args(kind)
    if origin in SCALARS:
        facts[place] = SCALARS[origin][0]
    elif origin is list:
        facts[place] = 'array'
        _add(facts, f'{place}[]', inner[0])
    elif origin is dict:
        facts[place] = 'object'
        if inner[1:] in [(), (typing.Any,)]:
            facts[place] = 'object of any form'
        else:
            _add(facts, place + '{}', inner[1])
    else:
        assert issubclass(kind, DaraModel), kind
        facts[place] = 'object'
        for field, of_field in fields(kind).items():
            _add(facts, f'{place}.{_on_the_wire(kind, field)}', of_field)


def of_file(description):
    """The facts of the file, in the same form."""
    def add(facts, place, schema):
        facts[place] = schema['type'] + (' of any form' if schema.get('free_form') else '')
        if 'items' in schema:
            add(facts, f'{place}[]', schema['items'])
        if 'additionalProperties' in schema:
            add(facts, place + '{}', schema['additionalProperties'])
        for name, field in schema.get('properties', {}).items():
            add(facts, f'{place}.{name}', field)

    found = {}
    for operation in description['operations']:
        facts = found[operation['action']] = {
            'version': description['version'],
            'route': f'{operation["method"]} {operation["path"]}',
            'headers': NOTHING, 'body': NOTHING, 'answer': NOTHING,
        }
        for parameter in operation.get('query', []):
            place = f'query.{parameter["name"]}'
            add(facts, place, parameter)
            if 'encoding' in parameter:
                facts[place] += f' as {parameter["encoding"]}'
        for part in ('body', 'answer'):
            if part in operation:
                add(facts, part, operation[part])
    return found


def differences(ours, theirs):
    """What differs, by operation and place: the fact of the file, and that of the SDK."""
    return {
        (action, place): (of_ours.get(place), of_theirs.get(place))
        for action in sorted(ours.keys() | theirs.keys())
        for of_ours, of_theirs in [(ours.get(action, {}), theirs.get(action, {}))]
        for place in sorted(of_ours.keys() | of_theirs.keys())
        if of_ours.get(place) != of_theirs.get(place)
    }


def findings(description, theirs):
    """What is wrong, as sentences."""
    found = differences(of_file(description), theirs)
    known = {place: facts for place, (*facts, reason) in DIFFERS.items() if reason}
    wrong = [f'{action}: {place} is {ours} in the file and {sdk} in the SDK' for (action, place), (ours, sdk)
             in found.items() if known.get((action, place)) != [ours, sdk]]
    return wrong + [f'{action}: {place} no longer differs like that: take it out of differs.py'
                    for (action, place), facts in known.items() if list(found.get((action, place), ())) != facts]


def form(value, indent='', before=0):
    """JSON whose differences are easy to read: on one line if there is room."""
    line = json.dumps(value, ensure_ascii=False)
    if len(indent) + before + len(line) < 120 or not isinstance(value, (dict, list)):
        return line
    inner = indent + ' '
    if isinstance(value, dict):
        names = {name: json.dumps(name) + ': ' for name in value}
        members = [names[name] + form(member, inner, len(names[name])) for name, member in value.items()]
    else:
        members = [form(member, inner) for member in value]
    ends = '{}' if isinstance(value, dict) else '[]'
    return f'{ends[0]}\n' + ',\n'.join(inner + member for member in members) + f'\n{indent}{ends[1]}'


def prove(description, theirs):
    """Every kind of fact is looked at: one that is wrong is found, and named."""
    def operation(of, action):
        return next(operation for operation in of['operations'] if operation['action'] == action)

    def body(of, action):
        return operation(of, action)['body']['properties']

    mutants = {
        'DescribeRegions: route': lambda of: operation(of, 'DescribeRegions').update(method='POST'),
        'DeleteCluster: route': lambda of: operation(of, 'DeleteCluster').update(path='/clusters/{id}'),
        'ModifyClusters: route': lambda of: operation(of, 'ModifyCluster').update(action='ModifyClusters'),
        'DescribeUserQuota: route': lambda of: of['operations'].remove(operation(of, 'DescribeUserQuota')),
        'DeleteCluster: query.retain_resources': lambda of: next(
            parameter for parameter in operation(of, 'DeleteCluster')['query'] if parameter['name'] == 'retain_resources'
        ).update(encoding='comma-joined'),
        'DeleteCluster: query.forced': lambda of: operation(of, 'DeleteCluster')['query'][0].update(name='forced'),
        'CreateCluster: body.vpc_id': lambda of: body(of, 'CreateCluster').update(vpc_id={'type': 'string'}),
        'CreateCluster: body.vpcid': lambda of: body(of, 'CreateCluster').pop('vpcid'),
        'CreateClusterNodePool: body.scaling_group.desired_size': lambda of: body(of, 'CreateClusterNodePool')[
            'scaling_group']['properties']['desired_size'].update(type='string'),
        'InstallClusterAddons: body is': lambda of: operation(of, 'InstallClusterAddons')['body'].update(type='object'),
        'DescribeClusterDetail: answer.state': lambda of: operation(of, 'DescribeClusterDetail')['answer'][
            'properties']['state'].update(type='integer'),
        'ModifyCluster: answer is': lambda of: operation(of, 'ModifyCluster').pop('answer'),
        'TagResources: version': lambda of: of.update(version='2015-12-16'),
    }
    for named, mutate in mutants.items():
        mutant = copy.deepcopy(description)
        mutate(mutant)
        assert any(finding.startswith(named) for finding in findings(mutant, theirs)), f'a wrong fact passes: {named}'

    place, (ours, *_) = next(iter(DIFFERS.items()))
    agreed = copy.deepcopy(theirs)
    agreed[place[0]][place[1]] = ours
    assert any('take it out' in finding for finding in findings(description, agreed)), 'a row too many passes'


def main():
    text = FILE.read_text(encoding='utf-8')
    description, theirs = json.loads(text), of_sdk()
    if wrong := findings(description, theirs):
        sys.exit('\n'.join(wrong))
    if text != form(description) + '\n':
        sys.exit(f'{FILE.name} is not in its form; write it with facts.form')
    prove(description, theirs)
    facts = sum(map(len, theirs.values()))
    print(f'{len(theirs)} operations, {facts} facts, {len(DIFFERS)} differ')


if __name__ == '__main__':
    main()
