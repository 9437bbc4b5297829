"""Quality checks of facility reports (domain/inputs.md section 7). Pure; no check changes a figure."""
