from django.apps import AppConfig


class Config(AppConfig):
    name = "hoso.approvals"
    label = "approvals"
