"""Papers of a plan: workbook, report, one page per ward, waybills. Made in a worker, never in a
request."""
