"""Runs the vendor's own Python SDK against ack-simulator: the SDK is an oracle that nobody here has written.

Every operation that is simulated is called by the SDK's typed methods, on one cluster from its creation to its end. The
simulator has to be running, and the environment to say where and with which key, by the provider's own variables:

    python3 -m pip install --target packages --no-deps -r acceptance/sdk/requirements.txt
    cargo run -p ack-simulator    (it prints the variables)
    PYTHONPATH=packages python3 acceptance/sdk

`facts.py` is a program of its own, which needs no simulator.
"""

import account
import addons
import answers
import auto_repair_policies
import clusters
import kinds
import node_pools
import older
import refusals
from service import Service


def main():
    service = Service()

    def step(function, *ids):
        print(f'{function.__module__}.{function.__name__}', flush=True)
        return function(service, *ids)

    for function in (
        answers.prove,
        account.regions_and_quotas, account.open_service, account.versions, account.catalogue,
        older.signatures, refusals.credentials, refusals.requests, refusals.odd_characters, refusals.trouble,
    ):
        step(function)

    cluster_id = step(clusters.create)
    for function in (
        clusters.read, clusters.lists, clusters.tasks_and_events, clusters.tags, clusters.logs,
        clusters.migrate, clusters.modify, clusters.encrypt, clusters.autoscaling, clusters.kubeconfig,
        clusters.failed_task, older.readers, older.nodes, older.name, addons.life, auto_repair_policies.life,
        node_pools.create_scaling,
    ):
        step(function, cluster_id)

    pool_id = step(node_pools.create, cluster_id)
    step(node_pools.modify, cluster_id, pool_id)
    step(node_pools.nodes, cluster_id, pool_id)
    version = step(clusters.upgrade, cluster_id)
    step(node_pools.upgrade, cluster_id, pool_id, version)
    step(node_pools.delete, cluster_id, pool_id)
    step(clusters.delete, cluster_id)
    step(kinds.life)
    step(older.requests)


if __name__ == '__main__':
    main()
