"""Celery's door to this floor: parse the id, call one service."""

from celery import shared_task

from itn import queue


@shared_task(name=queue.MAKE_DOCUMENT)
def make_document(document_id: str) -> None:
    from itn.services.make_document import make_document as service

    service(document_id)


@shared_task(name=queue.CHECK_SHEET)
def check_sheet(check_id: str) -> None:
    from itn.services.check_sheet import check_sheet as service

    service(check_id)
