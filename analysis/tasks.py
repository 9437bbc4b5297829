"""Celery's door to this floor: parse the id, call one service."""

from celery import shared_task

from analysis import queue


@shared_task(name=queue.EXECUTE_RUN)
def execute_run(run_id: str) -> None:
    from analysis.services.execute_run import execute_run as service

    service(run_id)
