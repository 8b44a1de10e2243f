from django.apps import AppConfig


class Config(AppConfig):
    name = "hoso.changes"
    label = "changes"
