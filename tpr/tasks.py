"""Celery's door to this floor: parse the id, call one service."""

from celery import shared_task

from tpr import queue


@shared_task(name=queue.READ_UPLOAD)
def read_upload(upload_id: str) -> None:
    from tpr.services.read_upload import read_upload as service

    service(upload_id)


@shared_task(name=queue.RUN_COMBINATION)
def run_combination(item_id: str) -> None:
    from tpr.services.run_batch import run_combination as service

    service(item_id)
