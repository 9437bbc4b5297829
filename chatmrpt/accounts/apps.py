from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "chatmrpt.accounts"
    label = "accounts"
    verbose_name = "Accounts and roles"
