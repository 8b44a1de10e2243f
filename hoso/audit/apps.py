from django.apps import AppConfig


class Config(AppConfig):
    name = "hoso.audit"
    label = "audit"
